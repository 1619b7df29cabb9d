import { expiryOf, keepFromOf } from './slice-expiry.ts';
import type { BaseBackup } from './recovery-window.ts';

const backups = (...tends: number[]): BaseBackup[] =>
  tends.map((t) => ({ id: `b${t}`, stream: 's', tend: { t, i: 1 } }));
const until = (keepFrom: number, ...tends: number[]): number => expiryOf(backups(...tends), { t: keepFrom, i: 0 }).t;

describe('expiryOf', () => {
  it('keeps what leads from the newest backup before the time that is kept', () => {
    expect(until(50, 10, 40, 60)).toBe(40);
    expect(until(50, 60, 10)).toBe(10);
  });

  it('never goes beyond the time that is kept: an older backup may be one that could not be read', () => {
    expect(until(50, 70, 60)).toBe(50);
  });

  it('goes by the time alone without a backup', () => {
    expect(until(50)).toBe(50);
  });
});

describe('keepFromOf', () => {
  const now = new Date(1_700_000_000_000);
  const day = 86_400;

  it('counts from now, or from the newest slice where this clock is ahead of it', () => {
    expect(keepFromOf(now, { t: 1_700_003_600, i: 1 }, 30).t).toBe(1_700_000_000 - 30 * day);
    expect(keepFromOf(now, { t: 1_690_000_000, i: 1 }, 30).t).toBe(1_690_000_000 - 30 * day);
  });

  it('keeps everything where there is no slice, and for longer than there is time', () => {
    expect(keepFromOf(now, undefined, 30).t).toBe(0);
    expect(keepFromOf(now, { t: 1_700_000_000, i: 1 }, 100_000).t).toBe(0);
  });
});

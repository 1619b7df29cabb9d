import { expiryOf } from './slice-expiry.ts';
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

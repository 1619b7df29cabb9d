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

  it('keeps what leads from the oldest backup where all are newer', () => {
    expect(until(50, 70, 60)).toBe(60);
  });

  it('goes by the time alone without a backup', () => {
    expect(until(50)).toBe(50);
  });
});

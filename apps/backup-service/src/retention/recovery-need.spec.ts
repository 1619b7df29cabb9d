import type { RecoveryWindow } from '../recovery-windows/recovery-window.ts';
import { neededByWindows } from './recovery-need.ts';

const time = (t: number) => ({ t, i: 0 });
const window = (end: number, ...tends: number[]): RecoveryWindow => ({
  stream: 'rs',
  start: time(tends[0] ?? 0),
  end: time(end),
  backups: tends.map((tend) => ({ id: `bkp_${tend}`, stream: 'rs', tend: time(tend) })),
});
const neededOf = (windows: RecoveryWindow[], keepFrom: number): string[] => [
  ...neededByWindows(windows, time(keepFrom)).keys(),
];

describe('what recovery windows need', () => {
  it('is the newest backup from which every promised moment is reached', () => {
    expect(neededOf([window(1_000, 100, 200, 300, 400)], 350)).toEqual(['bkp_300']);
    expect(neededOf([window(1_000, 100, 200, 300)], 300)).toEqual(['bkp_300']);
  });

  it('is the first of a window that begins later', () => {
    expect(neededOf([window(1_000, 400, 500)], 350)).toEqual(['bkp_400']);
  });

  it('is one for each window, and none for those that ended before', () => {
    expect(neededOf([window(300, 100, 200), window(600, 400, 500), window(900, 700, 800)], 450)).toEqual([
      'bkp_400',
      'bkp_700',
    ]);
  });

  it('says since when', () => {
    expect(neededByWindows([window(1_000, 100)], time(350)).get('bkp_100')).toBe(
      'needed by the recovery window since 1970-01-01T00:05:50Z',
    );
  });
});

import type { RecoveryWindow } from '../recovery-windows/recovery-window.ts';
import { neededByWindows, neededIn } from './recovery-need.ts';

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

  it('stays in the default repository, and in another one as long as the default does not hold it', async () => {
    const needed = new Map([
      ['bkp_both', 'needed'],
      ['bkp_s3', 'needed'],
    ]);
    const holdersOf = (id: string) => Promise.resolve(id === 'bkp_both' ? ['s3', 'default'] : ['s3']);
    expect([...(await neededIn('default', needed, holdersOf)).keys()]).toEqual(['bkp_both', 'bkp_s3']);
    expect([...(await neededIn('s3', needed, holdersOf)).keys()]).toEqual(['bkp_s3']);
  });
});

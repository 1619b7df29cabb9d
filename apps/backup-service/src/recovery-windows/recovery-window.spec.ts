import { chainsOf } from '@lucid/archive/slice-chain';
import type { SliceGap, SliceRange } from '@lucid/archive/slice-types';
import { AppError } from '@lucid/core/app-error';
import fc from 'fast-check';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import { type BaseBackup, chooseBackup, endOfSecond, justBefore, windowsOf } from './recovery-window.ts';

const at = (t: number, i = 1): ClusterTime => ({ t, i });
const backup = (id: string, t: number, stream = 's'): BaseBackup => ({ id, stream, tend: at(t) });
const slice = (from: number, to: number): SliceRange => ({ from: at(from), to: at(to) });
const gap = (from: number, to: number): SliceGap => ({
  ...slice(from, to),
  id: `gap-${from}-1`,
  reason: '',
  foundAt: '',
});
const stored = (ranges: SliceRange[], gaps: SliceGap[] = []) => ({ chains: chainsOf(ranges), gaps });
const chain = [slice(10, 20), slice(20, 30), slice(30, 40)];

function detailOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError && error.code === 'RECOVERY_TIME_UNAVAILABLE') return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

describe('windowsOf', () => {
  const spans = (...args: Parameters<typeof windowsOf>): string[] =>
    windowsOf(...args).map(({ start, end, backups }) => `${start.t}-${end.t} ${backups.map(({ id }) => id).join()}`);

  it('reach from the end of a backup to the end of its chain; backups of one chain share one', () => {
    expect(spans('s', [backup('b', 35), backup('a', 15)], stored(chain))).toEqual(['15-40 a,b']);
  });

  it('are none for a backup outside the slices, at their end, or of another replica set', () => {
    const backups = [backup('early', 9), backup('late', 41), backup('end', 40), backup('other', 15, 'x')];
    expect(spans('s', backups, stored(chain))).toEqual([]);
  });

  it('are parted by a missing slice, a gap and a restore in place', () => {
    const [first, , last] = chain as [SliceRange, SliceRange, SliceRange];
    const backups = [backup('a', 15), backup('b', 35)];
    expect(spans('s', backups, stored([first, last]))).toEqual(
      ['15-20 a', '30-40'].map((one) => one.replace('30-40', '35-40 b')),
    );
    expect(spans('s', backups, stored(chain, [gap(25, 25)]))).toEqual(['15-25 a', '35-40 b']);
    expect(spans('s', backups, stored(chain, [gap(12, 18)]))).toEqual(['35-40 b']);
  });
});

describe('chooseBackup', () => {
  const windows = windowsOf('s', [backup('a', 15), backup('b', 25), backup('c', 35)], stored(chain, [gap(32, 32)]));

  it('takes the newest backup before the time, in the same window', () => {
    expect(chooseBackup(windows, at(20)).backup.id).toBe('a');
    expect(chooseBackup(windows, at(25)).backup.id).toBe('b');
    expect(chooseBackup(windows, at(32)).backup.id).toBe('b');
    expect(chooseBackup(windows, at(40)).backup.id).toBe('c');
  });

  it('stays in the window of a backup that is named', () => {
    expect(chooseBackup(windows, at(31), 'a').backup.id).toBe('b');
    expect(detailOf(() => chooseBackup(windows, at(36), 'a'))).toContain(
      'nearest time before it is 1970-01-01T00:00:31Z',
    );
    expect(detailOf(() => chooseBackup(windows, at(33), 'a'))).not.toContain('nearest time after it');
  });

  it('says the nearest times on both sides of a gap', () => {
    const detail = detailOf(() => chooseBackup(windows, at(33)));
    expect(detail).toContain('1970-01-01T00:00:33Z is in no recovery window');
    expect(detail).toContain('nearest time before it is 1970-01-01T00:00:31Z');
    expect(detail).toContain('nearest time after it is 1970-01-01T00:00:35Z');
    expect(detailOf(() => chooseBackup([], at(33)))).toContain('take a full backup');
  });

  it('says so where a backup is named that no oplog is stored after yet', () => {
    const detail = detailOf(() => chooseBackup(windows, at(50), 'new'));
    expect(detail).toContain('nearest time before it is');
    expect(detail).toContain('From new no later time can be reached yet');
    expect(detailOf(() => chooseBackup([], at(50), 'new'))).not.toContain('take a full backup');
  });

  it('names times that can be chosen indeed, and refuses exactly what no window holds', () => {
    const second = fc.integer({ min: 1, max: 60 });
    const inputs = fc.record({
      cuts: fc.uniqueArray(second, { minLength: 2, maxLength: 12 }),
      lost: fc.array(second, { maxLength: 3 }),
      tends: fc.uniqueArray(second, { maxLength: 6 }),
      wanted: second,
    });
    fc.assert(
      fc.property(inputs, ({ cuts, lost, tends, wanted }) => {
        const sorted = [...cuts].sort((a, b) => a - b);
        const ranges = sorted.slice(1).map((to, index) => slice(sorted[index] as number, to));
        const kept = ranges.filter((_, index) => !lost.includes(index));
        const all = windowsOf(
          's',
          tends.map((t) => backup(`b${t}`, t)),
          stored(kept),
        );
        const to = endOfSecond(new Date(wanted * 1_000).toISOString());
        const isInside = all.some(
          ({ start, end }) => compareClusterTimes(start, to) <= 0 && compareClusterTimes(to, end) <= 0,
        );
        const detail = detailOf(() => chooseBackup(all, to));
        expect(detail === 'nothing was thrown').toBe(isInside);
        for (const [, time = ''] of detail.matchAll(/nearest time \w+ it is ([\dTZ:-]+)/g)) {
          const nearest = Date.parse(time) / 1_000;
          // The second of the start may be incomplete where the window is shorter than it.
          const window = all.find(({ start, end }) => start.t <= nearest && nearest <= end.t);
          expect(window).toBeDefined();
        }
      }),
    );
  });
});

describe('targets', () => {
  it('include the whole second, or end before the operation', () => {
    expect(endOfSecond('1970-01-01T00:00:09.999Z')).toEqual({ t: 9, i: 0xffff_ffff });
    expect(endOfSecond('1970-01-01T01:00:09+01:00')).toEqual({ t: 9, i: 0xffff_ffff });
    expect(justBefore(at(9, 3))).toEqual(at(9, 2));
    expect(justBefore(at(9, 0))).toEqual({ t: 8, i: 0xffff_ffff });
    expect(() => endOfSecond('yesterday')).toThrow('RFC 3339');
  });
});

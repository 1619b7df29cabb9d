import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@lucid/archive/repository';
import type { SliceLink, SliceLog, SliceRange } from '@lucid/archive/slice-types';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { createLogger } from '@lucid/core/logger';
import { FakeClock } from '@lucid/testing/fake-clock';
import { SliceUpkeep } from './slice-upkeep.ts';

const HOUR_MS = 3_600_000;
const NOW = new Date('2026-01-09T12:00:00.000Z');
const seconds = (hoursAgo: number): number => NOW.getTime() / 1_000 - hoursAgo * 3_600;

describe('what goes along with the capture', () => {
  let folder: string;
  let repository: Repository;
  let log: SliceLog;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-upkeep-'));
    const store = await FileObjectStore.open(folder);
    repository = await Repository.create(store, {
      clusterId: 'a',
      encryption: 'none',
      compression: 'zstd',
      workers: 1,
    });
    log = repository.slices('set');
  });
  afterEach(async () => {
    await repository.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** One slice an hour. */
  async function fill(hours: number): Promise<void> {
    let previous: SliceLink | null = null;
    for (let ago = hours; ago > 0; ago -= 1) {
      const [from, to] = [ago, ago - 1].map((one) => ({ t: seconds(one), i: 1 })) as [
        SliceRange['from'],
        SliceRange['to'],
      ];
      const lease = { fencingToken: 1, assertHeld: () => Promise.resolve() };
      const meta = { term: 1, replicaSet: 'rs', open: [] };
      previous = await log.append([], { from, to, previous, documents: 0, meta, ...lease });
    }
  }

  function upkeepWith(clock: FakeClock, told: (SliceRange | undefined)[] = []): SliceUpkeep {
    const backups = [30, 2].map((ago) => ({ id: `bkp_${ago}`, stream: 'set', tend: { t: seconds(ago), i: 0 } }));
    const gaps = { settle: () => Promise.resolve(true) };
    const windows = { look: () => Promise.resolve({ backups, isComplete: true }) };
    const replicas = { follow: (_log: SliceLog, stored?: SliceRange) => told.push(stored), logsOf: () => [] };
    const parts = [gaps, windows, replicas, { pitrRetentionDays: 1 }] as [never, never, never, never];
    return new SliceUpkeep(...parts, clock, createLogger('test', 'silent'));
  }

  it.each([0, 1, 25, -1])('expires up to the backup that is needed, with a clock %i hours ahead', async (hours) => {
    await fill(40);
    const clock = new FakeClock(new Date(NOW.getTime() + hours * HOUR_MS));
    const upkeep = upkeepWith(clock);
    await upkeep.afterSlice(log, undefined, undefined);
    expect(await log.list()).toHaveLength(40);
    await clock.advance(HOUR_MS);
    await upkeep.afterSlice(log, (await log.list()).at(-1), undefined);
    const [first] = await log.list();
    expect(first?.from.t).toBe(seconds(31));
  });

  it('tells the replicas of each slice, and every hour to compare', async () => {
    await fill(2);
    const [older, newer] = await log.list();
    const told: (SliceRange | undefined)[] = [];
    const clock = new FakeClock(NOW);
    const upkeep = upkeepWith(clock, told);
    for (const stored of [undefined, older, newer]) await upkeep.afterSlice(log, stored, undefined);
    await clock.advance(HOUR_MS);
    for (const stored of [older, newer]) await upkeep.afterSlice(log, stored, undefined);
    expect(told).toEqual([undefined, older, newer, undefined, newer]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@lucid/archive/repository';
import { chainsOf } from '@lucid/archive/slice-chain';
import type { SliceLink, SliceLog } from '@lucid/archive/slice-types';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { createLogger } from '@lucid/core/logger';
import { eventually } from '@lucid/testing/eventually';
import { SliceReplicas } from './slice-replicas.service.ts';

const OPTIONS = { clusterId: 'a', encryption: 'none', compression: 'zstd', workers: 1 } as const;

describe('the replicas of the oplog slices', () => {
  let folder: string;
  let source: Repository;
  let replica: Repository;
  let log: SliceLog;
  let last: SliceLink | null;
  let state: 'ready' | 'unreachable';
  let looksWhileAway: number;
  let replicas: SliceReplicas;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-slice-replicas-'));
    source = await Repository.create(await FileObjectStore.open(join(folder, 'source')), OPTIONS);
    replica = await Repository.createReplica(await FileObjectStore.open(join(folder, 'replica')), source, OPTIONS);
    log = source.slices('set');
    last = null;
    state = 'ready';
    looksWhileAway = 0;
    const repositories = {
      list: () => {
        if (state !== 'ready') looksWhileAway += 1;
        return [
          { definition: { name: 'default', isReplica: false }, state: 'ready' },
          { definition: { name: 'replica', isReplica: true }, state },
        ];
      },
      get: (name?: string) => (name === 'replica' ? replica : source),
    };
    replicas = new SliceReplicas(repositories as never, createLogger('test', 'silent'));
  });
  afterEach(async () => {
    await replicas.onModuleDestroy();
    await Promise.all([source.close(), replica.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  async function append(): Promise<SliceLink> {
    const from = last?.to ?? { t: 1, i: 1 };
    const lease = { fencingToken: 1, assertHeld: () => Promise.resolve() };
    last = await log.append([], {
      from,
      to: { t: from.t + 1, i: 1 },
      previous: last,
      documents: 0,
      meta: {},
      ...lease,
    });
    return last;
  }

  /** Waits until the replica has as many, in one chain. */
  const reach = (count: number): Promise<unknown> =>
    eventually('the slices', async () => {
      const there = await replica.slices('set').list();
      return there.length === count && chainsOf(there).length === 1;
    });

  it('get what was there, and then each slice, also those that come while others are copied', async () => {
    await append();
    replicas.follow(log);
    for (let n = 0; n < 20; n += 1) replicas.follow(log, await append());
    await reach(21);
  });

  it('that are away for a while lack nothing afterwards', async () => {
    replicas.follow(log, await append());
    await reach(1);
    state = 'unreachable';
    replicas.follow(log, await append());
    await eventually('a look for it', () => looksWhileAway > 0);
    state = 'ready';
    replicas.follow(log, await append());
    await reach(3);
  });

  it('that were opened anew are compared first', async () => {
    replicas.follow(log, await append());
    await reach(1);
    await append();
    await replica.close();
    replica = await Repository.open(await FileObjectStore.open(join(folder, 'replica')), OPTIONS);
    replicas.follow(log, await append());
    await reach(3);
  });
});

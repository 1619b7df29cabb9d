import { parseMasterKey } from '@lucid/archive/master-key';
import { Repository } from '@lucid/archive/repository';
import { chainsOf, type SliceChain } from '@lucid/archive/slice-chain';
import type { SliceLink } from '@lucid/archive/slice-types';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { eventually } from '@lucid/testing/eventually';
import type { Timestamp } from 'mongodb';
import type { Suite } from '../system/suite.ts';

export interface Moment {
  readonly clusterTime: { readonly t: number; readonly i: number };
  readonly at: string;
}

export interface RecoveryView {
  readonly items: readonly {
    readonly start: Moment;
    readonly end: Moment;
    readonly backups: readonly { id: string }[];
  }[];
  readonly gaps: readonly { readonly from: Moment; readonly to: Moment; readonly reason: string }[];
  readonly capture: { readonly isActive: boolean; readonly lastSliceAt?: string };
}

export function recoveryView(suite: Suite): Promise<RecoveryView> {
  return suite.rest('backup-service').get<RecoveryView>('/api/v1/recovery-windows');
}

/** Seconds of the newest write of the cluster. */
export async function clusterSeconds(suite: Suite): Promise<number> {
  const { lastWrite } = await suite.mongo.db('admin').command({ hello: 1 });
  return (lastWrite.opTime.ts as Timestamp).t;
}

/** The windows, once what was written until now can be brought back. */
export async function windowsUpToNow(suite: Suite): Promise<RecoveryView> {
  const now = await clusterSeconds(suite);
  const ask = async (): Promise<RecoveryView | false> => {
    // Something has to come after it, in a later second.
    await suite.mongo.db('ticks').collection('ticks').insertOne({});
    const view = await recoveryView(suite);
    return (view.items.at(-1)?.end.clusterTime.t ?? 0) > now && view;
  };
  return eventually('a window up to now', ask, { timeoutMs: 120_000, intervalMs: 250 });
}

/**
 * The chains of the only stream of a repository, which it reads as a disaster recovery would: every slice whole, and each naming the one before it by
 * the hash of its bytes. @throws AppError CHUNK_CORRUPT, CHUNK_MISSING; Error where one names another predecessor
 */
export async function readChains(folder: string, masterKey: string): Promise<SliceChain[]> {
  const store = await FileObjectStore.open(folder);
  const key = parseMasterKey(masterKey);
  const repository = await Repository.open(store, { masterKey: key, clusterId: 'a-reader', workers: 1 });
  try {
    const [stream = ''] = await repository.listSliceStreams();
    const log = repository.slices(stream);
    const chains = chainsOf(await log.list());
    for (const { slices } of chains) {
      let before: SliceLink | null = null;
      for (const range of slices) {
        const { header, hash } = await log.read(range);
        if (JSON.stringify(header.previous) !== JSON.stringify(before))
          throw new Error(`the slice after ${JSON.stringify(before)} names ${JSON.stringify(header.previous)}`);
        before = { from: range.from, to: range.to, hash };
      }
    }
    return chains;
  } finally {
    await repository.close();
  }
}

import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { ChunkInventory } from './chunk-inventory.ts';
import { KEYS } from './format.ts';
import { inParallel } from './in-parallel.ts';
import type { UsageOptions, UsageResult } from './maintenance-types.ts';
import type { RepositoryContext } from './repository-context.ts';

const DEFAULT_SIZES = 2_000;
const PARALLEL = 8;

/**
 * The port's listing gives names only, and a size is a request of its own. So beyond `maxSizes` chunks every n-th one in the
 * order of listing is measured: ids are hashes, so that is a fair sample.
 */
export async function measureUsage(
  { store }: RepositoryContext,
  { maxSizes = DEFAULT_SIZES, signal }: UsageOptions = {},
): Promise<UsageResult> {
  const inventory = await ChunkInventory.list(store, signal);
  const step = Math.ceil(inventory.objects / maxSizes) || 1;
  const sampled: string[] = [];
  let at = 0;
  for (const [id] of inventory.newest) {
    for (const copy of inventory.copies(id)) if (at++ % step === 0) sampled.push(KEYS.chunk(id.toString('hex'), copy));
  }
  const bytes = await sizeOf(store, sampled, signal);
  const snapshotKeys = await keysOf(store, KEYS.snapshots);
  return {
    snapshots: snapshotKeys.filter((key) => key.endsWith('/COMMIT')).length,
    chunks: inventory.objects,
    chunkBytes: sampled.length === 0 ? 0 : Math.round((bytes / sampled.length) * inventory.objects),
    manifestBytes: await sizeOf(store, snapshotKeys, signal),
    quarantinedBytes: await sizeOf(store, await keysOf(store, KEYS.setAside('')), signal),
    isEstimate: step > 1,
  };
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}

async function sizeOf(store: ObjectStore, keys: readonly string[], signal?: AbortSignal): Promise<number> {
  let sum = 0;
  await inParallel(keys, PARALLEL, async (key) => {
    signal?.throwIfAborted();
    const stat = await store.stat(key);
    sum += stat?.sizeBytes ?? 0;
  });
  return sum;
}

import { AppError } from '@lucid/core/app-error';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { ChunkInventory } from './chunk-inventory.ts';
import { KEYS } from './format.ts';
import { CONDEMNED_LIMIT, encodeCondemned, readGenerations, type Generations } from './generations.ts';
import type { ListedAttempt } from './intents.ts';
import { KnownChunks } from './known-chunks.ts';
import { readReferences } from './load-snapshot.ts';
import type { GarbageOptions, GarbageResult } from './maintenance-types.ts';
import type { RepositoryContext } from './repository-context.ts';
import { removeDeadManifests, settleAttempts } from './settle-attempts.ts';
import { encodeRecord } from './signed-record.ts';

const PARALLEL = 8;
const NOTHING = { deletedChunks: 0, deletedBytes: 0, keptChunks: 0, waitingFor: [] as string[] };

/**
 * One step of garbage collection in two cycles: the first call condemns what no snapshot names, a later one deletes it, once
 * every snapshot that began before has ended. May be killed anywhere and called again. Why two collectors, a paused one or a
 * writer that comes back to life cannot lose a chunk: docs/repository-format.md.
 * @throws AppError MANIFEST_CORRUPT (a snapshot cannot be read: nothing is deleted), REPOSITORY_OWNED, LEASE_LOST, REPOSITORY_CORRUPT
 */
export async function collectGarbage(context: RepositoryContext, options: GarbageOptions): Promise<GarbageResult> {
  const { store, keys, ownership } = context;
  await options.assertHeld();
  await ownership.assertOwn();
  options.onProgress?.({ phase: 'attempts', done: 0, total: null });
  // Before the attempts are listed: one that is not among them has seen what this generation condemns.
  const state = await readGenerations(store, keys.authKey);
  const alive = await settleAttempts(context, options);
  if (!options.dryRun) await removeDeadManifests(context);
  return state.condemned
    ? sweep(context, options, { newest: state.newest, condemned: state.condemned }, alive)
    : condemn(context, options, state, alive);
}

async function condemn(
  context: RepositoryContext,
  options: GarbageOptions,
  { newest, listed }: Generations,
  alive: readonly ListedAttempt[],
): Promise<GarbageResult> {
  const { store, keys } = context;
  const { inventory, referenced } = await survey(context, options);
  // What a running attempt stored has a copy number from its generation on: it is still to be named by a manifest.
  const limit = Math.min(newest + 1, ...alive.map(({ info }) => info?.generation ?? 0));
  const condemned = new KnownChunks();
  let isHeldBack = false;
  for (const [id, copy] of inventory.newest) {
    if (condemned.size === CONDEMNED_LIMIT) break;
    const copies = inventory.copies(id).filter((one) => !referenced.has(id) || one < copy);
    const old = copies.filter((one) => one < limit);
    if (old.length > 0) condemned.set(id, Math.max(...old));
    isHeldBack ||= old.length < copies.length;
  }
  const result = { generation: newest, condemnedChunks: condemned.size, ...NOTHING, keptChunks: inventory.objects };
  // Even an empty generation is worth writing when chunks are held back: attempts that begin later do not hold them back.
  const separates = isHeldBack && alive.some(({ info }) => info?.generation === newest);
  if (condemned.size === 0 && !separates) {
    return { ...result, phase: 'clean' };
  }
  const generation = newest + 1;
  if (!options.dryRun) {
    await assertMayChange(context, options);
    const isFirst = await store.putIfAbsent(
      KEYS.generation(generation),
      encodeCondemned(keys.authKey, generation, condemned),
    );
    await store.flush();
    if (!isFirst) throw new AppError('LEASE_LOST', 'Another collector works on the repository.');
    await removeOldGenerations(store, listed, newest);
  }
  return { ...result, generation, phase: 'condemned' };
}

async function sweep(
  context: RepositoryContext,
  options: GarbageOptions,
  { newest: generation, condemned }: { newest: number; condemned: KnownChunks },
  alive: readonly ListedAttempt[],
): Promise<GarbageResult> {
  const { store, keys } = context;
  const waitingFor = alive
    .filter(({ info }) => (info?.generation ?? 0) < generation)
    .map(({ snapshotId }) => snapshotId);
  const result = { generation, condemnedChunks: condemned.size, ...NOTHING };
  if (waitingFor.length > 0) {
    const { objects } = await ChunkInventory.list(store, options.signal);
    return { ...result, phase: 'waiting', keptChunks: objects, waitingFor };
  }
  const { inventory, referenced } = await survey(context, options);
  const doomed: string[] = [];
  for (const [id, limit] of condemned) {
    const copies = inventory.copies(id);
    // A snapshot that began before may name it; it stays unless a later copy, which nobody condemned, is there too.
    if (referenced.has(id) && !copies.some((copy) => copy > limit)) continue;
    const name = id.toString('hex');
    for (const copy of copies) if (copy <= limit) doomed.push(KEYS.chunk(name, copy));
  }
  const deletedBytes = await removeAll(context, options, doomed);
  if (!options.dryRun) {
    const key = KEYS.generationDone(generation);
    await store.putIfAbsent(key, encodeRecord(keys.authKey, key, { generation, deletedChunks: doomed.length }));
    await store.flush();
  }
  const counts = { deletedChunks: doomed.length, deletedBytes, keptChunks: inventory.objects - doomed.length };
  return { ...result, ...counts, phase: 'deleted' };
}

async function survey(
  context: RepositoryContext,
  { signal, onProgress }: GarbageOptions,
): Promise<{ inventory: ChunkInventory; referenced: KnownChunks }> {
  const report = progressOf('chunks', onProgress);
  const inventory = await ChunkInventory.list(context.store, signal, report);
  return { inventory, referenced: await readReferences(context, signal, progressOf('snapshots', onProgress)) };
}

/** Deletes in small batches, each after the lease and the owner were looked at again. @returns bytes */
async function removeAll(
  context: RepositoryContext,
  options: GarbageOptions,
  doomed: readonly string[],
): Promise<number> {
  const { store } = context;
  let bytes = 0;
  for (let at = 0; at < doomed.length; at += PARALLEL) {
    options.signal?.throwIfAborted();
    if (!options.dryRun && at % (PARALLEL * 32) === 0) await assertMayChange(context, options);
    const sizes = await Promise.all(
      doomed.slice(at, at + PARALLEL).map(async (key) => {
        const stat = await store.stat(key);
        if (!options.dryRun) await store.remove(key);
        return stat?.sizeBytes ?? 0;
      }),
    );
    bytes += sizes.reduce((sum, size) => sum + size, 0);
    options.onProgress?.({ phase: 'delete', done: Math.min(at + PARALLEL, doomed.length), total: doomed.length });
  }
  if (!options.dryRun) await store.flush();
  return bytes;
}

async function assertMayChange({ ownership }: RepositoryContext, { assertHeld }: GarbageOptions): Promise<void> {
  await ownership.assertOwn();
  await assertHeld();
}

/** Keeps the one before, so that a listing that others overlap always shows a number that is not too old. */
async function removeOldGenerations(store: ObjectStore, listed: readonly number[], newest: number): Promise<void> {
  for (const old of listed.filter((generation) => generation < newest)) {
    await store.remove(KEYS.generation(old));
    await store.remove(KEYS.generationDone(old));
  }
  await store.flush();
}

function progressOf(phase: string, onProgress: GarbageOptions['onProgress']): () => void {
  let done = 0;
  return () => onProgress?.({ phase, done: ++done, total: null });
}

import { AppError } from '@lucid/core/app-error';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { manifestHash, readCommit } from './commit.ts';
import { KEYS, isSnapshotId } from './format.ts';
import { HEADER_BYTES, dataKeyOf } from './frame-header.ts';
import { inParallel } from './in-parallel.ts';
import { KnownChunks } from './known-chunks.ts';
import { manifestCorrupt, openManifest, type StoredManifest } from './manifest.ts';
import type { RepositoryContext } from './repository-context.ts';
import type { CommitRecord } from './snapshot-types.ts';

/** A manifest takes about 200 bytes for each of its chunks in memory. */
export const MANIFESTS_AT_A_TIME = 4;

export interface LoadedSnapshot {
  readonly manifest: StoredManifest;
  readonly commit: CommitRecord;
}

/** Reads and authenticates a committed snapshot. @throws AppError BACKUP_NOT_FOUND, MANIFEST_CORRUPT */
export async function loadSnapshot(context: RepositoryContext, id: string): Promise<LoadedSnapshot> {
  const { store, ring, repositoryId } = context;
  const commit = await readCommit(store, ring.keys.authKey, id);
  if (!commit) throw new AppError('BACKUP_NOT_FOUND', `The repository has no snapshot ${id}.`);
  const frame = await store.get(KEYS.manifest(id, commit.manifestHash));
  if (!frame || manifestHash(frame) !== commit.manifestHash) throw manifestCorrupt(id);
  if (frame.length >= HEADER_BYTES) await ring.expect(dataKeyOf(frame));
  return { manifest: openManifest(ring.keys, repositoryId, id, frame), commit };
}

/** Ids of the snapshots that have a COMMIT, sorted. */
export async function listCommitted(store: ObjectStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const key of store.list(KEYS.snapshots)) {
    const [, id, name] = key.split('/');
    if (name === 'COMMIT' && id && isSnapshotId(id)) ids.push(id);
  }
  return ids.sort();
}

/**
 * Every chunk that a committed snapshot names, id → plain size.
 * @throws AppError MANIFEST_CORRUPT where a snapshot cannot be read: then nobody knows what it needs
 */
export async function readReferences(
  context: RepositoryContext,
  signal?: AbortSignal,
  onSnapshot?: () => void,
): Promise<KnownChunks> {
  const referenced = new KnownChunks();
  await inParallel(await listCommitted(context.store), MANIFESTS_AT_A_TIME, async (id) => {
    signal?.throwIfAborted();
    const loaded = await loadUnlessRemoved(context, id);
    for (const chunk of loaded?.manifest.chunks ?? []) referenced.set(chunk.id, chunk.plainBytes);
    onSnapshot?.();
  });
  return referenced;
}

/** Undefined where the snapshot was removed in the meantime, which is not the same as damaged. @throws AppError MANIFEST_CORRUPT */
export async function loadUnlessRemoved(context: RepositoryContext, id: string): Promise<LoadedSnapshot | undefined> {
  try {
    return await loadSnapshot(context, id);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'BACKUP_NOT_FOUND') return undefined;
    if (error.code === 'MANIFEST_CORRUPT' && !(await context.store.stat(KEYS.commit(id)))) return undefined;
    throw error;
  }
}

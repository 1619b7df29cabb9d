import { createHash } from 'node:crypto';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { AppError } from '@lucid/core/app-error';
import { KEYS, isSnapshotId } from './format.ts';
import { manifestCorrupt } from './manifest.ts';
import { decodeRecord, encodeRecord } from './signed-record.ts';
import type { CommitRecord, JsonValue } from './snapshot-types.ts';

/** The second finds what came while the first went on; more only while somebody writes this very snapshot. */
const REMOVAL_ROUNDS = 4;

/** SHA-256 of a stored manifest, in hex: part of its name and of the COMMIT. */
export function manifestHash(frame: Buffer): string {
  return createHash('sha256').update(frame).digest('hex');
}

function encodeCommit(authKey: Uint8Array, commit: CommitRecord): Buffer {
  return encodeRecord(authKey, KEYS.commit(commit.id), commit as unknown as JsonValue);
}

/** The COMMIT of a snapshot, or undefined. @throws AppError MANIFEST_CORRUPT */
export async function readCommit(
  store: ObjectStore,
  authKey: Uint8Array,
  id: string,
): Promise<CommitRecord | undefined> {
  const bytes = await store.get(KEYS.commit(id));
  if (!bytes) return undefined;
  const commit = decodeRecord(authKey, KEYS.commit(id), bytes) as CommitRecord | undefined;
  if (commit?.id !== id) throw manifestCorrupt(id);
  return commit;
}

/**
 * Makes the snapshot visible. One that was committed by somebody else and removed while the caller stood still does not come
 * back: its manifest is gone, and `removeSnapshot` looks again after it has removed that.
 * @returns the COMMIT that counts; undefined where the snapshot was removed
 */
export async function putCommit(
  store: ObjectStore,
  authKey: Uint8Array,
  commit: CommitRecord,
): Promise<CommitRecord | undefined> {
  const key = KEYS.commit(commit.id);
  const isFirst = await store.putIfAbsent(key, encodeCommit(authKey, commit));
  await store.flush();
  if (!isFirst) return readCommit(store, authKey, commit.id);
  if (await store.stat(KEYS.manifest(commit.id, commit.manifestHash))) return commit;
  await store.remove(key);
  return undefined;
}

/** Removes COMMIT first, then the rest, until nothing is listed. */
export async function removeCommitted(store: ObjectStore, id: string): Promise<void> {
  await store.remove(KEYS.commit(id));
  await store.flush();
  for (let round = 0, found = 1; found > 0 && round < REMOVAL_ROUNDS; round++) {
    found = 0;
    for await (const key of store.list(KEYS.snapshot(id))) {
      found++;
      await store.remove(key);
    }
  }
  await store.flush();
}

/** @throws AppError VALIDATION_FAILED */
export function assertSnapshotId(id: string): void {
  if (isSnapshotId(id)) return;
  throw new AppError('VALIDATION_FAILED', 'A snapshot id has at most 80 characters of A-Z a-z 0-9 _ -.');
}

import { createHash } from 'node:crypto';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { AppError } from '@lucid/core/app-error';
import { KEYS, isSnapshotId } from './format.ts';
import { manifestCorrupt } from './manifest.ts';
import { decodeRecord, encodeRecord } from './signed-record.ts';
import type { CommitRecord, JsonValue } from './snapshot-types.ts';

/** SHA-256 of a stored manifest, in hex: part of its name and of the COMMIT. */
export function manifestHash(frame: Buffer): string {
  return createHash('sha256').update(frame).digest('hex');
}

export function encodeCommit(authKey: Uint8Array, commit: CommitRecord): Buffer {
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

/** @throws AppError VALIDATION_FAILED */
export function assertSnapshotId(id: string): void {
  if (isSnapshotId(id)) return;
  throw new AppError('VALIDATION_FAILED', 'A snapshot id has at most 80 characters of A-Z a-z 0-9 _ -.');
}

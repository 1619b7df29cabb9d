import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { KEYS } from './format.ts';
import { KnownChunks } from './known-chunks.ts';

const MAGIC = 'LSCD';
const HEADER_BYTES = 16;
const ENTRY_BYTES = 36;
const MAC_BYTES = 32;
/** More wait for the next generation: an object stays below some tens of MiB. */
export const CONDEMNED_LIMIT = 400_000;

/** Where garbage collection stands (docs/repository-format.md, "Garbage collection"). */
export interface Generations {
  /** The newest generation; new chunks are stored as this copy. 0 before the first collection. */
  readonly newest: number;
  /** What the newest one condemned, id → highest condemned copy; undefined where it has been swept. */
  readonly condemned: KnownChunks | undefined;
  /** All that is listed, for removing what is old. */
  readonly listed: readonly number[];
}

/** @throws AppError REPOSITORY_CORRUPT where the list of the open generation is damaged */
export async function readGenerations(store: ObjectStore, authKey: Uint8Array): Promise<Generations> {
  for (;;) {
    const { newest, isDone, listed } = await listGenerations(store);
    if (newest === 0 || isDone) return { newest, condemned: undefined, listed };
    const key = KEYS.generation(newest);
    const bytes = await store.get(key);
    // Swept and cleared away between listing and reading: the listing is old.
    if (!bytes) continue;
    return { newest, condemned: decodeCondemned(authKey, newest, bytes), listed };
  }
}

/** From names alone, so that damage does not hide where collection stands. */
export async function listGenerations(
  store: ObjectStore,
): Promise<{ newest: number; isDone: boolean; listed: number[] }> {
  const listed = new Set<number>();
  const done = new Set<number>();
  for await (const key of store.list(KEYS.condemned)) {
    const found = /^condemned\/([0-9]{8})(\.done)?$/.exec(key);
    if (!found) continue;
    listed.add(Number(found[1]));
    if (found[2]) done.add(Number(found[1]));
  }
  const newest = Math.max(0, ...listed);
  return { newest, isDone: done.has(newest), listed: [...listed] };
}

export function encodeCondemned(authKey: Uint8Array, generation: number, condemned: KnownChunks): Buffer {
  const end = HEADER_BYTES + condemned.size * ENTRY_BYTES;
  const bytes = Buffer.alloc(end + MAC_BYTES);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUInt32LE(1, 4);
  bytes.writeUInt32LE(generation, 8);
  let at = bytes.writeUInt32LE(condemned.size, 12);
  for (const [id, copy] of condemned) {
    bytes.set(id, at);
    at = bytes.writeUInt32LE(copy, at + 32);
  }
  bytes.set(macOf(authKey, generation, bytes.subarray(0, end)), end);
  return bytes;
}

/** @throws AppError REPOSITORY_CORRUPT */
function decodeCondemned(authKey: Uint8Array, generation: number, bytes: Buffer): KnownChunks {
  const end = bytes.length - MAC_BYTES;
  const isWhole =
    end >= HEADER_BYTES && timingSafeEqual(macOf(authKey, generation, bytes.subarray(0, end)), bytes.subarray(end));
  if (!isWhole || bytes.readUInt32LE(4) !== 1 || bytes.readUInt32LE(12) * ENTRY_BYTES !== end - HEADER_BYTES) {
    throw new AppError(
      'REPOSITORY_CORRUPT',
      `${KEYS.generation(generation)} is damaged: run a repair of the repository.`,
    );
  }
  const condemned = new KnownChunks();
  for (let at = HEADER_BYTES; at < end; at += ENTRY_BYTES) {
    condemned.set(bytes.subarray(at, at + 32), bytes.readUInt32LE(at + 32));
  }
  return condemned;
}

function macOf(authKey: Uint8Array, generation: number, bytes: Uint8Array): Buffer {
  return createHmac('sha256', authKey)
    .update(`lucid-repository 1\n${KEYS.generation(generation)}\n`)
    .update(bytes)
    .digest();
}

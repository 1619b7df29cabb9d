import { toRedisAppError } from '@lucid/clients/redis/connection';
import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import type { Redis } from 'ioredis';
import { type KeyPart, KeyHashes, newSeed } from './key-hashes.ts';
import { databasesOf, type RedisManifest } from './manifest.ts';
import { readEntries } from './read-entries.ts';
import { keyspaceOf, serverInfo } from './server-info.ts';

/** As many keys are remembered at a time: 128 MiB at most. */
const KEYS_A_PASS = 4_000_000;
const SCAN_COUNT = 1_000;

export interface SweepContext {
  readonly reader: SnapshotReader;
  readonly manifest: RedisManifest;
  /** Keys that expire up to here are not in the backup any more. */
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/**
 * Removes every key of the server that the backup does not hold, by SCAN and UNLINK: FLUSHDB is disabled. The backup is read once for
 * four million keys, so that memory stays bounded. Harmless when run again.
 * @returns how many were removed; the connection is left at another database
 * @throws AppError REDIS_UNAVAILABLE, and what reading the backup throws
 */
export async function sweepKeys(redis: Redis, context: SweepContext): Promise<number> {
  const live = keyspaceOf(await serverInfo(redis));
  if (live.length === 0) return 0;
  const total = databasesOf(context.manifest).reduce((sum, { keys }) => sum + keys, 0);
  const parts = Math.max(1, Math.ceil(total / KEYS_A_PASS));
  const seed = newSeed();
  let removed = 0;
  for (let part = 0; part < parts; part += 1) {
    const hashes = await hashesOf(context, { seed, parts, part });
    for (const { database } of live) removed += await sweepDatabase(redis, database, hashes, context.signal);
  }
  return removed;
}

async function hashesOf({ reader, manifest, nowMs, signal }: SweepContext, part: KeyPart): Promise<KeyHashes> {
  const hashes = new KeyHashes(part);
  for (const one of manifest.parts) {
    await readEntries(
      reader,
      one,
      {
        entry(scanner, database) {
          const { expiresAtMs } = scanner.entry;
          if (expiresAtMs >= 0 && expiresAtMs <= nowMs) return;
          const key = scanner.key();
          if (hashes.covers(database, key)) hashes.add(database, key);
        },
      },
      signal,
    );
  }
  return hashes;
}

async function sweepDatabase(redis: Redis, database: number, hashes: KeyHashes, signal: AbortSignal): Promise<number> {
  let removed = 0;
  let cursor = '0';
  try {
    await redis.select(database);
    do {
      signal.throwIfAborted();
      const [next, keys] = await redis.scanBuffer(cursor, 'COUNT', SCAN_COUNT);
      cursor = next.toString();
      const strays = keys.filter((key) => hashes.covers(database, key) && !hashes.has(database, key));
      if (strays.length > 0) removed += await unlink(redis, strays);
    } while (cursor !== '0');
    return removed;
  } catch (error) {
    throw signal.aborted ? signal.reason : (toRedisAppError(error) ?? error);
  }
}

/** One command a key: on a cluster the keys of one command must have the same slot. */
async function unlink(redis: Redis, keys: readonly Buffer[]): Promise<number> {
  const pipeline = redis.pipeline();
  for (const key of keys) pipeline.unlink(key);
  let removed = 0;
  for (const [error, count] of (await pipeline.exec()) ?? []) {
    if (error) throw error;
    removed += Number(count);
  }
  return removed;
}

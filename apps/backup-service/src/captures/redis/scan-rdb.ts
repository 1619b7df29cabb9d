import { toRedisAppError } from '@lucid/clients/redis/connection';
import { showKey, unsupported } from '@lucid/clients/redis/rdb/rdb-format';
import {
  dumpVersion,
  FOOTER_BYTES,
  rdbAux,
  rdbEnd,
  rdbExpiry,
  rdbHeader,
  rdbSelect,
  rdbString,
} from '@lucid/clients/redis/rdb/rdb-writer';
import { AppError } from '@lucid/core/app-error';
import type { Redis } from 'ioredis';
import { KeyHashes } from './key-hashes.ts';
import { keyspaceOf, serverInfo } from './server-info.ts';

const SCAN_COUNT = 500;
const NO_FUNCTIONS = /unknown (sub)?command|NOPERM/i;

/**
 * The keys of a server that gives no RDB, one after the other, as an RDB without a checksum: not one instant. Each database is
 * scanned; what changes while that runs may be in or not; a key that is there all the time is in.
 * @throws AppError REDIS_UNAVAILABLE, ENGINE_UNSUITABLE (the user may not SCAN or DUMP), RDB_INVALID
 */
export async function* scanRdb(redis: Redis, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* scanDatabases(redis, signal);
  } catch (error) {
    throw signal.aborted ? signal.reason : (toRedisAppError(error) ?? error);
  }
}

async function* scanDatabases(redis: Redis, signal: AbortSignal): AsyncGenerator<Buffer> {
  const info = await serverInfo(redis);
  const [seconds] = await redis.time();
  yield rdbHeader(info.rdbVersion);
  yield rdbAux('redis-ver', info.redisVersion);
  yield rdbAux('ctime', String(seconds));
  yield await functionsOf(redis);
  for (const { database } of keyspaceOf(info)) {
    await redis.select(database);
    yield rdbSelect(database);
    const seen = new KeyHashes();
    let cursor = '0';
    do {
      signal.throwIfAborted();
      const [next, keys] = await redis.scanBuffer(cursor, 'COUNT', SCAN_COUNT);
      cursor = next.toString();
      // SCAN may show a key twice; an RDB with a key twice is refused by Redis.
      const fresh = keys.filter((key) => seen.add(database, key));
      if (fresh.length > 0) yield await dumpKeys(redis, fresh);
    } while (cursor !== '0');
  }
  yield rdbEnd();
}

async function dumpKeys(redis: Redis, keys: readonly Buffer[]): Promise<Buffer> {
  const pipeline = redis.pipeline();
  for (const key of keys) {
    pipeline.dumpBuffer(key);
    pipeline.pexpiretime(key);
  }
  const replies = (await pipeline.exec()) ?? [];
  const parts: Buffer[] = [];
  for (const [index, key] of keys.entries()) {
    const [payload, expiresAtMs] = [replies[2 * index], replies[2 * index + 1]].map((reply) => {
      if (!reply || reply[0]) throw reply?.[0] ?? new AppError('REDIS_UNAVAILABLE', 'Redis gave no reply.');
      return reply[1];
    }) as [Buffer | null, number];
    // It was deleted or expired between SCAN and DUMP.
    if (payload !== null && expiresAtMs !== -2) parts.push(...entryOf(key, payload, expiresAtMs));
  }
  return Buffer.concat(parts);
}

function entryOf(key: Buffer, payload: Buffer, expiresAtMs: number): Buffer[] {
  if (dumpVersion(payload) === undefined) throw unsupported(`The dump of the key ${showKey(key)} arrived damaged.`);
  const value = payload.subarray(1, payload.length - FOOTER_BYTES);
  const type = payload.subarray(0, 1);
  return [...(expiresAtMs >= 0 ? [rdbExpiry(expiresAtMs)] : []), type, rdbString(key), value];
}

async function functionsOf(redis: Redis): Promise<Buffer> {
  try {
    const payload = (await redis.callBuffer('FUNCTION', 'DUMP')) as Buffer;
    return payload.subarray(0, payload.length - FOOTER_BYTES);
  } catch (error) {
    if (error instanceof Error && NO_FUNCTIONS.test(error.message)) return Buffer.alloc(0);
    throw error;
  }
}

/**
 * What a Redis capture leaves in a snapshot. A part is one server: the only one, or one primary of a Redis Cluster.
 *
 * - `redis/<part>/rdb` (kind `bytes`): a valid RDB: header, functions, and each database's keys as the server sent them, without the
 *   auxiliary fields, without IDLE and FREQ, and with zeros (no checksum) at the end. So an unchanged database gives unchanged
 *   bytes: under an LRU policy the server's own RDB differs at every key from minute to minute.
 * - `redis/<part>/evictions` (kind `bytes`; absent where the server keeps none): for each key in order one LEB128 number: 0 for none,
 *   1 + 2 × seconds of idleness, or 2 + 2 × the counter of an LFU policy. Keys beyond its end have none.
 */
import type { JsonValue } from '@lucid/archive/snapshot-types';
import { AppError } from '@lucid/core/app-error';

export const REDIS_MANIFEST_FORMAT = 1;

export type RedisDatabaseManifest = {
  database: number;
  keys: number;
  /** Keys with an expiry. */
  expiring: number;
  /** Of keys, values and expiries as they stand in the stream. */
  bytes: number;
};

export type RedisPartManifest = {
  stream: string;
  evictionStream: string | null;
  rdbVersion: number;
  /** `replication`: one instant, the server's fork. `scan`: key by key (SCAN and DUMP), while others write. */
  method: 'replication' | 'scan';
  replicationId: string | null;
  offset: number | null;
  /** RFC 3339. */
  consistentAt: string;
  /** The RDB's auxiliary fields (`redis-ver`, `ctime`, `used-mem` …). */
  aux: Record<string, string>;
  /** Names of function libraries. */
  functions: string[];
  /** In ascending order; those without keys are not there. */
  databases: RedisDatabaseManifest[];
  bytes: number;
};

/** The value that is stored under the key `redis` of the snapshot's meta. */
export type RedisManifest = {
  format: typeof REDIS_MANIFEST_FORMAT;
  redisVersion: string;
  isCluster: boolean;
  /** False where keys were read one by one, or from several servers. */
  isOneInstant: boolean;
  parts: RedisPartManifest[];
};

/** @throws AppError MANIFEST_CORRUPT for a manifest of another format */
export function readRedisManifest(value: JsonValue): RedisManifest {
  const manifest = value as unknown as RedisManifest | null;
  if (manifest?.format === REDIS_MANIFEST_FORMAT) return manifest;
  throw new AppError('MANIFEST_CORRUPT', 'the backup describes Redis in a way this version does not know');
}

/** The databases of all parts together, in ascending order. */
export function databasesOf({ parts }: RedisManifest): RedisDatabaseManifest[] {
  const sums = new Map<number, RedisDatabaseManifest>();
  for (const one of parts.flatMap(({ databases }) => databases)) {
    const sum = sums.get(one.database) ?? { database: one.database, keys: 0, expiring: 0, bytes: 0 };
    sum.keys += one.keys;
    sum.expiring += one.expiring;
    sum.bytes += one.bytes;
    sums.set(one.database, sum);
  }
  return [...sums.values()].sort((a, b) => a.database - b.database);
}

/** How a database is called in lists of namespaces. */
export function namespaceOf(database: number): string {
  return `redis.db${database}`;
}

import { toRedisAppError } from '@lucid/clients/redis/connection';
import type { Redis } from 'ioredis';

export interface ServerInfo {
  readonly redisVersion: string;
  /** The newest RDB version it reads, and the one it writes. */
  readonly rdbVersion: number;
  readonly isCluster: boolean;
  /** Databases with keys, by number. */
  readonly keyspace: ReadonlyMap<number, number>;
  /** Keys that it gave up for memory since it was started. */
  readonly evictedKeys: number;
}

/** First server version of each RDB version (rdb.h through the releases), the newest first. */
const RDB_VERSIONS: readonly (readonly [major: number, minor: number, rdb: number])[] = [
  [7, 4, 12],
  [7, 2, 11],
  [7, 0, 10],
  [5, 0, 9],
  [4, 0, 8],
];

/** @throws AppError REDIS_UNAVAILABLE */
export async function serverInfo(redis: Redis): Promise<ServerInfo> {
  const sections: string[] = [];
  try {
    for (const section of ['server', 'cluster', 'keyspace', 'stats']) sections.push(await redis.info(section));
  } catch (error) {
    throw toRedisAppError(error) ?? error;
  }
  const text = sections.join('\n');
  const redisVersion = /^redis_version:(\S+)/m.exec(text)?.[1] ?? '0.0.0';
  const keyspace = [...text.matchAll(/^db(\d+):keys=(\d+)/gm)].map(
    ([, database, keys]) => [Number(database), Number(keys)] as const,
  );
  return {
    redisVersion,
    rdbVersion: rdbVersionOf(redisVersion),
    isCluster: /^cluster_enabled:1/m.test(text),
    keyspace: new Map(keyspace),
    evictedKeys: Number(/^evicted_keys:(\d+)/m.exec(text)?.[1] ?? 0),
  };
}

/** The RDB version that a Redis of this version writes, and the newest that it reads. */
export function rdbVersionOf(redisVersion: string): number {
  const [major = 0, minor = 0] = redisVersion.split('.').map(Number);
  const found = RDB_VERSIONS.find(([since, sinceMinor]) => major > since || (major === since && minor >= sinceMinor));
  return found?.[2] ?? 6;
}

/** In ascending order. */
export function keyspaceOf({ keyspace }: ServerInfo): { database: number; keys: number }[] {
  return [...keyspace].map(([database, keys]) => ({ database, keys })).sort((a, b) => a.database - b.database);
}

import { toRedisAppError } from '@lucid/clients/redis/connection';
import { AppError } from '@lucid/core/app-error';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import type { Redis } from 'ioredis';
import type { EngineRestorePlan, RestoreInput, RestoreRun } from '../restore-port.ts';
import { KeyFilter, type KeySelection, selectionOf } from './key-selection.ts';
import { databasesOf, namespaceOf, readRedisManifest, type RedisManifest } from './manifest.ts';
import { infoOf, type RedisServers } from './redis-servers.ts';
import type { ServerInfo } from './server-info.ts';
import { verifyInput, type VerifiedInput } from './restore-verify.ts';

/** Redis takes no longer word where it does not say otherwise (`proto-max-bulk-len`). */
const DEFAULT_WORD_BYTES = 512 * 1024 * 1024;
/** A DUMP payload is a little longer than the value. */
const PAYLOAD_BYTES = 16;

export interface RedisRestorePlan extends EngineRestorePlan {
  readonly selection: KeySelection;
}

/** What a restore would bring back, for the selection of the request. @throws AppError RESTORE_REFUSED, BACKUP_SCOPE_EMPTY … */
export async function planRedisRestore(
  servers: RedisServers,
  input: RestoreInput,
  request: BackupRestorePayload,
  run: RestoreRun,
): Promise<RedisRestorePlan> {
  const manifest = readRedisManifest(input.manifest);
  const selection = selectionOf(request);
  const filter = new KeyFilter(selection);
  const redis = firstOf(servers);
  const info = await infoOf(servers);
  await assertSuits(redis, info, manifest, filter);
  const verified = filter.takesEveryKey ? undefined : await verify(redis, input, manifest, filter, run);
  const counts = verified?.databases ?? countsOf(manifest, filter);
  assertSomething(selection, manifest, counts);
  const namespaces = [...counts].map(([database, { keys, bytes }]) => ({
    ...{ source: namespaceOf(database), target: namespaceOf(database), documents: keys, bytes, indexes: 0 },
    replaces: info.keyspace.has(database),
  }));
  // Without a choice, a database that the backup does not have is emptied: that must be seen beforehand.
  const emptied = filter.isWhole ? [...info.keyspace.keys()].filter((database) => !counts.has(database)) : [];
  const added = emptied.map((database) => ({
    ...{ source: namespaceOf(database), target: namespaceOf(database), documents: 0, bytes: 0, indexes: 0 },
    replaces: true,
  }));
  return {
    selection,
    namespaces: [...namespaces, ...added].sort((a, b) => (a.source < b.source ? -1 : 1)),
    bytes: manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0),
    warnings: manifest.isOneInstant ? [] : ['Redis: the keys of this backup are not all of one instant'],
    resources: ['redis:cache'],
  };
}

/** Of a cluster any primary will do: for its clock and its settings. */
export function firstOf({ all }: RedisServers): Redis {
  return (all[0] as RedisServers['all'][number]).client;
}

/**
 * May this backup go onto this server? Asked before anything is changed.
 * @throws AppError RESTORE_REFUSED where the server is older than the RDB, or lacks a database
 */
export async function assertSuits(
  redis: Redis,
  info: ServerInfo,
  manifest: RedisManifest,
  filter: KeyFilter,
): Promise<void> {
  const needed = Math.max(...manifest.parts.map(({ rdbVersion }) => rdbVersion));
  if (info.rdbVersion < needed) {
    throw new AppError(
      'RESTORE_REFUSED',
      `The backup is of Redis ${manifest.redisVersion} (RDB version ${needed}); this server is ${info.redisVersion} and reads up to ${info.rdbVersion}.`,
    );
  }
  const databases = databasesOf(manifest).map(({ database }) => database);
  const highest = Math.max(0, ...databases.filter((database) => filter.hasDatabase(database)));
  if (info.isCluster && highest > 0) {
    throw new AppError('RESTORE_REFUSED', `The backup has keys in database ${highest}; a Redis Cluster has only 0.`);
  }
  if (highest === 0) return;
  try {
    await redis.select(highest);
    await redis.select(0);
  } catch (error) {
    if (!(error instanceof Error) || !/out of range/.test(error.message)) throw toRedisAppError(error) ?? error;
    throw new AppError('RESTORE_REFUSED', `The backup has keys in database ${highest}: raise \`databases\` of Redis.`);
  }
}

/** Reads and checks all of the input, as the server would take it. */
export async function verify(
  redis: Redis,
  input: RestoreInput,
  manifest: RedisManifest,
  filter: KeyFilter,
  run: RestoreRun,
): Promise<VerifiedInput & { nowMs: number }> {
  const nowMs = await serverTime(redis);
  const mostValueBytes = (await longestWord(redis)) - PAYLOAD_BYTES;
  const verified = await verifyInput(input, manifest, { filter, nowMs, mostValueBytes }, run);
  const { databases, functions, bigValues, expired } = verified;
  return { databases, functions, bigValues, expired, nowMs };
}

/** The server's clock decides what has expired. */
async function serverTime(redis: Redis): Promise<number> {
  try {
    const [seconds, micros] = await redis.time();
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  } catch (error) {
    throw toRedisAppError(error) ?? error;
  }
}

async function longestWord(redis: Redis): Promise<number> {
  try {
    const [, value] = (await redis.config('GET', 'proto-max-bulk-len')) as string[];
    return Number(value) || DEFAULT_WORD_BYTES;
  } catch {
    // CONFIG is forbidden on many servers.
    return DEFAULT_WORD_BYTES;
  }
}

function countsOf(manifest: RedisManifest, filter: KeyFilter): Map<number, { keys: number; bytes: number }> {
  const databases = databasesOf(manifest).filter(({ database }) => filter.hasDatabase(database));
  return new Map(databases.map(({ database, keys, bytes }) => [database, { keys, bytes }]));
}

/** @throws AppError BACKUP_SCOPE_EMPTY: a choice that takes nothing is a mistake */
function assertSomething(selection: KeySelection, manifest: RedisManifest, counts: ReadonlyMap<number, unknown>): void {
  const there = databasesOf(manifest).map(({ database }) => database);
  const missing = (selection.databases ?? []).filter((database) => !there.includes(database));
  if (missing.length > 0) {
    const names = missing.slice(0, 10).join(', ');
    throw new AppError('BACKUP_SCOPE_EMPTY', `The backup has no keys in database ${names} of Redis.`);
  }
  if (selection.keys && counts.size === 0) {
    throw new AppError('BACKUP_SCOPE_EMPTY', 'No key of Redis in the backup matches the patterns.');
  }
}

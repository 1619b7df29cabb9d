import { AppError, isAppError } from '@lucid/core/app-error';
import { exportRdb } from '../captures/redis/export-rdb.ts';
import { databasesOf, readRedisManifest } from '../captures/redis/manifest.ts';
import { RedisRestorer } from '../captures/redis/redis-restorer.ts';
import { compareRedis } from './compare-redis.ts';
import { type DisposableRedis, type DisposableRedisOptions, startDisposableRedis } from './disposable-redis.ts';
import type { DrilledPart, DrillRun } from './engine-drill.ts';

const LEAST_DATABASES = 16;

export interface RedisDrillOptions {
  /** The redis-server to start; undefined: there is none. */
  readonly program: string | undefined;
  readonly parent: string;
  readonly maxMemoryBytes: number;
}

/**
 * Restores Redis key by key into a server that is started for it, loads the backup as an RDB file into a second one, and compares the two. Both
 * are gone at the end. @throws AppError PROGRAM_MISSING, RESTORE_REFUSED (the server is too old), REDIS_… (no memory left), CHUNK_CORRUPT …
 */
export async function drillRedis(
  { program, parent, maxMemoryBytes }: RedisDrillOptions,
  { input, run }: DrillRun,
): Promise<DrilledPart> {
  if (program === undefined) {
    throw new AppError('PROGRAM_MISSING', 'there is no redis-server on this host: set BACKUP_DRILL_REDIS to its path');
  }
  const manifest = readRedisManifest(input.manifest);
  const named = databasesOf(manifest);
  const databases = Math.max(LEAST_DATABASES, ...named.map(({ database }) => database + 1));
  const { clock, signal } = run;
  const options: DisposableRedisOptions = { program, parent, databases, maxMemoryBytes, clock, signal };
  const restored = await startDisposableRedis(options);
  try {
    const began = clock.monotonicMs();
    const restorer = new RedisRestorer({ uri: restored.uri });
    const { warnings } = await restorer.restore(
      input,
      await restorer.plan(input, { backupId: input.backupId }, run),
      run,
    );
    const done = clock.monotonicMs();
    const loaded = await startWith({ ...options, rdb: exportRdb(input.reader, manifest, {}, signal) });
    try {
      const { keys, differences } = await compareRedis(loaded.client, restored.client, named, {
        ...{ signal, nowMs: () => clock.now().getTime() },
        onKeys: (count) => run.progress({ phase: 'compare redis', done: count, total: null, unit: 'keys' }),
      });
      const [restoreSeconds, compareSeconds] = [(done - began) / 1_000, (clock.monotonicMs() - done) / 1_000];
      return {
        engine: 'redis',
        target: 'disposable',
        compared: keys,
        restoreSeconds,
        compareSeconds,
        differences,
        warnings,
      };
    } finally {
      await loaded.stop();
    }
  } finally {
    await restored.stop();
  }
}

/** The same program started empty: that it does not start with the backup is said of the backup. @throws AppError RESTORE_MISMATCH … */
async function startWith(options: DisposableRedisOptions): Promise<DisposableRedis> {
  try {
    return await startDisposableRedis(options);
  } catch (error) {
    if (options.signal.aborted || !isAppError(error, 'PROGRAM_FAILED')) throw error;
    const detail =
      'redis-server does not start with the backup as its RDB file: its log says why, or the host has no memory left';
    throw new AppError('RESTORE_MISMATCH', detail, { cause: error });
  }
}

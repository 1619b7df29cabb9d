import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { Redis } from 'ioredis';
import { DRILL_FOLDER_PREFIX, markOwner } from './drill-folders.ts';
import { freePort } from './free-port.ts';

/** A server of our own on this host, gone after `stop`. */
export interface DisposableRedis {
  readonly uri: string;
  /** Of one connection: it can select databases. */
  readonly client: Redis;
  /** Stops the server and removes its folder. May be called twice; never rejects because something is gone already. */
  stop(): Promise<void>;
}

export interface DisposableRedisOptions {
  readonly program: string;
  /** Where its folder is made. */
  readonly parent: string;
  readonly databases: number;
  /** What it may hold: a drill must not take the memory of its host. */
  readonly maxMemoryBytes: number;
  /** What it begins with, as an RDB file; empty without. */
  readonly rdb?: AsyncIterable<Buffer>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const GRACE_MS = 2_000;
const LOADING_MS = 1_800_000;
const STARTS = 3;

/**
 * Starts redis-server on 127.0.0.1 with a password that only this process knows; it writes nothing to disk. Its debug commands are open, which
 * tell the digest of a value.
 * @throws AppError PROGRAM_MISSING, PROGRAM_FAILED, STORAGE_FULL …; the signal's reason
 */
export async function startDisposableRedis(options: DisposableRedisOptions): Promise<DisposableRedis> {
  const { parent, rdb } = options;
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, DRILL_FOLDER_PREFIX));
  try {
    await chmod(folder, 0o700);
    await markOwner(folder);
    if (rdb)
      await pipeline(rdb, createWriteStream(join(folder, 'dump.rdb'), { mode: 0o600 }), { signal: options.signal });
    return await startIn(folder, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

async function startIn(folder: string, options: DisposableRedisOptions): Promise<DisposableRedis> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(folder, options);
    } catch (error) {
      // Somebody may have taken the port in between.
      const mayHelp = error instanceof AppError && error.code === 'PROGRAM_FAILED' && !options.signal.aborted;
      if (attempt === STARTS || !mayHelp) throw error;
    }
  }
}

async function startOnce(folder: string, options: DisposableRedisOptions): Promise<DisposableRedis> {
  const { program, clock, signal } = options;
  const password = randomBytes(32).toString('hex');
  const port = await freePort();
  const configuration = join(folder, 'redis.conf');
  await writeFile(configuration, configurationOf(folder, port, password, options), { mode: 0o600 });
  const uri = `redis://:${password}@127.0.0.1:${port}`;
  const client = new Redis(uri, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: () => 200 });
  client.on('error', () => undefined); // the rejected calls say the same
  let daemon: Daemon | undefined;
  const stop = async (): Promise<void> => {
    client.disconnect();
    await daemon?.stop(GRACE_MS);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    daemon = await startDaemon(program, [configuration], {
      ...{ logFile: join(folder, 'redis.log'), cwd: folder, signal, clock, readyTimeoutMs: LOADING_MS },
      isReady: async () => (await client.ping()) === 'PONG',
    });
    return { uri, client, stop };
  } catch (error) {
    client.disconnect();
    throw error;
  }
}

function configurationOf(
  folder: string,
  port: number,
  password: string,
  { databases, maxMemoryBytes, rdb }: DisposableRedisOptions,
): string {
  const lines = [
    ...[`port ${port}`, 'bind 127.0.0.1', 'protected-mode yes', `requirepass ${password}`],
    // Its title stays its command, by which it is found where it is left behind.
    ...[`dir ${JSON.stringify(folder)}`, 'daemonize no', 'set-proc-title no'],
    ...['save ""', 'appendonly no', `databases ${databases}`, 'enable-debug-command local'],
    // What an RDB brings is there before a limit counts.
    ...(rdb ? [] : [`maxmemory ${maxMemoryBytes}`, 'maxmemory-policy noeviction']),
  ];
  return `${lines.join('\n')}\n`;
}

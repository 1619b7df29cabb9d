import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import { openRdbTransfer, type RdbTransfer } from '@lucid/clients/redis/replication/rdb-transfer';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { Redis } from 'ioredis';
import type { CaptureContext, CaptureOutcome, CaptureScope, EngineCapture } from '../capture-port.ts';
import {
  databasesOf,
  namespaceOf,
  REDIS_MANIFEST_FORMAT,
  type RedisManifest,
  type RedisPartManifest,
} from './manifest.ts';
import { type RedisServer, type RedisTarget, withServers } from './redis-servers.ts';
import { scanRdb } from './scan-rdb.ts';
import { storeRdb, type StoredRdb } from './store-rdb.ts';

export interface RedisCaptureOptions extends RedisTarget {
  /** A connection on which nothing comes for so long is given up. Default: a minute. */
  readonly idleTimeoutMs?: number;
}

/**
 * Redis at the instant of its fork, by the replication protocol; where that is refused, key by key (not one instant, and said so).
 * It shows as a replica meanwhile. A Redis Cluster is captured primary by primary at the same time: each is of one instant, not all.
 */
export class RedisCapture implements EngineCapture {
  readonly engine = 'redis';
  private readonly options: RedisCaptureOptions;

  constructor(options: RedisCaptureOptions) {
    this.options = options;
  }

  async capture(_scope: CaptureScope, sink: SnapshotWriter, context: CaptureContext): Promise<CaptureOutcome> {
    const warnings: string[] = [];
    const { parts, isCluster } = await withServers(this.options, context, ({ all, isCluster }) =>
      this.captureServers(all, { sink, context, warnings }).then((parts) => ({ parts, isCluster })),
    );
    const [first] = parts;
    const manifest: RedisManifest = {
      format: REDIS_MANIFEST_FORMAT,
      redisVersion: first?.aux['redis-ver'] ?? 'unknown',
      isCluster,
      isOneInstant: parts.length === 1 && first?.method === 'replication',
      parts,
    };
    if (isCluster) warnings.push('Redis: each shard of the cluster is of one instant, not all of them of the same');
    const databases = databasesOf(manifest);
    return {
      manifest,
      namespaces: databases.map(({ database }) => namespaceOf(database)).sort(),
      documents: databases.reduce((sum, { keys }) => sum + keys, 0),
      consistentAt: new Date(Math.min(...parts.map(({ consistentAt }) => Date.parse(consistentAt)))),
      warnings,
    };
  }

  /** At the same time, because a server drops a replica that does not read. The first failure ends the others. */
  private async captureServers(
    servers: readonly RedisServer[],
    { sink, context, warnings }: Capture,
  ): Promise<RedisPartManifest[]> {
    const failed = new AbortController();
    const signal = AbortSignal.any([context.signal, failed.signal]);
    const running = servers.map((server, number) =>
      this.capturePart(number, server, { sink, context: { ...context, signal }, warnings }).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    );
    await Promise.allSettled(running);
    signal.throwIfAborted();
    return Promise.all(running);
  }

  private async capturePart(
    number: number,
    { address, client }: RedisServer,
    { sink, context, warnings }: Capture,
  ): Promise<RedisPartManifest> {
    const { idleTimeoutMs } = this.options;
    const { signal, clock, logger } = context;
    const transfer = await openRdbTransfer(address, { signal, ...(idleTimeoutMs && { idleTimeoutMs }) });
    const folder = `redis/${number}`;
    if ('refused' in transfer) {
      warnings.push(`Redis: keys were read one by one, so they are not of one instant: ${transfer.refused}`);
      return this.scan(client, folder, sink, context);
    }
    const announcedAt = clock.now();
    try {
      const stored = await this.receive(transfer, folder, sink, context);
      if (!stored.hasChecksum) warnings.push('Redis: the server writes its RDB without a checksum (rdbchecksum no)');
      const { replicationId, offset } = transfer;
      logger.info({ replicationId, offset, bytes: stored.bytes }, 'Redis is captured');
      const consistentAt = forkedAt(stored.aux['ctime'], announcedAt).toISOString();
      return { ...partOf(stored), method: 'replication', replicationId, offset, consistentAt };
    } finally {
      transfer.close();
    }
  }

  private async receive(
    transfer: RdbTransfer,
    folder: string,
    sink: SnapshotWriter,
    context: CaptureContext,
  ): Promise<StoredRdb> {
    try {
      return await storeRdb(transfer.chunks(), folder, sink, progressOf(context));
    } catch (error) {
      // What was sent well is well on the server; another attempt gets it again.
      if (!isAppError(error, 'RDB_INVALID')) throw error;
      throw new AppError('CAPTURE_RESTARTED', 'The RDB of Redis arrived damaged.', { cause: error });
    }
  }

  private async scan(
    client: Redis,
    folder: string,
    sink: SnapshotWriter,
    context: CaptureContext,
  ): Promise<RedisPartManifest> {
    const startedAt = context.clock.now();
    const stored = await storeRdb(scanRdb(client, context.signal), folder, sink, progressOf(context));
    const consistentAt = forkedAt(stored.aux['ctime'], startedAt).toISOString();
    return { ...partOf(stored), method: 'scan', replicationId: null, offset: null, consistentAt };
  }
}

interface Capture {
  readonly sink: SnapshotWriter;
  readonly context: CaptureContext;
  readonly warnings: string[];
}

function partOf(stored: StoredRdb): Omit<RedisPartManifest, 'method' | 'replicationId' | 'offset' | 'consistentAt'> {
  const { stream, evictionStream, rdbVersion, aux, functions, databases, bytes } = stored;
  return { stream, evictionStream, rdbVersion, aux, functions, databases, bytes };
}

function progressOf({ onProgress }: CaptureContext): (bytes: number) => void {
  let done = 0;
  return (bytes) => onProgress({ phase: 'redis', done: (done += bytes), total: null, unit: 'bytes' });
}

/**
 * The server announces the transfer when it forks, and its RDB says the second of the fork by its own clock. They differ where an RDB
 * that was being written already is sent, or where the clocks do: then the server's second counts.
 */
function forkedAt(ctime: string | undefined, announcedAt: Date): Date {
  const second = Number(ctime) * 1000;
  if (!(second > 0)) return announcedAt;
  const sinceFork = announcedAt.getTime() - second;
  return sinceFork >= 0 && sinceFork < 1_500 ? announcedAt : new Date(second);
}

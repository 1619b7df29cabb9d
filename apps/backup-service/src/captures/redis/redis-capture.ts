import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import type { EngineTls } from '@lucid/clients/engine-tls';
import { connectRedis } from '@lucid/clients/redis/connection';
import { openRdbTransfer, type RdbTransfer } from '@lucid/clients/redis/replication/rdb-transfer';
import { parseRedisUri } from '@lucid/clients/redis/resp/redis-address';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { CaptureContext, CaptureOutcome, CaptureScope, EngineCapture } from '../capture-port.ts';
import {
  databasesOf,
  namespaceOf,
  REDIS_MANIFEST_FORMAT,
  type RedisManifest,
  type RedisPartManifest,
} from './manifest.ts';
import { scanRdb } from './scan-rdb.ts';
import { storeRdb, type StoredRdb } from './store-rdb.ts';

export interface RedisCaptureOptions {
  /** `redis://` or `rediss://`; its database number does not count: all databases are captured. */
  readonly uri: string;
  readonly tls?: EngineTls;
  /** A connection on which nothing comes for so long is given up. Default: a minute. */
  readonly idleTimeoutMs?: number;
}

/**
 * Redis at the instant of its fork, by the replication protocol; where that is refused, key by key (not one instant, and said so).
 * It shows as a replica meanwhile.
 */
export class RedisCapture implements EngineCapture {
  readonly engine = 'redis';
  private readonly options: RedisCaptureOptions;

  constructor(options: RedisCaptureOptions) {
    this.options = options;
  }

  async capture(_scope: CaptureScope, sink: SnapshotWriter, context: CaptureContext): Promise<CaptureOutcome> {
    const warnings: string[] = [];
    const part = await this.capturePart(0, sink, context, warnings);
    const manifest: RedisManifest = {
      format: REDIS_MANIFEST_FORMAT,
      redisVersion: part.aux['redis-ver'] ?? 'unknown',
      isCluster: false,
      isOneInstant: part.method === 'replication',
      parts: [part],
    };
    const databases = databasesOf(manifest);
    return {
      manifest,
      namespaces: databases.map(({ database }) => namespaceOf(database)).sort(),
      documents: databases.reduce((sum, { keys }) => sum + keys, 0),
      consistentAt: new Date(part.consistentAt),
      warnings,
    };
  }

  private async capturePart(
    number: number,
    sink: SnapshotWriter,
    context: CaptureContext,
    warnings: string[],
  ): Promise<RedisPartManifest> {
    const { uri, tls, idleTimeoutMs } = this.options;
    const { signal, clock, logger } = context;
    const transfer = await openRdbTransfer(parseRedisUri(uri, tls), {
      signal,
      ...(idleTimeoutMs && { idleTimeoutMs }),
    });
    const folder = `redis/${number}`;
    if ('refused' in transfer) {
      warnings.push(`Redis: keys were read one by one, so they are not of one instant: ${transfer.refused}`);
      return this.scan(folder, sink, context);
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

  private async scan(folder: string, sink: SnapshotWriter, context: CaptureContext): Promise<RedisPartManifest> {
    const { uri, tls } = this.options;
    const startedAt = context.clock.now();
    const redis = await connectRedis({ uri, purpose: 'cache', database: 0, ...(tls && { tls }) }, context.clock);
    const abort = (): void => redis.disconnect();
    context.signal.addEventListener('abort', abort, { once: true });
    try {
      const stored = await storeRdb(scanRdb(redis, context.signal), folder, sink, progressOf(context));
      const consistentAt = forkedAt(stored.aux['ctime'], startedAt).toISOString();
      return { ...partOf(stored), method: 'scan', replicationId: null, offset: null, consistentAt };
    } finally {
      context.signal.removeEventListener('abort', abort);
      redis.disconnect();
    }
  }
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

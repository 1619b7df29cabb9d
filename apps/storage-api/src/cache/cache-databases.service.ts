import { isOfOtherDatabase } from '@lucid/clients/redis/cache-databases';
import { escapePattern } from '@lucid/clients/redis/document-keys';
import { KeyScan, type ScanPosition } from '@lucid/clients/redis/key-scan';
import { primariesOf } from '@lucid/clients/redis/cache-client';
import { toRedisAppError } from '@lucid/clients/redis/connection';
import { redisUri, type CommonConfig } from '@lucid/service-kit/settings';
import { InjectConfig } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { CacheConnections, type CacheDatabase } from './cache-connections.ts';
import { isQueueKey } from './cache-names.ts';

/** The keys of one logical database, wherever they are. */
@Injectable()
export class CacheDatabases {
  private readonly usual: number;

  constructor(
    private readonly connections: CacheConnections,
    @InjectConfig() config: CommonConfig,
  ) {
    this.usual = Number(/^\w+:\/\/[^/?#]*\/(\d{1,2})(?:[?#]|$)/.exec(redisUri(config))?.[1] ?? 0);
  }

  get isCluster(): boolean {
    return this.connections.isCluster;
  }

  /** Without a number, the one that REDIS_URI or REDIS_DATABASE names. */
  open(number: number = this.usual): CacheDatabase {
    return this.connections.database(number);
  }

  scan({ client, prefix }: CacheDatabase, pattern: string, type?: string, position?: ScanPosition): KeyScan {
    return new KeyScan(client, { pattern: `${escapePattern(prefix)}${pattern}`, type }, position);
  }

  /** Does the key belong to the database, and to the cache at all? */
  holds({ number }: CacheDatabase, key: Buffer): boolean {
    if (isQueueKey(key)) return false;
    return !(this.isCluster && number === 0 && isOfOtherDatabase(key.toString('latin1', 0, 8)));
  }

  /** Keys of the connection: of the database, or on a cluster of all of them. @throws AppError REDIS_UNAVAILABLE */
  async size({ client }: CacheDatabase): Promise<number> {
    try {
      const sizes = await Promise.all((await primariesOf(client)).map((primary) => primary.dbsize()));
      return sizes.reduce((sum, size) => sum + size, 0);
    } catch (error) {
      throw toRedisAppError(error) ?? error;
    }
  }
}

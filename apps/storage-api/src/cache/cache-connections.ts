import { CACHE_DATABASES, databasePrefix, DOCUMENT_DATABASE } from '@lucid/clients/redis/cache-databases';
import { createCacheClient, ensureConnected, type CacheClient } from '@lucid/clients/redis/cache-client';
import type { Logger } from '@lucid/core/logger';
import { redisUri, type CommonConfig } from '@lucid/service-kit/settings';
import { InjectConfig, InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** A read that waits longer for the cache than that is served by the database sooner. */
const HURRY_MS = 200;

/** One logical database of the cache. */
export interface CacheDatabase {
  readonly number: number;
  readonly client: CacheClient;
  /** What its keys begin with on a cluster; empty otherwise. */
  readonly prefix: string;
}

/** The connections to the cache's Redis: one for each database in use, because SELECT would turn the others' commands elsewhere. */
@Injectable()
export class CacheConnections implements OnApplicationShutdown {
  readonly isCluster: boolean;
  /** For documents on their way to a caller: fails at once rather than waits. Connects when it is told to. */
  readonly documents: CacheClient;
  private readonly clients = new Map<number, CacheClient>();

  constructor(
    @InjectConfig() private readonly config: CommonConfig,
    @InjectLogger() private readonly logger: Logger,
  ) {
    this.isCluster = config.redisClusterEnabled;
    this.documents = this.create(DOCUMENT_DATABASE, HURRY_MS);
  }

  /** Connects with its first command. */
  database(number: number): CacheDatabase {
    if (!Number.isInteger(number) || number < 0 || number >= CACHE_DATABASES) {
      throw new RangeError(`there is no database ${String(number)}`);
    }
    const connection = this.isCluster ? 0 : number;
    const client = this.clients.get(connection) ?? this.create(connection);
    this.clients.set(connection, client);
    ensureConnected(client).catch(() => undefined); // The command says so too.
    return { number, client, prefix: databasePrefix(number, this.isCluster) };
  }

  onApplicationShutdown(): void {
    for (const client of [this.documents, ...this.clients.values()]) client.disconnect();
  }

  private create(database: number, hurryMs?: number): CacheClient {
    const { isCluster, logger } = this;
    return createCacheClient({ uri: redisUri(this.config), isCluster, database, logger, hurryMs });
  }
}

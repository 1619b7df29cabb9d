import { DocumentKeys } from '@lucid/clients/redis/document-keys';
import type { CacheClient } from '@lucid/clients/redis/cache-client';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { CommonConfig } from '@lucid/service-kit/settings';
import { TOKENS } from '@lucid/service-kit/tokens';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, Provider } from '@nestjs/common';
import type { Db } from 'mongodb';
import { Registry } from 'prom-client';
import { CacheConnections } from './cache-connections.ts';
import { CacheFreshness } from './cache-freshness.ts';
import { CacheMetrics } from './cache-metrics.ts';
import { DocumentCache } from './document-cache.ts';
import { DocumentInvalidator } from './document-invalidator.ts';
import { DocumentStore } from './document-store.ts';
import { DOCUMENT_DATABASE } from '@lucid/clients/redis/cache-databases';

/** When one of these happens, Redis may have come back with what was in it before. */
const LOSSES = ['close', 'end', '-node', 'node error'] as const;

/** The parts of the document cache that live as long as the service. */
class DocumentCacheLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    readonly cache: DocumentCache,
    private readonly invalidator: DocumentInvalidator,
    private readonly client: CacheClient,
    private readonly role: CommonConfig['role'],
  ) {}

  onApplicationBootstrap(): void {
    if (this.role === 'worker') return;
    for (const event of LOSSES) this.client.on(event as 'close', () => this.invalidator.restart());
    this.client.connect().catch(() => undefined); // It goes on trying.
    this.invalidator.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.invalidator.stop();
  }
}

function create(
  config: CommonConfig,
  database: Db,
  registry: Registry,
  connections: CacheConnections,
  ...[clock, logger]: [Clock, Logger]
): DocumentCacheLifecycle {
  const keys = new DocumentKeys(config.mongodbDatabase, connections.isCluster);
  const freshness = new CacheFreshness(clock);
  const metrics = new CacheMetrics(registry, freshness);
  const store = new DocumentStore(connections.documents, keys, metrics, clock);
  const { client } = connections.database(DOCUMENT_DATABASE);
  const invalidator = new DocumentInvalidator({ database, client, keys, freshness, metrics, clock, logger });
  const cache = new DocumentCache(store, freshness, metrics);
  return new DocumentCacheLifecycle(cache, invalidator, connections.documents, config.role);
}

export const documentCacheProviders: Provider[] = [
  {
    provide: DocumentCacheLifecycle,
    useFactory: create,
    inject: [TOKENS.COMMON_CONFIG, TOKENS.MAIN_DATABASE, Registry, CacheConnections, TOKENS.CLOCK, TOKENS.LOGGER],
  },
  {
    provide: DocumentCache,
    useFactory: ({ cache }: DocumentCacheLifecycle) => cache,
    inject: [DocumentCacheLifecycle],
  },
];

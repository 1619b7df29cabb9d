import { Module } from '@nestjs/common';
import { CacheConnections } from './cache-connections.ts';
import { CacheDatabases } from './cache-databases.service.ts';
import { CacheFlushService } from './cache-flush.service.ts';
import { CacheKeysService } from './cache-keys.service.ts';
import { CacheMemoryService } from './cache-memory.service.ts';
import { CacheStatsService } from './cache-stats.service.ts';
import { CacheController } from './cache.controller.ts';
import { CacheJobs } from './cache.jobs.ts';
import { DocumentCache } from './document-cache.ts';
import { documentCacheProviders } from './document-cache.provider.ts';
import { FlushCacheFlow } from './flush-cache.flow.ts';

/** The cache's Redis: figures, keys, flush, memory; and documents read through it. */
@Module({
  controllers: [CacheController],
  providers: [
    CacheConnections,
    CacheDatabases,
    CacheKeysService,
    CacheFlushService,
    CacheStatsService,
    CacheMemoryService,
    FlushCacheFlow,
    CacheJobs,
    ...documentCacheProviders,
  ],
  exports: [DocumentCache, CacheJobs],
})
export class CacheModule {}

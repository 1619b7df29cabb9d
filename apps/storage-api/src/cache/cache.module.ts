import { Module } from '@nestjs/common';
import { CacheConnections } from './cache-connections.ts';
import { DocumentCache } from './document-cache.ts';
import { documentCacheProviders } from './document-cache.provider.ts';

/** The cache's Redis: figures, keys, flush, memory; and documents read through it. */
@Module({ providers: [CacheConnections, ...documentCacheProviders], exports: [DocumentCache] })
export class CacheModule {}

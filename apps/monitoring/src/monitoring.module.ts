import { Client } from '@elastic/elasticsearch';
import { primariesOf, type CacheClient } from '@lucid/clients/redis/cache-client';
import { TOKENS } from '@lucid/service-kit/tokens';
import { Module } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { AlertsController } from './alerts/alerts.controller.ts';
import { AlertsService } from './alerts/alerts.service.ts';
import { CollectionService } from './collectors/collection.service.ts';
import { COLLECTORS, type Collector } from './collectors/collector.ts';
import { ElasticsearchCollector } from './collectors/elasticsearch/elasticsearch-collector.ts';
import { CollectionSizesCollector } from './collectors/mongodb/collection-sizes-collector.ts';
import { MongodbCollector } from './collectors/mongodb/mongodb-collector.ts';
import { RedisCollector } from './collectors/redis/redis-collector.ts';
import type { MonitoringConfig } from './config.ts';
import { EngineMetrics } from './metrics/engine-metrics.ts';
import { MetricsListener } from './metrics/metrics-listener.ts';
import { MonitorController } from './monitor/monitor.controller.ts';
import { StatsController } from './stats/stats.controller.ts';
import { StatsService } from './stats/stats.service.ts';

/** Of a cluster the first primary by its address, so that counters are those of one server for as long as it leads. */
async function infoOf(cache: CacheClient): Promise<string> {
  const addressOf = ({ options: { host = '', port = 0 } }: Redis): string => `${host}:${String(port)}`;
  const primaries = await primariesOf(cache);
  const [first] = primaries.sort((one, other) => (addressOf(one) < addressOf(other) ? -1 : 1));
  if (!first) throw new Error('the Redis Cluster has no primary now');
  return first.info();
}

function createCollectors(
  config: MonitoringConfig,
  mongo: MongoClient,
  cache: CacheClient,
  queue: Redis,
  elasticsearch: Client,
): Collector[] {
  return [
    new MongodbCollector(mongo, config.mongodbDatabase),
    new CollectionSizesCollector(mongo, config.mongodbDatabase),
    new RedisCollector({ info: () => infoOf(cache) }, 'cache'),
    new RedisCollector(queue, 'queue'),
    new ElasticsearchCollector(elasticsearch, config.elasticsearchIndexPrefix),
  ];
}

@Module({
  controllers: [MonitorController, StatsController, AlertsController],
  providers: [
    {
      provide: COLLECTORS,
      useFactory: createCollectors,
      inject: [TOKENS.COMMON_CONFIG, MongoClient, TOKENS.CACHE_REDIS, TOKENS.QUEUE_REDIS, Client],
    },
    CollectionService,
    EngineMetrics,
    MetricsListener,
    AlertsService,
    StatsService,
  ],
})
export class MonitoringModule {}

import { readFileSync } from 'node:fs';
import { Client } from '@elastic/elasticsearch';
import { createElasticsearchClient } from '@lucid/clients/elasticsearch/connection';
import type { EngineTls } from '@lucid/clients/engine-tls';
import { connectMongo, createMongoClient, type MongoConnectionConfig } from '@lucid/clients/mongodb/connection';
import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { createCacheClient, type CacheClient } from '@lucid/clients/redis/cache-client';
import { connectRedis, createRedis } from '@lucid/clients/redis/connection';
import { assertQueueRedis } from '@lucid/clients/redis/queue-redis';
import { AppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import type { Provider } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { MongoClient, ReadConcern, type Db } from 'mongodb';
import type { ServiceIdentity } from '../service-identity.ts';
import { elasticsearchUri, mongodbUri, redisUri, type CommonConfig } from '../settings.ts';
import { TOKENS } from '../tokens.ts';

function pem(variable: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'error';
    throw new AppError('CONFIG_INVALID', `${variable} names a file that cannot be read (${code})`, { cause });
  }
}

/** The TLS material of the MongoDB connection; certificate and key stand in one PEM file, as the MongoDB tools expect it. */
export function mongodbTls(config: CommonConfig): EngineTls | undefined {
  if (config.mongodbTlsCa === undefined && config.mongodbTlsCert === undefined) return undefined;
  const both = pem('MONGODB_TLS_CERT', config.mongodbTlsCert);
  return { ca: pem('MONGODB_TLS_CA', config.mongodbTlsCa), cert: both, key: both };
}

function mongoConnection(identity: ServiceIdentity, config: CommonConfig): MongoConnectionConfig {
  return {
    uri: mongodbUri(config),
    appName: `lucid-${identity.name}`,
    database: config.mongodbDatabase,
    poolSize: config.mongodbPoolSize,
    tls: mongodbTls(config),
  };
}

function queueUri(config: CommonConfig): string {
  return config.redisQueueUri ?? redisUri(config);
}

function connectQueue(uri: string, logger: Logger): Promise<Redis> {
  return connectRedis({ uri, purpose: 'queue', logger }).then(async (redis) => {
    try {
      await assertQueueRedis(redis);
      return redis;
    } catch (error) {
      redis.disconnect();
      throw error;
    }
  });
}

/**
 * The connections of a service. MongoDB and the queue's Redis must answer at start, because nothing can be done without them
 * (unless the service is one that watches them);
 * the cache and Elasticsearch are connected to when they are first used.
 */
export function engineProviders(
  identity: ServiceIdentity,
  config: CommonConfig,
  logger: Logger,
  needsEngines: boolean,
): Provider[] {
  const mongo = (): MongoConnectionConfig => mongoConnection(identity, config);
  const queue = queueUri(config);
  return [
    {
      provide: MongoClient,
      useFactory: () => (needsEngines ? connectMongo(mongo()) : createMongoClient(mongo())),
    },
    {
      provide: TOKENS.MAIN_DATABASE,
      useFactory: (client: MongoClient): Db => client.db(config.mongodbDatabase),
      inject: [MongoClient],
    },
    {
      provide: TOKENS.CONTROL_DATABASE,
      useFactory: (client: MongoClient): Db =>
        client.db(config.controlDatabase, {
          writeConcern: { w: 'majority' },
          readConcern: new ReadConcern('majority'),
        }),
      inject: [MongoClient],
    },
    {
      provide: TOKENS.LEASES,
      useFactory: (database: Db) => new MongoLeaseStore(database),
      inject: [TOKENS.CONTROL_DATABASE],
    },
    {
      provide: TOKENS.QUEUE_REDIS,
      useFactory: () =>
        needsEngines ? connectQueue(queue, logger) : createRedis({ uri: queue, purpose: 'queue', logger }),
    },
    {
      provide: TOKENS.CACHE_REDIS,
      useFactory: (): CacheClient =>
        config.redisClusterEnabled
          ? createCacheClient({ uri: redisUri(config), isCluster: true, database: 0, logger })
          : createRedis({ uri: redisUri(config), purpose: 'cache', logger }),
    },
    {
      provide: Client,
      useFactory: () =>
        createElasticsearchClient({
          uri: elasticsearchUri(config),
          username: config.elasticsearchUsername,
          password: config.elasticsearchPassword,
          apiKey: config.elasticsearchApiKey,
          appName: `lucid-${identity.name}`,
          ...(config.elasticsearchCa !== undefined && { tls: { ca: pem('ELASTICSEARCH_CA', config.elasticsearchCa) } }),
        }),
    },
  ];
}

import { readFileSync } from 'node:fs';
import { Client } from '@elastic/elasticsearch';
import { createElasticsearchClient } from '@lucid/clients/elasticsearch/connection';
import type { EngineTls } from '@lucid/clients/engine-tls';
import { connectMongo } from '@lucid/clients/mongodb/connection';
import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
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

function connectQueue(config: CommonConfig, logger: Logger): Promise<Redis> {
  const uri = config.redisQueueUri ?? redisUri(config);
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
 * The connections of a service. MongoDB and the queue's Redis must answer at start, because nothing can be done without them;
 * the cache and Elasticsearch are connected to when they are first used.
 */
export function engineProviders(identity: ServiceIdentity, config: CommonConfig, logger: Logger): Provider[] {
  return [
    {
      provide: MongoClient,
      useFactory: () =>
        connectMongo({
          uri: mongodbUri(config),
          appName: `lucid-${identity.name}`,
          database: config.mongodbDatabase,
          poolSize: config.mongodbPoolSize,
          tls: mongodbTls(config),
        }),
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
    { provide: TOKENS.QUEUE_REDIS, useFactory: () => connectQueue(config, logger) },
    {
      provide: TOKENS.CACHE_REDIS,
      useFactory: () => createRedis({ uri: redisUri(config), purpose: 'cache', logger }),
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

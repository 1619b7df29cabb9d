import { Client } from '@elastic/elasticsearch';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { InjectCacheRedis, InjectQueueRedis } from '../tokens.ts';

/** Closes the connections last, when requests and jobs have ended. */
@Injectable()
export class EngineConnections implements OnApplicationShutdown {
  constructor(
    private readonly mongo: MongoClient,
    private readonly elasticsearch: Client,
    @InjectCacheRedis() private readonly cache: Redis,
    @InjectQueueRedis() private readonly queue: Redis,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.cache.disconnect();
    this.queue.disconnect();
    await Promise.allSettled([this.mongo.close(), this.elasticsearch.close()]);
  }
}

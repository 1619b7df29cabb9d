import { Client } from '@elastic/elasticsearch';
import type { CacheClient } from '@lucid/clients/redis/cache-client';
import { BullJobQueues } from '@lucid/jobs/bull-job-queues';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { AuditService } from '../audit/audit.service.ts';
import { InjectCacheRedis, InjectQueueRedis } from '../tokens.ts';

/** Closes the connections last, when requests and jobs have ended. */
@Injectable()
export class EngineConnections implements OnApplicationShutdown {
  constructor(
    private readonly mongo: MongoClient,
    private readonly elasticsearch: Client,
    private readonly queues: BullJobQueues,
    private readonly audit: AuditService,
    @InjectCacheRedis() private readonly cache: CacheClient,
    @InjectQueueRedis() private readonly queue: Redis,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.audit.drain();
    await this.queues.close().catch(() => undefined);
    this.cache.disconnect();
    this.queue.disconnect();
    await Promise.allSettled([this.mongo.close(), this.elasticsearch.close()]);
  }
}

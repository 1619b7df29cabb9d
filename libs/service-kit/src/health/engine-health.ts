import { pingElasticsearch } from '@lucid/clients/elasticsearch/connection';
import { pingMongo } from '@lucid/clients/mongodb/connection';
import { primariesOf, type CacheClient } from '@lucid/clients/redis/cache-client';
import { pingRedis } from '@lucid/clients/redis/connection';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { Client } from '@elastic/elasticsearch';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorFunction, type HealthIndicatorResult } from '@nestjs/terminus';
import { Cluster, type Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { InjectCacheRedis, InjectClock, InjectQueueRedis } from '../tokens.ts';

/** A hung engine must not hang the probe: orchestrators give up after a few seconds themselves. */
const PING_TIMEOUT_MS = 2_000;

interface Engine {
  key: string;
  /** Without it the service is not ready; without any other it is degraded. */
  required: boolean;
  ping: () => Promise<unknown>;
}

/** @throws AppError REDIS_UNAVAILABLE */
async function pingCache(cache: CacheClient): Promise<void> {
  if (cache instanceof Cluster) await primariesOf(cache);
  else await pingRedis(cache);
}

/** Asks the three engines (Redis in both its uses) whether they answer. */
@Injectable()
export class EngineHealth {
  private readonly engines: readonly Engine[];

  constructor(
    mongo: MongoClient,
    @InjectCacheRedis() cache: CacheClient,
    @InjectQueueRedis() queue: Redis,
    elasticsearch: Client,
    private readonly health: HealthIndicatorService,
    @InjectClock() private readonly clock: Clock,
  ) {
    this.engines = [
      { key: 'mongodb', required: true, ping: () => pingMongo(mongo) },
      { key: 'redis_queue', required: true, ping: () => pingRedis(queue) },
      { key: 'redis_cache', required: false, ping: () => pingCache(cache) },
      { key: 'elasticsearch', required: false, ping: () => pingElasticsearch(elasticsearch) },
    ];
  }

  indicators(): HealthIndicatorFunction[] {
    return this.engines.map((engine) => () => this.check(engine));
  }

  private async check(engine: Engine): Promise<HealthIndicatorResult> {
    const indicator = this.health.check(engine.key);
    const startedMs = this.clock.monotonicMs();
    const stopped = new AbortController();
    try {
      const tooLate = this.clock.sleep(PING_TIMEOUT_MS, stopped.signal).then(
        () => Promise.reject(new AppError('TIMEOUT', `no answer in ${PING_TIMEOUT_MS} ms`)),
        () => undefined,
      );
      await Promise.race([engine.ping(), tooLate]);
      return indicator.up({ latencyMs: Math.round(this.clock.monotonicMs() - startedMs) });
    } catch (error) {
      const detail = { code: error instanceof AppError ? error.code : 'UNREACHABLE' };
      return engine.required ? indicator.down(detail) : indicator.degraded(detail);
    } finally {
      stopped.abort();
    }
  }
}

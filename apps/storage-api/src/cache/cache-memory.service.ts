import { primariesOf } from '@lucid/clients/redis/cache-client';
import { toRedisAppError } from '@lucid/clients/redis/connection';
import type { Clock } from '@lucid/core/clock';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { CacheDatabases } from './cache-databases.service.ts';
import type { CacheDatabase } from './cache-connections.ts';
import type { CacheMemoryDto } from './cache-memory.dto.ts';
import { hintsOf } from './memory-hints.ts';
import { MemorySample } from './memory-sample.ts';
import { figure, type Info, parseInfo, ratio } from './server-figures.ts';

const BUDGET_MS = 2_000;
const KEYS_A_STEP = 500;
const MEMORY_SAMPLES = '5';

/** Where the memory of the cache goes. */
@Injectable()
export class CacheMemoryService {
  constructor(
    private readonly databases: CacheDatabases,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Looks at so many keys, for two seconds at most. @throws AppError REDIS_UNAVAILABLE */
  async memory(number: number | undefined, keys: number): Promise<CacheMemoryDto> {
    const database = this.databases.open(number);
    try {
      const infos = await this.infos(database);
      const { sample, isWhole } = await this.sample(database, keys);
      const size = isWhole ? sample.keys : await this.databases.size(database);
      const sum = (name: string): number => infos.reduce((total, info) => total + figure(info, name), 0);
      const usage = {
        ...{ usedBytes: sum('used_memory'), peakBytes: sum('used_memory_peak'), limitBytes: sum('maxmemory') },
        ...{ residentBytes: sum('used_memory_rss'), policy: infos[0]?.get('maxmemory_policy') ?? '' },
        ...{ fragmentation: ratio(sum('used_memory_rss'), sum('used_memory')), evictedKeys: sum('evicted_keys') },
      };
      return {
        database: database.number,
        ...usage,
        sample: { keys: sample.keys, bytes: sample.bytes, isWhole },
        prefixes: sample.prefixes(size),
        biggest: sample.biggest(),
        hints: hintsOf({ ...usage, sample }),
      };
    } catch (error) {
      throw toRedisAppError(error) ?? error;
    }
  }

  private async infos({ client }: CacheDatabase): Promise<Info[]> {
    const primaries = await primariesOf(client);
    return Promise.all(primaries.map(async (primary) => parseInfo(await primary.info())));
  }

  private async sample(database: CacheDatabase, most: number): Promise<{ sample: MemorySample; isWhole: boolean }> {
    const scan = this.databases.scan(database, '*');
    const sample = new MemorySample(database.prefix);
    const startedMs = this.clock.monotonicMs();
    while (sample.keys < most && this.clock.monotonicMs() - startedMs < BUDGET_MS) {
      const step = await scan.step(Math.min(KEYS_A_STEP, most - sample.keys));
      if (!step) return { sample, isWhole: true };
      await this.measure(
        step.server,
        step.keys.filter((key) => this.databases.holds(database, key)),
        sample,
      );
    }
    return { sample, isWhole: false };
  }

  private async measure(server: Redis, keys: readonly Buffer[], sample: MemorySample): Promise<void> {
    if (keys.length === 0) return;
    const pipeline = server.pipeline();
    for (const key of keys) pipeline.call('MEMORY', 'USAGE', key, 'SAMPLES', MEMORY_SAMPLES).pttl(key);
    const replies = (await pipeline.exec()) ?? [];
    for (const [at, key] of keys.entries()) {
      const [failed, bytes] = replies[2 * at] ?? [];
      const milliseconds = Number(replies[2 * at + 1]?.[1] ?? -1);
      if (!failed && bytes !== null) sample.add(key, Number(bytes), milliseconds >= 0);
    }
  }
}

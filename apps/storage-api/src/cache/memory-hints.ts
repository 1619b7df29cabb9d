import type { MemorySample } from './memory-sample.ts';

/** From here on fragmentation costs more than it takes to cure; below, a ratio of little memory says nothing. */
const FRAGMENTED = 1.5;
const LEAST_BYTES = 100 * 1024 * 1024;
const FULL = 0.9;
const BIG_KEY_BYTES = 10 * 1024 * 1024;
const MOSTLY = 0.5;

interface Usage {
  readonly usedBytes: number;
  readonly limitBytes: number;
  readonly fragmentation: number | null;
  readonly policy: string;
  readonly evictedKeys: number;
  readonly sample: MemorySample;
}

/** What an operator should look at, and what to do about it; nothing where all is well. */
export function hintsOf({ usedBytes, limitBytes, fragmentation, policy, evictedKeys, sample }: Usage): string[] {
  const hints: string[] = [];
  const isTight = limitBytes > 0 && usedBytes > FULL * limitBytes;
  if (limitBytes === 0)
    hints.push('maxmemory is not set: the cache grows until the host has no memory left; set REDIS_MAX_MEMORY');
  if (policy === 'noeviction')
    hints.push('maxmemory-policy is noeviction: a full cache refuses writes; allkeys-lru suits a cache');
  if (isTight && evictedKeys > 0)
    hints.push('memory is full and keys are evicted: raise REDIS_MAX_MEMORY or shorten times to live');
  if (fragmentation !== null && fragmentation > FRAGMENTED && usedBytes > LEAST_BYTES) {
    hints.push('memory is fragmented: switch activedefrag on, or restart a replica and fail over to it');
  }
  const [biggest] = sample.biggest();
  if (biggest && biggest.bytes > BIG_KEY_BYTES) {
    hints.push('single keys are larger than 10 MiB: reading or removing one holds up all others; split them');
  }
  if (sample.keys > 0 && sample.withoutTtl > MOSTLY * sample.keys) {
    hints.push('most keys have no time to live: only eviction removes them');
  }
  return hints;
}

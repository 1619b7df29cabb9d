import { createHistogram } from 'node:perf_hooks';
import { createCacheClient } from '@lucid/clients/redis/cache-client';
import { Redis } from 'ioredis';
import { interleave, type BenchResult, toResult } from '../measure.ts';
import type { Bench } from './reads.ts';

const COMMANDS = 20_000;
const AT_ONCE = 16;
const VALUE = Buffer.alloc(400, 'x');

type Client = Pick<Redis, 'getBuffer' | 'set'>;

/** 95th percentile of `COMMANDS` commands, `AT_ONCE` of them on their way, ms. */
async function p95Ms(command: (number: number) => Promise<unknown>): Promise<number> {
  const latency = createHistogram({ lowest: 1, highest: 1_000_000_000, figures: 3 });
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < COMMANDS) {
      const began = performance.now();
      await command(next++);
      latency.record(Math.max(1, Math.round((performance.now() - began) * 1_000_000)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return latency.percentile(95) / 1_000_000;
}

/** GET and SET through the suite's client, against ioredis as it comes. */
export async function benchRedisCommands({ rig, runs, say }: Bench): Promise<BenchResult[]> {
  const ours = createCacheClient({ uri: rig.cache.uri, isCluster: false, database: 5 }) as Redis;
  const bare = new Redis(rig.cache.uri, { db: 5 });
  try {
    const set = (client: Client) => () => p95Ms((n) => client.set(`bench:${n % 1_000}`, VALUE, 'EX', 600));
    const get = (client: Client) => () => p95Ms((n) => client.getBuffer(`bench:${n % 1_000}`));
    say('p95 of SET in ms: the client of the suite, and ioredis');
    const sets = await interleave(runs, set(ours), set(bare), say);
    say('p95 of GET in ms: the client of the suite, and ioredis');
    const gets = await interleave(runs, get(ours), get(bare), say);
    return [toResult('redis_get_p95', gets, 'lower', '<= 1.2'), toResult('redis_set_p95', sets, 'lower', '<= 1.2')];
  } finally {
    ours.disconnect();
    bare.disconnect();
  }
}

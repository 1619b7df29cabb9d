import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { createCacheClient } from '@lucid/clients/redis/cache-client';
import { Redis } from 'ioredis';
import { type BenchResult, type Pair, round, toResult } from '../measure.ts';
import type { Bench } from './reads.ts';

/** Commands of one turn of either client, and turns of one run: so short that a busy moment of the host hits both. */
const COMMANDS = 1_000;
const TURNS = 20;
const AT_ONCE = 16;
const VALUE = Buffer.alloc(400, 'x');

type Client = Pick<Redis, 'getBuffer' | 'set'>;
type Command = (client: Client, number: number) => Promise<unknown>;

/** `COMMANDS` commands, `AT_ONCE` of them on their way. */
async function send(client: Client, command: Command, latency: RecordableHistogram): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < COMMANDS) {
      const began = performance.now();
      await command(client, next++);
      latency.record(Math.max(1, Math.round((performance.now() - began) * 1_000_000)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** 95th percentiles in ms of the two clients, which take turns. */
async function p95Ms(ours: Client, peer: Client, command: Command): Promise<Pair> {
  const histogram = (): RecordableHistogram => createHistogram({ lowest: 1, highest: 1_000_000_000, figures: 3 });
  const latencies = [histogram(), histogram()] as const;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const first = turn % 2 === 0;
    await send(first ? ours : peer, command, latencies[first ? 0 : 1]);
    await send(first ? peer : ours, command, latencies[first ? 1 : 0]);
  }
  return { ours: latencies[0].percentile(95) / 1_000_000, peer: latencies[1].percentile(95) / 1_000_000 };
}

/** GET and SET through the suite's client, against ioredis as it comes. */
export async function benchRedisCommands({ rig, runs, say }: Bench): Promise<BenchResult[]> {
  const ours = createCacheClient({ uri: rig.cache.uri, isCluster: false, database: 5 }) as Redis;
  const bare = new Redis(rig.cache.uri, { db: 5 });
  try {
    const results: Record<string, Pair[]> = { get: [], set: [] };
    const commands: Record<string, Command> = {
      set: (client, n) => client.set(`bench:${n}`, VALUE, 'EX', 600),
      get: (client, n) => client.getBuffer(`bench:${n}`),
    };
    say('p95 of SET and GET in ms: the client of the suite, and ioredis');
    for (let run = 0; run <= runs; run += 1) {
      for (const [name, command] of Object.entries(commands)) {
        const pair = await p95Ms(ours, bare, command);
        say(`${run === 0 ? 'warm-up' : `run ${run}`}, ${name}: ours ${round(pair.ours)}, peer ${round(pair.peer)}`);
        if (run > 0) results[name]?.push(pair);
      }
    }
    const { get = [], set = [] } = results;
    return [toResult('redis_get_p95', get, 'lower', '<= 1.2'), toResult('redis_set_p95', set, 'lower', '<= 1.2')];
  } finally {
    ours.disconnect();
    bare.disconnect();
  }
}

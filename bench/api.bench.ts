// storage-api through REST on real engines, against Fastify and the drivers with nothing around them (docs/testing.md).
// Options: --only NAME, --runs N (5), --seconds N of each run (3), --documents N (100000).
import { benchBulkInsert } from './api/bulk.ts';
import { benchConnections } from './api/connections.ts';
import { benchCachedRead, benchIndexedFind, benchMembers, type Bench } from './api/reads.ts';
import { benchRedisCommands } from './api/redis-commands.ts';
import { prepareRig } from './api/rig.ts';
import { benchHitRate } from './api/zipf.ts';
import { numberOption, report, untilStopped, type BenchResult } from './measure.ts';

/** In this order: what limits the cache comes after what needs all of it. */
const BENCHES: Record<string, (bench: Bench) => Promise<BenchResult[]>> = {
  cached_read: benchCachedRead,
  indexed_find: benchIndexedFind,
  bulk_insert: benchBulkInsert,
  connections_1000: benchConnections,
  reads_over_members: benchMembers,
  redis: benchRedisCommands,
  cache_hit_rate: benchHitRate,
};

function say(line: string): void {
  console.error(`bench: ${line}`);
}

async function main(args: readonly string[]): Promise<void> {
  const runs = numberOption(args, 'runs', 5);
  const seconds = numberOption(args, 'seconds', 3);
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;
  const chosen = Object.entries(BENCHES).filter(([name]) => only === undefined || only === name);
  if (chosen.length === 0) throw new Error(`--only takes one of ${Object.keys(BENCHES).join(', ')}`);
  const rig = await prepareRig(numberOption(args, 'documents', 100_000), say);
  const results: BenchResult[] = [];
  const stopped = untilStopped();
  try {
    for (const [, run] of chosen) results.push(...(await Promise.race([run({ rig, runs, seconds, say }), stopped])));
  } finally {
    await rig.stop();
  }
  report('api', results);
}

await main(process.argv.slice(2));
process.exit(0);

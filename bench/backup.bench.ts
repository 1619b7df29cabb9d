// Backup and restore of generated Lucid data through the services, against mongodump, a pipeline of mongodump, zstd, openssl and
// sha256sum, and mongorestore, on the same replica set; and of Redis against pipelines of ioredis.
// Options: --size-mb N (1000), --runs N (5), --keys N of Redis (1000000), --only backup|restore|reads|redis. Needs Go once, to build
// the tools, and zstd and openssl on the PATH.
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mongoTools } from '../scripts/engines/mongo-tools.ts';
import { appendOnePercent, changeScatteredPercent } from './backup/changes.ts';
import { cpuSeconds, memoryMiB, runPipeline, seconds } from './backup/processes.ts';
import { readLatencyP95 } from './backup/reads.ts';
import { DATABASE, prepareRig, TARGET, type Rig } from './backup/rig.ts';
import { numberOption, report, untilStopped, round, toResult, type BenchResult, type Pair } from './measure.ts';
import { benchRedis } from './redis.bench.ts';

const WORKERS = [1, 4, 8];

interface Bench {
  readonly rig: Rig;
  readonly tools: { readonly mongodump: string; readonly mongorestore: string };
  readonly runs: number;
  readonly archive: string;
}

function say(line: string): void {
  console.error(`bench: ${line}`);
}

interface OurBackup {
  /** MB/s of plain data. */
  readonly rate: number;
  readonly storedMb: number;
  readonly backupId: string;
}

async function ourBackup({ rig }: Bench): Promise<OurBackup> {
  let result: Record<string, unknown> = {};
  const took = await seconds(async () => {
    result = await rig.job('/api/v1/backups/create', { database: DATABASE });
  });
  const plainMb = Number(result['plainBytes']) / 1e6;
  return { rate: plainMb / took, storedMb: Number(result['storedBytes']) / 1e6, backupId: String(result['backupId']) };
}

function dumpArguments({ rig, tools }: Bench): string[] {
  return [tools.mongodump, rig.uri, DATABASE];
}

const DUMP = '"$1" --uri "$2" --db "$3" --quiet --readPreference=secondary';

async function dumpGzip(bench: Bench): Promise<{ rate: number; mb: number }> {
  const took = await seconds(() =>
    runPipeline(`${DUMP} --gzip --archive="$4"`, [...dumpArguments(bench), bench.archive]),
  );
  return { rate: bench.rig.bytes / 1e6 / took, mb: (await stat(bench.archive)).size / 1e6 };
}

/** The honest rival: compressed, encrypted and hashed, on all cores. */
async function dumpZstdAesSha(bench: Bench): Promise<number> {
  const output = `${bench.archive}.enc`;
  const key = `openssl aes-256-ctr -K ${'0f'.repeat(32)} -iv ${'0f'.repeat(16)}`;
  const pipeline = `${DUMP} --archive | zstd -1 -T0 -q | ${key} | tee "$4" | sha256sum`;
  const took = await seconds(() => runPipeline(pipeline, [...dumpArguments(bench), output]));
  await rm(output);
  return bench.rig.bytes / 1e6 / took;
}

/** Rounds of full backup, its two rivals, and backups after 1 % was appended and changed all over. */
async function benchBackup(bench: Bench): Promise<BenchResult[]> {
  const { rig, runs } = bench;
  const pairs: Record<string, Pair[]> = {};
  const add = (name: string, ours: number, peer: number): number => (pairs[name] ??= []).push({ ours, peer });
  let [peakMb, idleMb] = [0, 0];
  say(
    'backup, MB/s: ours (zstd, AES-256-GCM, deduplicated, committed) | mongodump --gzip | mongodump | zstd | aes | sha',
  );
  for (let run = 0; run <= runs; run += 1) {
    await rig.freshService();
    const { pid } = rig.service().daemon;
    idleMb = Math.max(idleMb, await memoryMiB(pid, 'VmRSS'));
    const full = await ourBackup(bench);
    const gzip = await dumpGzip(bench);
    const rival = await dumpZstdAesSha(bench);
    await appendOnePercent(rig, run + 1);
    const appended = await ourBackup(bench);
    await changeScatteredPercent(rig, run);
    const scattered = await ourBackup(bench);
    peakMb = Math.max(peakMb, await memoryMiB(pid, 'VmHWM'));
    rig.bytes = Number((await rig.mongo.db(DATABASE).stats())['dataSize']);
    const figures = [full.rate, gzip.rate, rival, appended.rate].map(round).join(' | ');
    say(
      `${run === 0 ? 'warm-up' : `run ${run}`}: ${figures}; stored MB ${round(full.storedMb)}, ${round(appended.storedMb)}, ${round(scattered.storedMb)}`,
    );
    if (run === 0) continue;
    add('backup_vs_mongodump_gzip', full.rate, gzip.rate);
    add('backup_output_mb', full.storedMb, gzip.mb);
    add('backup_vs_zstd_aes_sha', full.rate, rival);
    add('incremental_bytes', appended.storedMb, full.storedMb);
    add('incremental_speed', appended.rate, full.rate);
    add('incremental_scattered_bytes', scattered.storedMb, full.storedMb);
  }
  const of = (name: string): Pair[] => pairs[name] ?? [];
  return [
    toResult('backup_vs_mongodump_gzip', of('backup_vs_mongodump_gzip'), 'higher', '>= 10 (6)'),
    toResult('backup_output_mb', of('backup_output_mb'), 'lower', '<= 1'),
    toResult('backup_vs_zstd_aes_sha', of('backup_vs_zstd_aes_sha'), 'higher', '>= 1.5 (1.2)'),
    toResult('incremental_bytes', of('incremental_bytes'), 'lower', '<= 0.05'),
    toResult('incremental_speed', of('incremental_speed'), 'higher', '>= 1.2'),
    toResult('incremental_scattered_bytes', of('incremental_scattered_bytes'), 'lower', 'none'),
    toResult('peak_memory_mb', [{ ours: peakMb, peer: 400 }], 'lower', '<= 1 (of 400 MiB)'),
    toResult('peak_memory_above_idle_mb', [{ ours: peakMb - idleMb, peer: 230 }], 'lower', '<= 1 (of 230 MiB)'),
  ];
}

interface Timed {
  readonly rate: number;
  readonly cpu: number;
}

async function ourRestore({ rig }: Bench, backupId: string): Promise<Timed> {
  await rig.mongo.db(TARGET).dropDatabase();
  const { pid } = rig.service().daemon;
  const before = await cpuSeconds(pid);
  const took = await seconds(() => rig.job(`/api/v1/backups/${backupId}/restore`, { targetDatabase: TARGET }));
  return { rate: rig.bytes / 1e6 / took, cpu: (await cpuSeconds(pid)) - before };
}

/** At write concern majority, its default and what ours has reached when it reports success. */
async function mongorestore({ rig, tools, archive }: Bench, workers: number): Promise<Timed> {
  await rig.mongo.db(TARGET).dropDatabase();
  const restore = '"$1" --uri "$2" --quiet --gzip --archive="$3" --nsFrom="$4.*" --nsTo="$5.*" --writeConcern=majority';
  const args = [tools.mongorestore, rig.uri, archive, DATABASE, TARGET, String(workers)];
  let cpu = 0;
  const took = await seconds(async () => {
    cpu = await runPipeline(`${restore} --numInsertionWorkersPerCollection=$6`, args);
  });
  return { rate: rig.bytes / 1e6 / took, cpu };
}

async function benchRestore(bench: Bench): Promise<BenchResult[]> {
  const { rig, runs } = bench;
  await rig.freshService();
  const { pid } = rig.service().daemon;
  const idleMb = await memoryMiB(pid, 'VmRSS');
  const { backupId } = await ourBackup(bench);
  await dumpGzip(bench);
  let best = { workers: 1, rate: 0 };
  for (const workers of WORKERS) {
    const { rate } = await mongorestore(bench, workers);
    say(`mongorestore with ${workers} insertion workers: ${round(rate)} MB/s`);
    if (rate > best.rate) best = { workers, rate };
  }
  say(`restore with indexes, MB/s: ours (verified) and mongorestore --archive --gzip with ${best.workers} workers`);
  const rates: Pair[] = [];
  const cpus: Pair[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const ours = await ourRestore(bench, backupId);
    const peer = await mongorestore(bench, best.workers);
    say(
      `${run === 0 ? 'warm-up' : `run ${run}`}: ours ${round(ours.rate)}, peer ${round(peer.rate)}; CPU s ${round(ours.cpu)}, ${round(peer.cpu)}`,
    );
    if (run === 0) continue;
    rates.push({ ours: ours.rate, peer: peer.rate });
    cpus.push({ ours: ours.cpu, peer: peer.cpu });
  }
  const peakMb = await memoryMiB(pid, 'VmHWM');
  return [
    toResult('restore_vs_mongorestore', rates, 'higher', '>= 1.3 (1.1)'),
    toResult('restore_cpu', cpus, 'lower', '<= 0.25'),
    toResult('restore_peak_memory_mb', [{ ours: peakMb, peer: 400 }], 'lower', '<= 1 (of 400 MiB)'),
    toResult('restore_peak_memory_above_idle_mb', [{ ours: peakMb - idleMb, peer: 230 }], 'lower', '<= 1 (of 230 MiB)'),
  ];
}

/** Reads on the primary, idle and while a backup runs with the default limits. */
async function benchReads(bench: Bench): Promise<BenchResult[]> {
  const pairs: Pair[] = [];
  say('reads on the primary, p95 in ms: while a backup runs, and idle');
  for (let run = 0; run <= bench.runs; run += 1) {
    await bench.rig.freshService({ BACKUP_READ_LIMIT: '' });
    const ours = await readLatencyP95(bench.rig, ourBackup(bench));
    const peer = await readLatencyP95(bench.rig, new Promise((done) => setTimeout(done, 10_000)));
    say(`${run === 0 ? 'warm-up' : `run ${run}`}: ${round(ours)}, ${round(peer)}`);
    if (run > 0) pairs.push({ ours, peer });
  }
  return [toResult('read_p95_during_backup', pairs, 'lower', '<= 1.5')];
}

async function main(args: readonly string[]): Promise<void> {
  const runs = numberOption(args, 'runs', 5);
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;
  const wants = (name: string): boolean => only === undefined || only === name;
  const results: BenchResult[] = [];
  if (wants('backup') || wants('restore') || wants('reads')) {
    const tools = await mongoTools(say);
    const rig = await prepareRig(numberOption(args, 'size-mb', 1_000), say);
    const stopped = untilStopped();
    try {
      const bench = { rig, tools, runs, archive: join(rig.folder, 'dump.archive.gz') };
      if (wants('backup')) results.push(...(await Promise.race([benchBackup(bench), stopped])));
      if (wants('reads')) results.push(...(await Promise.race([benchReads(bench), stopped])));
      if (wants('restore')) results.push(...(await Promise.race([benchRestore(bench), stopped])));
    } finally {
      await rig.stop();
    }
  }
  if (wants('redis')) results.push(...(await benchRedis(runs, say, numberOption(args, 'keys', 1_000_000))));
  report('backup', results);
}

await main(process.argv.slice(2));

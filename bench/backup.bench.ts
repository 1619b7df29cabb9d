// Backup and restore of generated Lucid data through backup-service, against mongodump and mongorestore on the same replica set.
// Options: --size-mb N (200), --runs N (3). Needs Go once, to build the tools.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { MongoClient, type IndexSpecification } from 'mongodb';
import { startEngines } from '../scripts/engines/engines.ts';
import { freePorts } from '../scripts/engines/free-ports.ts';
import { mongoTools } from '../scripts/engines/mongo-tools.ts';
import { restClient, waitForJob, type RestClient } from '../scripts/services/rest-client.ts';
import { startServiceProcess, type ServiceProcess } from '../scripts/services/services.ts';
import { interleave, numberOption, report, toResult, type Pair } from './measure.ts';

const DATABASE = 'bench_lucid';
const TARGET = 'bench_restored';

const INDEXES: Record<string, { key: IndexSpecification; unique?: boolean }[]> = {
  blocks: [
    { key: { height: 1 }, unique: true },
    { key: { block_id: 1 }, unique: true },
  ],
  sessions: [{ key: { session_id: 1 }, unique: true }, { key: { user_id: 1 } }, { key: { status: 1 } }],
  transactions: [{ key: { tx_id: 1 }, unique: true }, { key: { from: 1 } }, { key: { to: 1 } }],
};

interface Bench {
  uri: string;
  mongo: MongoClient;
  folder: string;
  env: Record<string, string>;
  bytes: number;
  service?: ServiceProcess;
  /** The front door: storage-api, for the whole run. */
  door?: ServiceProcess;
  /** The newest backup of ours, in the repository of the running service. */
  backupId?: string;
}

function say(line: string): void {
  console.error(`bench: ${line}`);
}

async function seconds(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action();
  return (performance.now() - began) / 1000;
}

function client(bench: Bench): RestClient {
  return restClient(String(bench.door?.url), String(bench.env['LUCID_BOOTSTRAP_API_KEY']));
}

async function job(bench: Bench, path: string, body: object): Promise<Record<string, unknown>> {
  const { id } = await client(bench).post<{ id: string }>(path, body);
  return (await waitForJob(client(bench), id)).result ?? {};
}

/** A service with an empty repository: otherwise the second run would find every chunk of the first. */
async function freshService(bench: Bench, run: number): Promise<void> {
  await bench.service?.daemon.stop();
  const env = { ...bench.env, BACKUP_STORAGE_PATH: join(bench.folder, `repository-${run}`) };
  bench.service = await startServiceProcess('backup-service', env, bench.folder);
}

/** MB/s of plain data, encrypted, compressed, checksummed and deduplicated. */
async function ourBackup(bench: Bench, run: number): Promise<{ rate: number; stored: number }> {
  await freshService(bench, run);
  let result: Record<string, unknown> = {};
  const took = await seconds(async () => {
    result = await job(bench, '/api/v1/backups/create', { database: DATABASE });
  });
  bench.backupId = String(result['backupId']);
  return { rate: bench.bytes / 1e6 / took, stored: Number(result['storedBytes']) };
}

async function ourRestore(bench: Bench): Promise<number> {
  await bench.mongo.db(TARGET).dropDatabase();
  const path = `/api/v1/backups/${String(bench.backupId)}/restore`;
  const took = await seconds(() => job(bench, path, { targetDatabase: TARGET }));
  return bench.bytes / 1e6 / took;
}

async function prepare(sizeMb: number): Promise<{ bench: Bench; stop: () => Promise<void> }> {
  const engines = await startEngines();
  const uri = String(engines.uris.mongodb);
  const mongo = await MongoClient.connect(uri);
  const folder = await mkdtemp(join(tmpdir(), 'lucid-bench-'));
  const [port, doorPort] = await freePorts(2);
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    ...engines.env,
    BACKUP_SERVICE_PORT: String(port),
    STORAGE_API_PORT: String(doorPort),
    LUCID_BOOTSTRAP_API_KEY: `lucid_${randomBytes(32).toString('base64url')}`,
    BACKUP_MASTER_KEY: randomBytes(32).toString('base64'),
    MONGODB_DATABASE: 'bench_main',
    CONTROL_DATABASE: `bench_control_${randomBytes(4).toString('hex')}`,
    NODE_ENV: 'production',
  };
  const bench: Bench = { uri, mongo, folder, env, bytes: 0 };
  const stop = async (): Promise<void> => {
    await bench.service?.daemon.stop();
    await bench.door?.daemon.stop();
    for (const name of [DATABASE, TARGET, 'bench_main', String(env['CONTROL_DATABASE'])])
      await mongo.db(name).dropDatabase();
    await mongo.close();
    await engines.stop();
    await rm(folder, { recursive: true, force: true });
  };
  bench.door = await startServiceProcess('storage-api', env, folder);
  say(`loading ${sizeMb} MB`);
  await mongo.db(DATABASE).dropDatabase();
  await loadLucidData(mongo, DATABASE, { sizeBytes: sizeMb * 1e6 });
  for (const [collection, indexes] of Object.entries(INDEXES)) {
    for (const { key, unique = false } of indexes)
      await mongo.db(DATABASE).collection(collection).createIndex(key, { unique });
  }
  bench.bytes = Number((await mongo.db(DATABASE).stats())['dataSize']);
  return { bench, stop };
}

async function main(args: readonly string[]): Promise<void> {
  const runs = numberOption(args, 'runs', 3);
  const tools = await mongoTools(say);
  const { bench, stop } = await prepare(numberOption(args, 'size-mb', 200));
  try {
    const archive = join(bench.folder, 'dump.archive.gz');
    const uri = ['--uri', bench.uri, '--quiet', `--archive=${archive}`, '--gzip'];
    const output: Pair[] = [];
    let run = 0;
    let stored = 0;
    const dump = async (): Promise<number> => {
      const took = await seconds(() =>
        runProgram(tools.mongodump, [...uri, '--db', DATABASE, '--readPreference=secondary']),
      );
      output.push({ ours: stored / 1e6, peer: (await stat(archive)).size / 1e6 });
      return bench.bytes / 1e6 / took;
    };
    const restore = async (): Promise<number> => {
      await bench.mongo.db(TARGET).dropDatabase();
      const names = [`--nsFrom=${DATABASE}.*`, `--nsTo=${TARGET}.*`, '--numInsertionWorkersPerCollection=4'];
      return (
        bench.bytes /
        1e6 /
        (await seconds(() => runProgram(tools.mongorestore, [...uri, ...names, '--writeConcern={w:1}'])))
      );
    };
    say('backup, MB/s: ours (zstd, AES-256-GCM, deduplicated) and mongodump --archive --gzip');
    const backups = await interleave(
      runs,
      async () => {
        const { rate, stored: size } = await ourBackup(bench, (run += 1));
        stored = size;
        return rate;
      },
      dump,
      say,
    );
    say('restore with indexes, MB/s: ours (verified) and mongorestore --archive --gzip');
    const restores = await interleave(runs, () => ourRestore(bench), restore, say);
    report('backup', [
      toResult('backup_vs_mongodump_gzip', backups, 'higher', '>= 4'),
      toResult('backup_output_mb', output.slice(1), 'lower', '<= 1'),
      toResult('restore_vs_mongorestore', restores, 'higher', '>= 1'),
    ]);
  } finally {
    await stop();
  }
}

await main(process.argv.slice(2));

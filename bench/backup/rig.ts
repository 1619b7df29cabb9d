import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { MongoClient, type IndexSpecification } from 'mongodb';
import { startEngines } from '../../scripts/engines/engines.ts';
import { freePorts } from '../../scripts/engines/free-ports.ts';
import { restClient, type JobAnswer, type RestClient } from '../../scripts/services/rest-client.ts';
import { startServiceProcess, type ServiceProcess } from '../../scripts/services/services.ts';

export const DATABASE = 'bench_lucid';
export const TARGET = 'bench_restored';

const INDEXES: Record<string, { key: IndexSpecification; unique?: boolean }[]> = {
  blocks: [
    { key: { height: 1 }, unique: true },
    { key: { block_id: 1 }, unique: true },
  ],
  sessions: [{ key: { session_id: 1 }, unique: true }, { key: { user_id: 1 } }, { key: { status: 1 } }],
  transactions: [{ key: { tx_id: 1 }, unique: true }, { key: { from: 1 } }, { key: { to: 1 } }],
};

/** Engines with data, storage-api as the front door, and a backup-service that is started anew with an empty repository. */
export interface Rig {
  readonly uri: string;
  readonly mongo: MongoClient;
  readonly folder: string;
  /** Of all documents. */
  bytes: number;
  service(): ServiceProcess;
  /** Otherwise a run would find the chunks of the one before. */
  freshService(extra?: Record<string, string>): Promise<void>;
  /** To the job's end. @returns its result @throws Error where it does not succeed */
  job(path: string, body: object): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

export async function prepareRig(sizeMb: number, say: (line: string) => void): Promise<Rig> {
  const engines = await startEngines({ only: ['mongodb', 'redis'] });
  const uri = String(engines.uris.mongodb);
  const mongo = await MongoClient.connect(uri);
  const folder = await mkdtemp(join(tmpdir(), 'lucid-bench-'));
  const [port, doorPort] = await freePorts(2);
  const control = `bench_control_${randomBytes(4).toString('hex')}`;
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    ...engines.env,
    BACKUP_SERVICE_PORT: String(port),
    STORAGE_API_PORT: String(doorPort),
    LUCID_BOOTSTRAP_API_KEY: `lucid_${randomBytes(32).toString('base64url')}`,
    BACKUP_MASTER_KEY: randomBytes(32).toString('base64'),
    MONGODB_DATABASE: 'bench_main',
    CONTROL_DATABASE: control,
    NODE_ENV: 'production',
    // What runs beside a backup in production is no part of it, and the peers have nothing like it.
    BACKUP_PITR_ENABLED: 'false',
    BACKUP_SCHEDULE: 'off',
    BACKUP_READ_LIMIT: 'off',
  };
  let service: ServiceProcess | undefined;
  let run = 0;
  const door = await startServiceProcess('storage-api', env, folder);
  const client = restClient(door.url, String(env['LUCID_BOOTSTRAP_API_KEY']));
  const stop = async (): Promise<void> => {
    await service?.daemon.stop();
    await door.daemon.stop();
    for (const name of [DATABASE, TARGET, 'bench_main', control]) await mongo.db(name).dropDatabase();
    await mongo.close();
    await engines.stop();
    await rm(folder, { recursive: true, force: true });
  };
  say(`loading ${sizeMb} MB`);
  const bytes = await load(mongo, sizeMb);
  return {
    ...{ uri, mongo, folder, bytes, stop },
    service: () => service as ServiceProcess,
    async freshService(extra = {}) {
      await service?.daemon.stop();
      await rm(join(folder, `repository-${run}`), { recursive: true, force: true });
      run += 1;
      const own = { ...env, BACKUP_STORAGE_PATH: join(folder, `repository-${run}`), ...extra };
      service = await startServiceProcess('backup-service', own, folder);
    },
    job: (path, body) => runJob(client, path, body),
  };
}

async function load(mongo: MongoClient, sizeMb: number): Promise<number> {
  await mongo.db(DATABASE).dropDatabase();
  await loadLucidData(mongo, DATABASE, { sizeBytes: sizeMb * 1e6 });
  for (const [collection, indexes] of Object.entries(INDEXES)) {
    for (const { key, unique = false } of indexes)
      await mongo.db(DATABASE).collection(collection).createIndex(key, { unique });
  }
  return Number((await mongo.db(DATABASE).stats())['dataSize']);
}

async function runJob(client: RestClient, path: string, body: object): Promise<Record<string, unknown>> {
  const { id } = await client.post<{ id: string }>(path, body);
  // Asking again and again would take the processors from what is measured.
  await client.follow(`/api/v1/jobs/${id}/events`);
  const job = await client.get<JobAnswer>(`/api/v1/jobs/${id}`);
  if (job.state === 'succeeded') return job.result ?? {};
  throw new Error(`${id} ended as ${job.state}: ${job.error?.code} ${job.error?.detail}`);
}

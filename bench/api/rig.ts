import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '@lucid/clients/process/daemon';
import { SeededText } from '@lucid/testing/seeded-text';
import { Redis } from 'ioredis';
import { MongoClient, ObjectId, type Document } from 'mongodb';
import { startEngines } from '../../scripts/engines/engines.ts';
import { freePorts } from '../../scripts/engines/free-ports.ts';
import { findRedisServer } from '../../scripts/engines/programs.ts';
import { repositoryPath } from '../../scripts/engines/repository-path.ts';
import { startServiceProcess, type ServiceProcess } from '../../scripts/services/services.ts';
import { BULK_COLLECTION, COLLECTION } from './names.ts';

/** Documents that belong to one user: what an indexed find answers. */
const PER_USER = 10;
const BATCH = 5_000;

/** storage-api from the built code and its peer, each a process of its own, with engines, a cache of their own and data. */
export interface Rig {
  readonly service: ServiceProcess;
  readonly peerUrl: string;
  readonly apiKey: string;
  readonly mongo: MongoClient;
  readonly database: string;
  /** The Redis of the cache, which nobody else uses. */
  readonly cache: { readonly uri: string; readonly client: Redis };
  readonly ids: readonly string[];
  readonly users: readonly string[];
  stop(): Promise<void>;
}

/** Documents of about 400 bytes. */
export function documentOf(text: SeededText, user: string, number: number): Document {
  const hex = (size: number): string => {
    const from = text.next(size);
    return text.hex.toString('latin1', from, from + size);
  };
  return {
    ...{ session_id: hex(24), user_id: user, status: number % 3 === 0 ? 'closed' : 'active', number },
    ...{
      created_at: new Date(1_700_000_000_000 + number * 1_000),
      token: hex(64),
      device: { os: 'linux', id: hex(16) },
    },
    ...{ payload: hex(80), score: number / 7 },
  };
}

async function fill(
  mongo: MongoClient,
  database: string,
  documents: number,
): Promise<{ ids: string[]; users: string[] }> {
  const collection = mongo.db(database).collection(COLLECTION);
  await mongo.db(database).createCollection(BULK_COLLECTION);
  await collection.createIndex({ user_id: 1, _id: 1 });
  const text = new SeededText('api');
  const ids: string[] = [];
  const users: string[] = [];
  for (let from = 0; from < documents; from += BATCH) {
    const batch: Document[] = [];
    for (let number = from; number < Math.min(documents, from + BATCH); number += 1) {
      const user =
        users[Math.floor(number / PER_USER)] ?? `user-${String(Math.floor(number / PER_USER)).padStart(10, '0')}`;
      if (number % PER_USER === 0) users.push(user);
      const _id = new ObjectId();
      ids.push(_id.toHexString());
      batch.push({ _id, ...documentOf(text, user, number) });
    }
    await collection.insertMany(batch, { ordered: false, writeConcern: { w: 1 } });
  }
  await collection.findOne({}, { readConcern: 'majority' });
  return { ids, users };
}

async function startCache(folder: string): Promise<{ uri: string; client: Redis; daemon: Daemon }> {
  const program = await findRedisServer({ say: () => undefined, signal: new AbortController().signal });
  const [port = 0] = await freePorts(1);
  const uri = `redis://127.0.0.1:${port}`;
  const client = new Redis(uri, { lazyConnect: true });
  client.on('error', () => undefined);
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const daemon = await startDaemon(program, [...args, '--maxmemory-policy', 'allkeys-lru'], {
    logFile: join(folder, 'cache.log'),
    cwd: folder,
    isReady: async () => (await client.ping()) === 'PONG',
  });
  return { uri, client, daemon };
}

export async function prepareRig(documents: number, say: (line: string) => void): Promise<Rig> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.reverse()) await one();
    stops.length = 0;
  };
  try {
    return { ...(await prepare(documents, stops, say)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepare(
  documents: number,
  stops: (() => Promise<unknown>)[],
  say: (line: string) => void,
): Promise<Omit<Rig, 'stop'>> {
  const folder = await mkdtemp(join(tmpdir(), 'lucid-bench-api-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const engines = await startEngines({ only: ['mongodb', 'redis'] });
  stops.push(() => engines.stop());
  const cache = await startCache(folder);
  stops.push(
    () => cache.daemon.stop(1_000),
    async () => cache.client.disconnect(),
  );
  const mongo = await MongoClient.connect(String(engines.uris.mongodb));
  const database = `bench_api_${randomBytes(4).toString('hex')}`;
  const control = `${database}_control`;
  stops.push(async () => {
    for (const name of [database, control]) await mongo.db(name).dropDatabase();
    await mongo.close();
  });
  say(`loading ${documents} documents`);
  const { ids, users } = await fill(mongo, database, documents);
  const [port, peerPort] = await freePorts(2);
  const apiKey = `lucid_${randomBytes(32).toString('base64url')}`;
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    ...engines.env,
    REDIS_URI: cache.uri,
    STORAGE_API_PORT: String(port),
    PEER_PORT: String(peerPort),
    LUCID_BOOTSTRAP_API_KEY: apiKey,
    MONGODB_DATABASE: database,
    CONTROL_DATABASE: control,
    NODE_ENV: 'production',
    // It counts as always; one key sends more here than any caller should.
    RATE_LIMIT_PER_SECOND: '1000000',
  };
  const service = await startServiceProcess('storage-api', env, folder);
  stops.push(() => service.daemon.stop(30_000));
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const peer = await startDaemon(
    process.execPath,
    [
      '--conditions=lucid-source',
      '--disable-warning=ExperimentalWarning',
      repositoryPath('bench', 'api', 'bare-server.ts'),
    ],
    { env, logFile: join(folder, 'peer.log'), isReady: async () => (await fetch(`${peerUrl}/ready`)).ok },
  );
  stops.push(() => peer.stop(5_000));
  return { ...{ service, peerUrl, apiKey, mongo, database, cache, ids, users } };
}

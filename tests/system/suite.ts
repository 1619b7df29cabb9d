import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { freePorts } from '../../scripts/engines/free-ports.ts';
import { restClient, type RestClient } from '../../scripts/services/rest-client.ts';
import {
  METRICS_PORT,
  SERVICES,
  startServiceProcess,
  stopServices,
  type ServiceName,
  type ServiceProcess,
} from '../../scripts/services/services.ts';
import { middayZone } from '../setup/midday-zone.ts';

/** Services of a test as processes of their own, on the real engines, with databases and a repository of their own. */
export interface Suite {
  env: Record<string, string>;
  folder: string;
  /** The main database; `scratch` databases share its prefix and are dropped at the end. */
  database: string;
  mongo: MongoClient;
  api: RestClient;
  rest(name: ServiceName): RestClient;
  process(name: ServiceName): ServiceProcess;
  /** Starts a service, again or with other variables. */
  start(name: ServiceName, extra?: Record<string, string>): Promise<ServiceProcess>;
  /** SIGKILL: the service gets no chance to clean up. Resolves when it is gone. */
  kill(name: ServiceName): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL to every service, and nothing is tidied up: for when the engines go too. */
  abandon(): Promise<void>;
}

export const API_KEY = `lucid_${randomBytes(32).toString('base64url')}`;

/** `extra` variables hold for every service, and win. */
export async function startSuite(names: readonly ServiceName[], extra: Record<string, string> = {}): Promise<Suite> {
  const tag = randomBytes(4).toString('hex');
  const database = `test_${tag}`;
  const folder = await mkdtemp(join(tmpdir(), 'lucid-system-'));
  const variables = [...Object.values(SERVICES).map((service) => service.variable), METRICS_PORT.variable];
  const ports = await freePorts(variables.length);
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    ...Object.fromEntries(variables.map((variable, index) => [variable, String(ports[index])])),
    LUCID_BOOTSTRAP_API_KEY: API_KEY,
    BACKUP_MASTER_KEY: randomBytes(32).toString('base64'),
    BACKUP_STORAGE_PATH: join(folder, 'backups'),
    BACKUP_TIMEZONE: middayZone(),
    // It would follow what every other test writes, and where it cannot keep up, back all of that up; the specs of it switch it on.
    BACKUP_PITR_ENABLED: 'false',
    VOLUME_STORAGE_PATH: folder,
    MONGODB_DATABASE: database,
    CONTROL_DATABASE: `${database}_control`,
    NODE_OPTIONS: '',
    NODE_ENV: 'test',
    ...extra,
  };
  const mongo = await MongoClient.connect(String(env['MONGODB_URI']));
  const running = new Map<ServiceName, ServiceProcess>();

  async function start(name: ServiceName, own: Record<string, string> = {}): Promise<ServiceProcess> {
    const service = await startServiceProcess(name, { ...env, ...own }, join(folder, 'logs'));
    running.set(name, service);
    return service;
  }
  function processOf(name: ServiceName): ServiceProcess {
    const service = running.get(name);
    if (!service) throw new Error(`${name} was not started`);
    return service;
  }
  const kill = (name: ServiceName): Promise<void> => processOf(name).daemon.stop(0);
  async function stop(): Promise<void> {
    await stopServices([...running.values()]);
    const { databases } = await mongo.db('admin').admin().listDatabases({ nameOnly: true });
    for (const { name } of databases) if (name.startsWith(database)) await mongo.db(name).dropDatabase();
    await mongo.close();
    await rm(folder, { recursive: true, force: true });
  }
  async function abandon(): Promise<void> {
    await Promise.all([...running.values()].map(({ daemon }) => daemon.stop(0)));
    await mongo.close(true);
    await rm(folder, { recursive: true, force: true });
  }
  try {
    await Promise.all(names.map((name) => start(name)));
  } catch (error) {
    await stop();
    throw error;
  }
  const rest = (name: ServiceName): RestClient => restClient(processOf(name).url, API_KEY);
  const api = running.has('storage-api') ? rest('storage-api') : rest(names[0] as ServiceName);
  return { env, folder, database, mongo, api, rest, process: processOf, start, kill, stop, abandon };
}

export interface CollectionState {
  /** SHA-256 of every document as it is stored, in the order of `_id`. */
  documents: string[];
  /** Index definitions, sorted by name. */
  indexes: Record<string, unknown>[];
}

/** All that a database holds, to be compared byte by byte. */
export async function readDatabase(mongo: MongoClient, name: string): Promise<Record<string, CollectionState>> {
  const state: Record<string, CollectionState> = {};
  const collections = await mongo.db(name).listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  for (const { name: collection } of collections) {
    const source = mongo.db(name).collection(collection);
    const documents = (await source.find({}, { raw: true, sort: { _id: 1 } }).toArray()) as unknown as Buffer[];
    const indexes = await source.indexes();
    indexes.sort((a, b) => String(a.name).localeCompare(String(b.name)));
    const hashes = documents.map((document) => createHash('sha256').update(document).digest('hex'));
    state[collection] = { documents: hashes, indexes };
  }
  return state;
}

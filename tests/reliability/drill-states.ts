import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@elastic/elasticsearch';
import { eventually } from '@lucid/testing/eventually';
import { type Document, MongoClient } from 'mongodb';
import { objectsOf } from '../system/backup-jobs.ts';

/** What can be seen of drills from outside. */
export interface DrillView {
  readonly mongo: MongoClient;
  readonly elasticsearch: Client;
  readonly controlDatabase: string;
  /** BACKUP_DRILL_PATH. */
  readonly folder: string;
  /** The repository's. */
  readonly repository: string;
  /** ELASTICSEARCH_SNAPSHOT_PATH, where there is one. */
  readonly snapshots: string | undefined;
}

/** Of a drill with servers of its own for MongoDB and Redis, and scratch indices. */
export const DISPOSABLE_POINTS = [
  'the folder of mongod is made',
  'mongod is started',
  'MongoDB is restored',
  'MongoDB is compared',
  'redis-server is started',
  'the redis-server with the RDB file is started',
  'Elasticsearch is restored',
  'Elasticsearch is compared',
  'it is recorded',
] as const;

/** Of a drill in scratch databases. */
export const SCRATCH_POINTS = ['documents are staged', 'collections are swapped', 'the scratch is compared'] as const;

export type DrillPoint = (typeof DISPOSABLE_POINTS)[number] | (typeof SCRATCH_POINTS)[number];

/** What is asked that often is a state of milliseconds. */
const OFTEN = { intervalMs: 1, timeoutMs: 120_000 };
const CONTROL_OF_DRILL = 'lucid_drill_control';
type Journals = Document & { _id: string };

/** Returns as soon as the drill is there, or is over. */
export function drillReached(
  point: DrillPoint,
  view: DrillView,
  { id, isOver }: { id: string; isOver: () => boolean },
): Promise<unknown> {
  const { mongo, elasticsearch, folder, repository, controlDatabase } = view;
  const servers = async (kind: string): Promise<Server[]> =>
    (await serversIn(folder)).filter(({ program }) => program === kind);
  const phase = async (client: MongoClient, database: string): Promise<string> => {
    const journal = await client.db(database).collection<Journals>('restore_journals').findOne({ _id: id });
    return String(journal?.['phase']);
  };
  const inside = insideOf(folder);
  const isIn = (...phases: string[]) =>
    inside(async (client) => phases.includes(await phase(client, CONTROL_OF_DRILL)));
  const isInScratch = async (...phases: string[]): Promise<boolean> =>
    phases.includes(await phase(mongo, controlDatabase));
  const hasIndex = async (prefix: string): Promise<boolean> =>
    (await indexNames(elasticsearch)).some((name) => name.startsWith(`${prefix}${id}`));
  const verified = (): Promise<string[]> => objectsOf(join(repository, 'verified'));
  const before = verified();
  const ask: Record<DrillPoint, () => Promise<boolean>> = {
    'the folder of mongod is made': async () => (await readdir(folder)).length > 0,
    'mongod is started': async () => (await servers('mongod')).length > 0,
    'MongoDB is restored': () => isIn('restore', 'swap'),
    'MongoDB is compared': () => isIn('done'),
    'redis-server is started': async () => (await servers('redis-server')).length > 0,
    'the redis-server with the RDB file is started': async () => (await servers('redis-server')).length > 1,
    'Elasticsearch is restored': () => hasIndex('restoring-'),
    'Elasticsearch is compared': () => hasIndex(''),
    'it is recorded': async () => (await verified()).join() !== (await before).join(),
    'documents are staged': () => isInScratch('restore'),
    'collections are swapped': () => isInScratch('swap'),
    'the scratch is compared': () => isInScratch('done'),
  };
  return eventually(point, async () => isOver() || (await ask[point]()), OFTEN).finally(() => inside.close());
}

/** Everything of drills that is there, in words; in Elasticsearch, which others use too, of these. */
export async function leftOver(view: DrillView, ids: readonly string[]): Promise<string[]> {
  const { mongo, elasticsearch, folder, controlDatabase, snapshots } = view;
  const control = mongo.db(controlDatabase);
  const ofDrill = (names: readonly string[]): string[] => names.filter((name) => name.startsWith('drill_'));
  const ofThese = (names: readonly string[]): string[] => names.filter((name) => ids.some((id) => name.includes(id)));
  const { databases } = await mongo.db('admin').admin().listDatabases({ nameOnly: true });
  const { component_templates: templates } = await elasticsearch.cluster.getComponentTemplate();
  const idsIn = async (collection: string): Promise<string[]> =>
    (await control.collection<Journals>(collection).find().toArray()).map(({ _id }) => _id);
  const found: Record<string, string[]> = {
    folder: await readdir(folder),
    server: (await serversIn(folder)).map(({ program, pid }) => `${program} ${pid}`),
    database: ofDrill(databases.map(({ name }) => name)),
    scratch: await idsIn('drill_scratches'),
    journal: ofDrill(await idsIn('restore_journals')),
    index: ofThese(await indexNames(elasticsearch)),
    template: ofThese(templates.map(({ name }) => name)),
    'snapshot repository': ofThese(Object.keys(await elasticsearch.snapshot.getRepository())),
    'snapshot folder': snapshots === undefined ? [] : ofThese(await readdir(snapshots)),
  };
  return Object.entries(found).flatMap(([kind, names]) => names.map((name) => `${kind} ${name}`));
}

async function indexNames(client: Client): Promise<string[]> {
  return Object.keys(await client.indices.get({ index: '*', expand_wildcards: 'all', features: ['aliases'] }));
}

interface Server {
  readonly pid: number;
  readonly program: string;
  /** Of the drill. */
  readonly folder: string;
  readonly args: readonly string[];
}

/** Processes that work below a folder, or did before it was removed. */
async function serversIn(parent: string): Promise<Server[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 1);
  const found = pids.map(async (pid) => {
    const folder = await readlink(`/proc/${pid}/cwd`);
    const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    return { pid, folder, program: String(args[0]).split('/').at(-1) ?? '', args };
  });
  const there = (await Promise.allSettled(found)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  return there.filter(({ folder }) => folder.startsWith(`${parent}/`));
}

/** Asks the mongod of a drill, with the key that lies in its folder. */
function insideOf(parent: string): {
  (ask: (client: MongoClient) => Promise<boolean>): Promise<boolean>;
  close(): Promise<void>;
} {
  let client: MongoClient | undefined;
  const connect = async (): Promise<MongoClient | undefined> => {
    const [server] = (await serversIn(parent)).filter(({ program }) => program === 'mongod');
    if (!server) return undefined;
    const key = await readFile(join(server.folder, 'keyfile'), 'utf8');
    const port = server.args[server.args.indexOf('--port') + 1];
    const options = 'authSource=local&authMechanism=SCRAM-SHA-256&directConnection=true&serverSelectionTimeoutMS=2000';
    return MongoClient.connect(`mongodb://__system:${key}@127.0.0.1:${port}/?${options}`);
  };
  const asking = async (ask: (client: MongoClient) => Promise<boolean>): Promise<boolean> => {
    client ??= await connect();
    return client !== undefined && (await ask(client));
  };
  return Object.assign(asking, { close: async () => client?.close(true) });
}

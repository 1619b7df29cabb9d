import type { Document } from 'bson';
import type { Db, MongoClient } from 'mongodb';
import { BUCKETS_PREFIX, isInternalCollection } from './restore-names.ts';

export interface TargetCollection {
  readonly type: 'collection' | 'timeseries' | 'view';
  /** Hex; undefined for a view. */
  readonly uuid: string | undefined;
  readonly options: Document;
  /** Views count as filled. */
  readonly hasDocuments: boolean;
}

/** What is on the target before a restore. */
export interface TargetState {
  readonly serverVersion: string;
  readonly featureCompatibilityVersion: string;
  /** By namespace; staging and internal collections left out. */
  readonly collections: ReadonlyMap<string, TargetCollection>;
}

/** Reads the target; databases that are not there count as empty. */
export async function inspectTarget(
  client: MongoClient,
  databases: Iterable<string>,
  isRouter = false,
): Promise<TargetState> {
  const admin = client.db('admin');
  const { version } = await admin.command({ buildInfo: 1 });
  const featureCompatibilityVersion = await (isRouter ? versionOfCluster(admin) : versionOfSet(admin));
  const collections = new Map<string, TargetCollection>();
  for (const database of new Set(databases)) {
    for (const [name, found] of await listTarget(client, database)) collections.set(`${database}.${name}`, found);
  }
  return { serverVersion: String(version), featureCompatibilityVersion, collections };
}

/** Is it the router of a sharded cluster (mongos)? */
export async function isRouter(client: MongoClient): Promise<boolean> {
  return (await client.db('admin').command({ hello: 1 })).msg === 'isdbgrid';
}

async function versionOfSet(admin: Db): Promise<string> {
  const parameter = await admin.command({ getParameter: 1, featureCompatibilityVersion: 1 });
  return (parameter.featureCompatibilityVersion as { version: string }).version;
}

/** A router has no such parameter; what it shows of `admin` is that of the config servers. */
async function versionOfCluster(admin: Db): Promise<string> {
  const versions = admin.collection<{ _id: string; version?: string }>('system.version');
  return (await versions.findOne({ _id: 'featureCompatibilityVersion' }))?.version ?? '';
}

async function listTarget(client: MongoClient, database: string): Promise<Map<string, TargetCollection>> {
  const found = new Map<string, TargetCollection>();
  const listed = await listCollections(client, database);
  const uuids = new Map(listed.map(({ name, uuid }) => [name, uuid]));
  for (const { name, type, options } of listed) {
    if (isInternalCollection(name)) continue;
    const isView = type === 'view';
    const hasDocuments =
      isView ||
      (await client
        .db(database)
        .collection(name)
        .findOne({}, { projection: { _id: 1 } })) !== null;
    const uuid = type === 'timeseries' ? uuids.get(`${BUCKETS_PREFIX}${name}`) : uuids.get(name);
    found.set(name, { type, uuid, options, hasDocuments });
  }
  return found;
}

export interface ListedCollection {
  readonly name: string;
  readonly type: 'collection' | 'timeseries' | 'view';
  readonly uuid: string | undefined;
  readonly options: Document;
}

/** What `listCollections` shows, everything or these names, read from the primary. */
export async function listCollections(
  client: MongoClient,
  database: string,
  names?: readonly string[],
): Promise<ListedCollection[]> {
  const filter = names ? { name: { $in: [...names] } } : {};
  const listed = await client.db(database).listCollections(filter, { readPreference: 'primary' }).toArray();
  return listed.map((one) => {
    const info = one as {
      name: string;
      type?: string;
      options?: Document;
      info?: { uuid?: { toString(encoding: 'hex'): string } };
    };
    return {
      name: info.name,
      type: info.type === 'view' || info.type === 'timeseries' ? info.type : 'collection',
      uuid: info.info?.uuid?.toString('hex').replaceAll('-', ''),
      options: info.options ?? {},
    };
  });
}

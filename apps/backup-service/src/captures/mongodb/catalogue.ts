import { listRaw } from '@lucid/clients/mongodb/wire/command-cursor';
import { serverCodeOf } from '@lucid/clients/mongodb/wire/server-reply-error';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { Binary, deserialize } from 'bson';
import { includesUsers, isSelectedCollection, isSelectedDatabase, type MongodbCapturePlan } from './capture-plan.ts';
import type { CollectionManifest, MongodbManifest, TimeSeriesManifest, ViewManifest } from './manifest.ts';
import { fieldsOf } from './oplog-bson.ts';
import { type KeptDocument, keepDocument } from './ordered-documents.ts';

export type CatalogueCollection = Omit<CollectionManifest, 'stream' | 'documents' | 'bytes'>;

/** What the member holds of the plan, sorted by database and name. */
export interface Catalogue {
  readonly collections: CatalogueCollection[];
  readonly views: ViewManifest[];
  readonly timeSeries: TimeSeriesManifest[];
  accounts: Pick<MongodbManifest, 'users' | 'roles' | 'usersBson' | 'rolesBson'>;
}

const NAMESPACE_NOT_FOUND = 26;
const EMPTY_DOCUMENT = Buffer.from([5, 0, 0, 0, 0]);

/** Lists without a point in time: what changes meanwhile is found in the oplog (see `settle.ts`). @throws AppError of the connection */
export async function listCatalogue(
  connection: WireConnection,
  plan: MongodbCapturePlan,
  signal: AbortSignal,
): Promise<Catalogue> {
  const catalogue: Catalogue = { collections: [], views: [], timeSeries: [], accounts: { users: [], roles: [] } };
  const { databases } = await connection.command('admin', { listDatabases: 1, nameOnly: true }, { signal });
  const names = (databases as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => isSelectedDatabase(plan, name));
  for (const database of names.sort()) await listDatabase(connection, plan, database, catalogue, signal);
  if (includesUsers(plan)) catalogue.accounts = await listAccounts(connection, signal);
  return catalogue;
}

async function listAccounts(connection: WireConnection, signal: AbortSignal): Promise<Catalogue['accounts']> {
  const find = async (collection: string): Promise<Map<string, KeptDocument>> => {
    const found = await listRaw(connection, 'admin', { find: collection, sort: { _id: 1 } }, { signal });
    return new Map(found.map((bytes) => [String(deserialize(bytes)._id), keepDocument(bytes)]));
  };
  const [users, roles] = [await find('system.users'), await find('system.roles')];
  return {
    users: [...users.values()].map(({ ejson }) => ejson),
    roles: [...roles.values()].map(({ ejson }) => ejson),
    ...bytesOf('usersBson', users),
    ...bytesOf('rolesBson', roles),
  };
}

function bytesOf<K extends string>(
  key: K,
  kept: ReadonlyMap<string, KeptDocument>,
): Partial<Record<K, Record<string, string>>> {
  const bytes = [...kept].flatMap(([name, { bson }]): [string, string][] => (bson === undefined ? [] : [[name, bson]]));
  return bytes.length === 0 ? {} : ({ [key]: Object.fromEntries(bytes) } as Record<K, Record<string, string>>);
}

async function listDatabase(
  connection: WireConnection,
  plan: MongodbCapturePlan,
  database: string,
  catalogue: Catalogue,
  signal: AbortSignal,
): Promise<void> {
  const entries = (await listRaw(connection, database, { listCollections: 1 }, { signal })).map(listedOf);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, type, uuid, options: kept } of entries) {
    if (!isSelectedCollection(plan, name)) continue;
    const options = { options: kept.ejson, ...(kept.bson !== undefined && { optionsBson: kept.bson }) };
    if (type === 'view') catalogue.views.push({ database, name, ...options });
    else if (type === 'timeseries') catalogue.timeSeries.push({ database, name, ...options });
    else {
      const indexes = await listIndexes(connection, database, name, signal);
      if (indexes && uuid) catalogue.collections.push({ database, collection: name, uuid, ...options, ...indexes });
    }
  }
}

function listedOf(entry: Buffer): { name: string; type: string; uuid: string | undefined; options: KeptDocument } {
  const { name, type, info } = deserialize(entry, { promoteValues: false });
  const options = fieldsOf(entry).find((field) => field.name === 'options')?.value ?? EMPTY_DOCUMENT;
  return { name: String(name), type: String(type), uuid: uuidOf(info?.uuid), options: keepDocument(options) };
}

/** Complete indexes only; undefined where the collection was dropped meanwhile. */
async function listIndexes(
  connection: WireConnection,
  database: string,
  collection: string,
  signal: AbortSignal,
): Promise<Pick<CollectionManifest, 'indexes' | 'indexesBson'> | undefined> {
  try {
    const command = { listIndexes: collection, includeBuildUUIDs: true };
    const listed = await listRaw(connection, database, command, { signal });
    const complete = listed.filter((index) => !fieldsOf(index).some(({ name }) => name === 'buildUUID'));
    const kept = new Map(complete.map((index) => [String(deserialize(index).name), keepDocument(index)]));
    return { indexes: [...kept.values()].map(({ ejson }) => ejson), ...bytesOf('indexesBson', kept) };
  } catch (error) {
    if (serverCodeOf(error) === NAMESPACE_NOT_FOUND) return undefined;
    throw error;
  }
}

/** 32 hexadecimal digits. */
function uuidOf(value: unknown): string | undefined {
  return value instanceof Binary ? Buffer.from(value.buffer).toString('hex') : undefined;
}

import { listAll } from '@lucid/clients/mongodb/wire/command-cursor';
import { serverCodeOf } from '@lucid/clients/mongodb/wire/server-reply-error';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { Binary, type Document, EJSON } from 'bson';
import { includesUsers, isSelectedCollection, isSelectedDatabase, type MongodbCapturePlan } from './capture-plan.ts';
import type { CollectionManifest, Ejson, TimeSeriesManifest, ViewManifest } from './manifest.ts';

export type CatalogueCollection = Pick<CollectionManifest, 'database' | 'collection' | 'uuid' | 'options' | 'indexes'>;

/** What the member holds of the plan, sorted by database and name. */
export interface Catalogue {
  readonly collections: CatalogueCollection[];
  readonly views: ViewManifest[];
  readonly timeSeries: TimeSeriesManifest[];
  readonly users: Ejson[];
  readonly roles: Ejson[];
}

const NAMESPACE_NOT_FOUND = 26;
const EXACT = { exactTypes: true };

export function toEjson(value: Document): Ejson {
  return EJSON.serialize(value, { relaxed: false }) as Ejson;
}

/** Lists without a point in time: what changes meanwhile is found in the oplog (see `settle.ts`). @throws AppError of the connection */
export async function listCatalogue(
  connection: WireConnection,
  plan: MongodbCapturePlan,
  signal: AbortSignal,
): Promise<Catalogue> {
  const catalogue: Catalogue = { collections: [], views: [], timeSeries: [], users: [], roles: [] };
  const { databases } = await connection.command('admin', { listDatabases: 1, nameOnly: true }, { signal });
  const names = (databases as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => isSelectedDatabase(plan, name));
  for (const database of names.sort()) await listDatabase(connection, plan, database, catalogue, signal);
  if (includesUsers(plan)) {
    const find = async (collection: string): Promise<Ejson[]> =>
      (await listAll(connection, 'admin', { find: collection, sort: { _id: 1 } }, { ...EXACT, signal })).map(toEjson);
    catalogue.users.push(...(await find('system.users')));
    catalogue.roles.push(...(await find('system.roles')));
  }
  return catalogue;
}

async function listDatabase(
  connection: WireConnection,
  plan: MongodbCapturePlan,
  database: string,
  catalogue: Catalogue,
  signal: AbortSignal,
): Promise<void> {
  const entries = await listAll(connection, database, { listCollections: 1 }, { ...EXACT, signal });
  entries.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
  for (const { name, type, options, info } of entries) {
    if (!isSelectedCollection(plan, name as string)) continue;
    if (type === 'view') catalogue.views.push({ database, name, options: toEjson(options) });
    else if (type === 'timeseries') catalogue.timeSeries.push({ database, name, options: toEjson(options) });
    else {
      const indexes = await listIndexes(connection, database, name, signal);
      const uuid = uuidOf(info?.uuid);
      if (indexes && uuid)
        catalogue.collections.push({ database, collection: name, uuid, options: toEjson(options), indexes });
    }
  }
}

/** Complete indexes only; undefined where the collection was dropped meanwhile. */
async function listIndexes(
  connection: WireConnection,
  database: string,
  collection: string,
  signal: AbortSignal,
): Promise<Ejson[] | undefined> {
  try {
    const command = { listIndexes: collection, includeBuildUUIDs: true };
    const indexes = await listAll(connection, database, command, { ...EXACT, signal });
    return indexes.filter((index) => index.buildUUID === undefined).map(toEjson);
  } catch (error) {
    if (serverCodeOf(error) === NAMESPACE_NOT_FOUND) return undefined;
    throw error;
  }
}

/** 32 hexadecimal digits. */
function uuidOf(value: unknown): string | undefined {
  return value instanceof Binary ? Buffer.from(value.buffer).toString('hex') : undefined;
}

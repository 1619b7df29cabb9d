import type { Document } from 'bson';
import type { MongoClient } from 'mongodb';
import { BUCKETS_PREFIX, type Namespace } from './restore-names.ts';
import { listCollections } from './restore-target.ts';
import type { RestoreContext } from './restore-context.ts';
import { commentOf } from './restore-operations.ts';
import type { RestoreUnit } from './restore-units.ts';

/**
 * Options that `create` takes from the backup. What is missing here comes later (TTL), or never (uuid, temp). The validator is there from
 * the start, because collMod would spell out the defaults of its level and action; documents are written past it.
 */
const CREATED_WITH = [
  'validator',
  'validationLevel',
  'validationAction',
  'capped',
  'size',
  'max',
  'collation',
  'clusteredIndex',
  'timeseries',
  'changeStreamPreAndPostImages',
  'storageEngine',
  'indexOptionDefaults',
  'encryptedFields',
];

/** An empty collection under the working name, whatever was there before; answers its UUID. To be followed by a majority write. */
export async function recreateWorking(
  client: MongoClient,
  { working, collection }: RestoreUnit,
  { restoreId, signal }: Pick<RestoreContext, 'restoreId' | 'signal'>,
): Promise<string> {
  const database = client.db(working.database);
  signal.throwIfAborted();
  await dropIfThere(client, working);
  // What was given up makes nothing new.
  signal.throwIfAborted();
  const options = { ...pick(collection.options, CREATED_WITH), writeConcern: { w: 1 }, comment: commentOf(restoreId) };
  await database.command({ create: working.collection, ...options }, { signal });
  return (await uuidOf(client, working)) ?? '';
}

/** Drops a collection or view; none there is fine. */
export async function dropIfThere(client: MongoClient, { database, collection }: Namespace): Promise<void> {
  await client.db(database).dropCollection(collection);
}

/** Of the collection (of its buckets for a time-series collection); undefined where it is not there. */
export async function uuidOf(client: MongoClient, { database, collection }: Namespace): Promise<string | undefined> {
  const listed = await listCollections(client, database, [collection, `${BUCKETS_PREFIX}${collection}`]);
  const found = listed.find(({ name }) => name === collection);
  return found?.uuid ?? (found && listed.find(({ name }) => name === `${BUCKETS_PREFIX}${collection}`)?.uuid);
}

export function pick(options: Document, names: readonly string[]): Document {
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}

import { AppError } from '@lucid/core/app-error';
import type { Document } from 'bson';
import { type MongoClient, MongoServerError } from 'mongodb';
import { decodeOrdered } from './ordered-documents.ts';
import { pick } from './restore-collections.ts';
import type { RestoreContext } from './restore-context.ts';
import { commentOf } from './restore-operations.ts';
import type { Namespace } from './restore-names.ts';
import type { RestoreUnit } from './restore-units.ts';

/** DuplicateKey, CannotBuildIndexKeys, IndexOptionsConflict, IndexKeySpecsConflict */
const BUILD_FAILURES = [11_000, 67, 85, 86, 197];

type IndexContext = Pick<RestoreContext, 'client' | 'restoreId' | 'signal' | 'progress'>;

/**
 * Builds every index of every collection, TTL without expiry, then what a create does not take. Both may be done again. An abort ends the
 * wait at once; the build on the server ends with the operation, or with its collection (`discardRestore`).
 */
export async function restoreIndexes(context: IndexContext, units: readonly RestoreUnit[]): Promise<void> {
  const { signal, progress } = context;
  const total = units.length;
  for (const [done, unit] of units.entries()) {
    signal.throwIfAborted();
    await buildIndexes(context, unit);
    await setLateOptions(context, unit);
    progress({ phase: 'indexes', done: done + 1, total, unit: 'collections' });
  }
}

/** @throws AppError RESTORE_MISMATCH where the documents do not allow one */
export async function buildIndexes(
  { client, restoreId, signal }: IndexContext,
  { collection, physical, final }: RestoreUnit,
): Promise<void> {
  // An index without a collation would get that of its collection: `listIndexes` leaves the simple one out.
  const inherited = collection.options.collation === undefined ? {} : { collation: { locale: 'simple' } };
  const indexes = [...collection.indexes.values()].map(
    ({ expireAfterSeconds: _later, prepareUnique: _p, ...spec }) => ({ ...inherited, ...spec }),
  );
  if (indexes.length === 0) return;
  try {
    const command = { createIndexes: physical.collection, indexes, comment: commentOf(restoreId) };
    await client.db(physical.database).command(command, { signal });
  } catch (error) {
    if (!(error instanceof MongoServerError && BUILD_FAILURES.includes(Number(error.code)))) throw error;
    const detail = `An index of ${final.database}.${final.collection} cannot be built on what was restored.`;
    throw new AppError('RESTORE_MISMATCH', detail, { cause: error });
  }
}

/** What only collMod can do. */
async function setLateOptions({ client, signal }: IndexContext, { collection, working }: RestoreUnit): Promise<void> {
  if (collection.type === 'timeseries') return;
  const changed = collection.source?.options === collection.options ? [] : ['cappedSize', 'cappedMax'];
  const options = pick(collection.options, changed);
  if (Object.keys(options).length > 0)
    await client.db(working.database).command({ collMod: working.collection, ...options }, { signal });
}

/** The last step, under the final names: from here on documents expire. May be done again. */
export async function setExpiry(client: MongoClient, { collection, final }: RestoreUnit): Promise<void> {
  const database = client.db(final.database);
  for (const index of collection.indexes.values()) {
    const changes = pick(index, ['expireAfterSeconds', 'prepareUnique']);
    if (Object.keys(changes).length === 0) continue;
    await database.command({ collMod: final.collection, index: { name: String(index.name), ...changes } });
  }
  const { expireAfterSeconds } = collection.options;
  if (expireAfterSeconds !== undefined) await database.command({ collMod: final.collection, expireAfterSeconds });
}

/** Indexes of a collection by name, without `_id_`, as they compare: no version of the server's own making left in. */
export async function indexesOf(
  client: MongoClient,
  { database, collection }: Namespace,
): Promise<Map<string, Document>> {
  const raw: unknown[] = await client.db(database).collection(collection).listIndexes({ raw: true }).toArray();
  const listed = raw.map((index) => decodeOrdered(Buffer.from(index as Uint8Array)));
  return new Map(listed.filter((one) => one.name !== '_id_' && !one.clustered).map((one) => [String(one.name), one]));
}

import { AppError } from '@lucid/core/app-error';
import { type Document, MaxKey } from 'bson';
import { MongoServerError } from 'mongodb';
import { decodeExact } from '../oplog-bson.ts';
import { entriesOf } from '../ordered-documents.ts';
import { recreateWorking, uuidOf } from '../restore-collections.ts';
import { buildIndexes } from '../restore-indexes.ts';
import type { Namespace } from '../restore-names.ts';
import { PRIMARY_CHANGE_CODES } from '../restore-primary.ts';
import type { RestoreUnit } from '../restore-units.ts';
import type { ClusterContext } from './cluster-context.ts';
import type { SavedSharding } from './cluster-source.ts';
import type { KeySample } from './split-points.ts';

/**
 * An empty collection under the working name, sharded as it was where it was sharded. @returns its UUID
 * @throws AppError RESTORE_REFUSED where the cluster does not shard it so
 */
export async function createInCluster(
  context: ClusterContext,
  unit: RestoreUnit,
  saved: SavedSharding | undefined,
): Promise<string> {
  const uuid = await recreateWorking(context.client, unit, context);
  if (!saved) return uuid;
  await buildKeyIndexes(context, unit, saved);
  const isCollated = unit.collection.options['collation'] !== undefined;
  await administer(context, unit, {
    shardCollection: nameOf(unit.working),
    key: saved.key,
    unique: saved.unique,
    ...(isCollated && { collation: { locale: 'simple' } }),
  });
  return (await uuidOf(context.client, unit.working)) ?? '';
}

/** The server would make an index of the shard key itself where it finds none that begins with it. */
async function buildKeyIndexes(context: ClusterContext, unit: RestoreUnit, saved: SavedSharding): Promise<void> {
  const serving = [...unit.collection.indexes].filter(([, index]) => servesKey(index, saved.key));
  if (serving.length === 0) return;
  await buildIndexes(context, { ...unit, collection: { ...unit.collection, indexes: new Map(serving) } });
}

function servesKey({ key: indexed, sparse, partialFilterExpression }: Document, key: Document): boolean {
  if (sparse === true || partialFilterExpression !== undefined) return false;
  const fields = entriesOf(indexed as object);
  return entriesOf(key).every(([name, kind], at) => fields[at]?.[0] === name && String(fields[at][1]) === String(kind));
}

/** Is this the index that the server makes for a shard key? */
export function isOfShardKey({ key: indexed }: Document, key: Document): boolean {
  return entriesOf(indexed as object).length === entriesOf(key).length && servesKey({ key: indexed }, key);
}

/**
 * Gives each shard that takes documents a range of the empty collection with about as many of the documents to come. What does not
 * go through is left to the balancer. @returns a warning for each range that stayed
 */
export async function spread(context: ClusterContext, unit: RestoreUnit, sample: KeySample): Promise<string[]> {
  const shards = await shardsOf(context, unit.working.database);
  const points = sample.splitPoints(shards.length).map(decodeExact);
  const warnings: string[] = [];
  for (const [at, min] of points.entries()) {
    context.signal.throwIfAborted();
    const max = points[at + 1] ?? highest(min);
    const toShard = shards[at + 1];
    try {
      await administer(context, unit, { moveRange: nameOf(unit.working), min, max, toShard });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'RESTORE_REFUSED') throw error;
      context.logger.warn({ err: error, toShard }, 'a range could not be moved before the documents came');
      warnings.push(`${nameOf(unit.final)}: a range could not be moved to ${toShard}; the balancer spreads it later`);
    }
  }
  return warnings;
}

/** The one that the collection lies on first. */
async function shardsOf({ client }: ClusterContext, database: string): Promise<string[]> {
  const { shards } = await client.db('admin').command({ listShards: 1 });
  const taking = (shards as { _id: string; draining?: boolean }[]).filter(({ draining }) => draining !== true);
  const names = taking.map(({ _id }) => _id).sort();
  const databases = client.db('config').collection<{ _id: string; primary: string }>('databases');
  const primary = (await databases.findOne({ _id: database }))?.primary;
  return [...names.filter((name) => name === primary), ...names.filter((name) => name !== primary)];
}

function highest(bound: Document): Document {
  return Object.fromEntries(Object.keys(bound).map((name) => [name, new MaxKey()]));
}

/** @throws AppError RESTORE_REFUSED with the server's code; errors of the connection as they are */
async function administer(
  { client, signal }: ClusterContext,
  { final }: RestoreUnit,
  command: Document,
): Promise<void> {
  try {
    await client.db('admin').command(command, { signal });
  } catch (error) {
    if (!(error instanceof MongoServerError) || PRIMARY_CHANGE_CODES.has(Number(error.code))) throw error;
    const [name] = Object.keys(command);
    const detail = `The cluster refuses ${name} for ${nameOf(final)} (${error.codeName ?? String(error.code)}).`;
    throw new AppError('RESTORE_REFUSED', detail, { cause: error });
  }
}

function nameOf({ database, collection }: Namespace): string {
  return `${database}.${collection}`;
}

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
import type { SavedSharding, SavedZone } from './cluster-source.ts';
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
 * Parts the empty collection for the documents to come: its zones as they were, where the cluster has shards for all of them; else each shard
 * that takes documents gets a range with about as many of them. What does not go through is left to the balancer. @returns warnings
 */
export async function spread(
  context: ClusterContext,
  unit: RestoreUnit,
  saved: SavedSharding,
  sample: KeySample | undefined,
): Promise<string[]> {
  const shards = await shardsOf(context, unit.working.database);
  const zones = [...new Set(saved.zones.map(({ zone }) => zone))];
  const missing = zones.filter((zone) => !shards.some(({ tags = [] }) => tags.includes(zone)));
  if (zones.length > 0 && missing.length === 0) return setZones(context, unit, saved.zones, shards);
  const warnings = missing.map(
    (zone) => `${nameOf(unit.final)}: its zones are not restored, since no shard of the cluster is in ${zone}`,
  );
  const points = sample?.splitPoints(shards.length).map(decodeExact) ?? [];
  for (const [at, min] of points.entries()) {
    const max = points[at + 1] ?? highest(min);
    warnings.push(...(await moveRange(context, unit, { min, max, toShard: shards[at + 1]?._id })));
  }
  return warnings;
}

/** The shards of a zone take its ranges in turn. */
async function setZones(
  context: ClusterContext,
  unit: RestoreUnit,
  zones: readonly SavedZone[],
  shards: readonly TakingShard[],
): Promise<string[]> {
  const warnings: string[] = [];
  for (const [at, { zone, min, max }] of zones.entries()) {
    await administer(context, unit, { updateZoneKeyRange: nameOf(unit.working), min, max, zone });
    const members = shards.filter(({ tags = [] }) => tags.includes(zone));
    const toShard = members[at % members.length]?._id;
    warnings.push(...(await moveRange(context, unit, { min, max, toShard })));
  }
  return warnings;
}

async function moveRange(
  context: ClusterContext,
  unit: RestoreUnit,
  range: { min: Document; max: Document; toShard: string | undefined },
): Promise<string[]> {
  context.signal.throwIfAborted();
  try {
    await administer(context, unit, { moveRange: nameOf(unit.working), ...range });
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'RESTORE_REFUSED') throw error;
    const { toShard } = range;
    context.logger.warn({ err: error, toShard }, 'a range could not be moved before the documents came');
    return [`${nameOf(unit.final)}: a range could not be moved to ${toShard}; the balancer moves it later`];
  }
}

interface TakingShard {
  readonly _id: string;
  readonly tags?: readonly string[];
}

/** The one that the collection lies on first. */
async function shardsOf({ client }: ClusterContext, database: string): Promise<TakingShard[]> {
  const { shards } = await client.db('admin').command({ listShards: 1 });
  const taking = (shards as (TakingShard & { draining?: boolean })[]).filter(({ draining }) => draining !== true);
  const databases = client.db('config').collection<{ _id: string; primary: string }>('databases');
  const primary = (await databases.findOne({ _id: database }))?.primary;
  const isHome = ({ _id }: TakingShard): boolean => _id === primary;
  const others = taking.filter((shard) => !isHome(shard)).sort((a, b) => (a._id < b._id ? -1 : 1));
  return [...taking.filter(isHome), ...others];
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

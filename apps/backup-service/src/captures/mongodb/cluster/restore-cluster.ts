import { AppError, isAppError } from '@lucid/core/app-error';
import { toMongoAppError } from '@lucid/clients/mongodb/errors';
import { clearClaimed } from '../restore-claims.ts';
import { uuidOf } from '../restore-collections.ts';
import { restoreIndexes, setExpiry } from '../restore-indexes.ts';
import type { GroupName } from '../restore-journal.ts';
import { dropStaging, restoredNamespaces, type MongodbRestored } from '../restore-mongodb.ts';
import { findUnits, type RestoreUnit, type RestoreUnits } from '../restore-units.ts';
import type { ClusterContext } from './cluster-context.ts';
import { createInCluster, spread } from './create-sharded.ts';
import { fillCollection, sampleKeys, type ShardsAtEnd } from './fill-collection.ts';
import { ShardDocuments } from './shard-documents.ts';
import { swapInCluster, takenMeanwhile } from './swap-in-cluster.ts';
import { verifyInCluster } from './verify-cluster.ts';

/** Of the oplogs of all shards in memory. */
const MOST_OPLOG_BYTES = 256 * 1024 * 1024;

export interface ClusterRestored extends Omit<MongodbRestored, 'uncompared'> {
  readonly warnings: readonly string[];
}

/**
 * Restores the backup of a sharded cluster through a router, by its plan, as `restoreMongodb` does into a replica set: everything is built,
 * sharded, spread and verified under staging names, and gets its final name at the end. The oplog of each shard is applied to its documents
 * on the way, since a router takes no oplog entries. Called again with the same id, after a kill or an abort at any point, it goes on:
 * collections that were filled are kept. An abort leaves the staging for the next run; `discardRestore` removes it.
 * @throws AppError RESTORE_MISMATCH, RESTORE_CONFLICT, RESTORE_REFUSED, OPLOG_GAP, CHUNK_CORRUPT, CHUNK_MISSING, MONGODB_UNAVAILABLE,
 * LEASE_LOST, and the signal's reason
 */
export async function restoreCluster(context: ClusterContext, backupId: string): Promise<ClusterRestored> {
  try {
    return await runRestore(context, backupId);
  } catch (error) {
    throw context.signal.aborted ? context.signal.reason : (toMongoAppError(error) ?? error);
  }
}

async function runRestore(context: ClusterContext, backupId: string): Promise<ClusterRestored> {
  const { client, journal, restoreId, plan, cluster, signal } = context;
  const found = await findUnits(cluster.whole, plan, restoreId, signal);
  const databases = [...new Set([...found.units, ...found.views].map(({ final }) => final.database))];
  const state = await journal.open(restoreId, backupId, databases);
  if (state.backupId !== backupId)
    throw new AppError('RESTORE_REFUSED', `This restore began with the backup ${state.backupId}: restore again.`);
  const isWanted = (namespace: string): boolean => plan.targetOf(namespace) !== undefined;
  const mostBytes = MOST_OPLOG_BYTES / cluster.shards.size;
  const shards = new Map(
    [...cluster.shards].map(([id, source]) => [id, new ShardDocuments(source, isWanted, mostBytes)]),
  );
  for (const documents of shards.values()) await documents.prepare(signal);
  const warnings: string[] = [];
  if (state.phase === 'restore') {
    warnings.push(...(await restoreGroup(context, 'staged', found, shards)));
    warnings.push(...(await restoreGroup(context, 'direct', found, shards)));
    await context.assertHeld();
    await journal.setPhase(restoreId, 'swap');
  }
  if (state.phase === 'restore' || state.phase === 'swap') {
    await swapInCluster(context, found);
    await journal.setPhase(restoreId, 'finish');
  }
  if (state.phase !== 'done') {
    for (const unit of found.units) await setExpiry(client, unit);
    await dropStaging(client, restoreId, state.databases);
    await journal.setPhase(restoreId, 'done');
  }
  const oplogEntries = [...shards.values()].reduce((sum, { operations }) => sum + operations, 0);
  return { namespaces: await restoredNamespaces(client, found.units), oplogEntries, warnings };
}

/** What has no staging name (`direct`) comes after all else is verified. @returns warnings */
async function restoreGroup(
  context: ClusterContext,
  group: GroupName,
  { units: all }: RestoreUnits,
  shards: ShardsAtEnd,
): Promise<string[]> {
  const units = all.filter(({ isDirect }) => isDirect === (group === 'direct'));
  try {
    const warnings = await restoreData(context, units, shards);
    await restoreIndexes(context, units);
    await verifyInCluster(context, units);
    return warnings;
  } catch (error) {
    // What differs is worth nothing: the next run fills these collections anew.
    const numbers = units.map(({ number }) => number);
    if (isAppError(error, 'RESTORE_MISMATCH')) await context.journal.forget(context.restoreId, group, numbers);
    throw error;
  }
}

async function restoreData(
  context: ClusterContext,
  units: readonly RestoreUnit[],
  shards: ShardsAtEnd,
): Promise<string[]> {
  const { client, journal, restoreId, signal } = context;
  const journalled = (await journal.find(restoreId))?.collections ?? {};
  const total = units.reduce((sum, unit) => sum + bytesOf(context, unit), 0);
  const warnings: string[] = [];
  let done = 0;
  const progress = (bytes: number): void => {
    done += bytes;
    context.progress({ phase: 'data', done: Math.min(Math.round(done), total), total, unit: 'bytes' });
  };
  for (const unit of units) {
    signal.throwIfAborted();
    const before = journalled[unit.number];
    if (before && (await uuidOf(client, unit.working)) === before.uuid) progress(bytesOf(context, unit));
    else warnings.push(...(await restoreOne(context, unit, shards, progress)));
  }
  return warnings;
}

async function restoreOne(
  context: ClusterContext,
  unit: RestoreUnit,
  shards: ShardsAtEnd,
  progress: (bytes: number) => void,
): Promise<string[]> {
  const { client, cluster, journal, restoreId } = context;
  const collection = cluster.collections.get(unit.collection.namespace);
  if (!collection) throw new RangeError('A unit is of a collection that the backup does not have.');
  const name = `${unit.final.database}.${unit.final.collection}`;
  const sample = await sampleKeys(context, collection, shards);
  if (unit.isDirect) {
    const claims = (await journal.find(restoreId))?.claims ?? {};
    if (!claims[unit.number] && (await uuidOf(client, unit.final)) !== undefined) throw takenMeanwhile(name);
    await journal.claim(restoreId, unit.number, { target: name, previous: null });
    await clearClaimed(context, unit.number);
  }
  const uuid = await createInCluster(context, unit, collection.sharding);
  if (unit.isDirect) await journal.noteMade(restoreId, unit.number, uuid);
  const { sharding } = collection;
  const warnings = sharding ? await spread(context, unit, sharding, sample) : [];
  const { orphans, ...filled } = await fillCollection(context, { unit, uuid }, collection, shards, progress);
  await journal.setCollections(restoreId, new Map([[unit.number, { uuid, ...filled }]]));
  if (orphans > 0) warnings.push(`${name}: ${orphans} documents that their shard did not own (orphans) were left out`);
  return warnings;
}

function bytesOf({ cluster }: ClusterContext, { collection: { namespace } }: RestoreUnit): number {
  const parts = cluster.collections.get(namespace)?.parts ?? [];
  return parts.reduce((sum, { collection }) => sum + collection.bytes, 0);
}

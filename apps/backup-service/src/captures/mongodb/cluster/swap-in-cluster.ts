import { AppError } from '@lucid/core/app-error';
import { EJSON } from 'bson';
import { MongoServerError, type Document } from 'mongodb';
import { uuidOf } from '../restore-collections.ts';
import type { Namespace } from '../restore-names.ts';
import type { RestoreUnit, RestoreUnits } from '../restore-units.ts';
import type { ClusterContext } from './cluster-context.ts';

const NAMESPACE_EXISTS = 48;

/**
 * Gives the verified collections their final names and makes the views; nothing is ever replaced. The cluster renames a sharded collection
 * as one operation that survives a kill. A run that died in between is followed by one that recognises by the journalled UUID what is done.
 * @throws AppError RESTORE_CONFLICT where somebody took a name since the plan, RESTORE_MISMATCH
 */
export async function swapInCluster(context: ClusterContext, { units, views }: RestoreUnits): Promise<void> {
  const { client, journal, restoreId, progress } = context;
  const journalled = (await journal.find(restoreId))?.collections ?? {};
  const staged = units.filter(({ isDirect }) => !isDirect);
  for (const [done, unit] of staged.entries()) {
    await swapOne(context, unit, journalled[unit.number]?.uuid);
    progress({ phase: 'swap', done: done + 1, total: staged.length, unit: 'collections' });
  }
  for (const { final, options } of views) {
    const there = await optionsOf(context, final);
    if (there && !isSameView(there, options)) throw takenMeanwhile(nameOf(final));
    if (there) continue; // an earlier run has made it
    await client.db(final.database).command({ create: final.collection, ...options });
  }
}

async function swapOne(
  context: ClusterContext,
  { final, working }: RestoreUnit,
  uuid: string | undefined,
): Promise<void> {
  const { client } = context;
  const there = await uuidOf(client, final);
  if (uuid !== undefined && there === uuid) return;
  if (there !== undefined) throw takenMeanwhile(nameOf(final));
  if (uuid === undefined || (await uuidOf(client, working)) !== uuid)
    throw new AppError('RESTORE_MISMATCH', `What was restored for ${nameOf(final)} is gone: restore again.`);
  try {
    await client.db('admin').command({ renameCollection: nameOf(working), to: nameOf(final), dropTarget: false });
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NAMESPACE_EXISTS) throw takenMeanwhile(nameOf(final));
    throw error;
  }
}

async function optionsOf(
  { client }: ClusterContext,
  { database, collection }: Namespace,
): Promise<Document | undefined> {
  const [there] = await client.db(database).listCollections({ name: collection }).toArray();
  return there && (('options' in there ? there.options : undefined) ?? {});
}

function isSameView(one: Document, other: Document): boolean {
  const textOf = ({ viewOn, pipeline }: Document): string => EJSON.stringify([viewOn, pipeline], { relaxed: true });
  return textOf(one) === textOf(other);
}

function nameOf({ database, collection }: Namespace): string {
  return `${database}.${collection}`;
}

export function takenMeanwhile(name: string): AppError {
  return new AppError('RESTORE_CONFLICT', `${name} was made by somebody while the restore ran: choose another target.`);
}

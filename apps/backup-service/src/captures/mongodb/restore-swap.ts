import { AppError } from '@lucid/core/app-error';
import { MongoServerError } from 'mongodb';
import { dropIfThere, uuidOf } from './restore-collections.ts';
import type { RestoreContext } from './restore-context.ts';
import { type Namespace, parseNamespace } from './restore-names.ts';
import { inspectTarget, type TargetState } from './restore-target.ts';
import type { RestoreUnit, RestoreUnits } from './restore-units.ts';

const NAMESPACE_EXISTS = 48;

/**
 * Gives the verified collections their final names, one `renameCollection` each, and makes the views. Each rename is atomic; a
 * run that dies in between is followed by one that recognises by the journalled UUID what is done and goes on. There is no way back
 * from here: what was replaced is gone.
 * @throws AppError RESTORE_CONFLICT where somebody filled a target since the plan (nothing of that name is touched then)
 */
export async function swapIn(context: RestoreContext, { units, views }: RestoreUnits): Promise<void> {
  const { client, journal, restoreId, plan, progress } = context;
  const journalled = (await journal.find(restoreId))?.collections ?? {};
  const databases = [...units, ...views].map(({ final }) => final.database);
  const target = await inspectTarget(client, databases);
  const staged = units.filter(({ isDirect }) => !isDirect);
  const own = new Map(units.map(({ final, number }) => [nameOf(final), journalled[number]?.uuid]));
  for (const unit of staged) checkTarget(unit, target, own);
  for (const [done, unit] of staged.entries()) {
    await swapOne(context, unit, target, journalled[unit.number]?.uuid);
    progress({ phase: 'swap', done: done + 1, total: staged.length, unit: 'collections' });
  }
  for (const { final, options } of views) {
    const there = target.collections.get(nameOf(final));
    if (there) await dropIfThere(client, final);
    await client.db(final.database).command({ create: final.collection, ...options });
  }
  for (const { namespace, action } of plan.extra) {
    if (action === 'drop') await dropIfThere(client, parseNamespace(namespace));
  }
}

async function swapOne(
  { client }: RestoreContext,
  { final, working }: RestoreUnit,
  target: TargetState,
  uuid: string | undefined,
): Promise<void> {
  const there = target.collections.get(nameOf(final));
  if (uuid !== undefined && there?.uuid === uuid) return;
  if (uuid === undefined || (await uuidOf(client, working)) !== uuid) {
    throw new AppError('RESTORE_MISMATCH', `What was restored for ${nameOf(final)} is gone: restore again.`);
  }
  if (there && there.type !== 'collection') await dropIfThere(client, final);
  const rename = { renameCollection: nameOf(working), to: nameOf(final), dropTarget: there !== undefined };
  try {
    await client.db('admin').command(rename);
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NAMESPACE_EXISTS) throw filledMeanwhile(nameOf(final));
    throw error;
  }
}

/** In place everything of the name is replaced; elsewhere only what is empty, and what an earlier run of this restore put there. */
function checkTarget(unit: RestoreUnit, target: TargetState, own: ReadonlyMap<string, string | undefined>): void {
  const name = nameOf(unit.final);
  const there = target.collections.get(name);
  const isOwn = there?.uuid !== undefined && there.uuid === own.get(name);
  if (!there?.hasDocuments || isOwn || unit.collection.namespace === name) return;
  throw filledMeanwhile(name);
}

function nameOf({ database, collection }: Namespace): string {
  return `${database}.${collection}`;
}

function filledMeanwhile(name: string): AppError {
  return new AppError(
    'RESTORE_CONFLICT',
    `${name} was filled by somebody while the restore ran: choose another target.`,
  );
}

import type { Client } from '@elastic/elasticsearch';
import { isStatus, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import { AppError } from '@lucid/core/app-error';
import type { RawJson } from './manifest.ts';
import type { ElasticsearchRestoreContext } from './restore-context.ts';
import { markerName, type StagingState } from './restore-names.ts';
import { backupHolders, type RestoreUnit } from './restore-plan.ts';
import { applyBlocks, applyFinalSettings, putSettings, waitForPrimaries } from './restore-settings.ts';
import {
  addAlias,
  changeAliases,
  deleteIndices,
  readNames,
  readTarget,
  removeAlias,
  stagingStateOf,
  type TargetNames,
} from './restore-target.ts';

const CLONE_MS = 120_000;

/** Searches that found an index by its alias are still on their way to it when the alias has moved; so long they can finish. */
export const GRACE_MS = 1_000;
/** Indices that stand in for live ones, unwritable, at a time. */
const BATCH = 16;

/**
 * Gives the verified indices their names. An index cannot be renamed, so:
 * 1. In one step the aliases go from the live index to the staged one. Who searches by an alias finds the old documents before it and the
 *    new ones after it; nobody can write by it until 3.
 * 2. A moment later the live index is deleted and the staged one cloned to its name (by hard links where the file system has them, else
 *    by copying). Only who searches by the name of the index itself, and not by an alias, finds nothing meanwhile.
 * 3. In one step the aliases go to the clone. The staged one is deleted at the end, a moment later too.
 * Deleting in the step that moves the alias would fail the searches that are on their way (tried: 77 in 20 swaps).
 * Killed in between it goes on where it was; from 1 on there is no way back.
 * @returns warnings
 */
export async function swapIn(context: ElasticsearchRestoreContext): Promise<string[]> {
  const { client, run, plan } = context;
  const { units } = plan;
  const warnings: string[] = [];
  for (let first = 0; first < units.length; first += BATCH) {
    run.signal.throwIfAborted();
    const batch = units.slice(first, first + BATCH);
    const before = await readNames(client, run.signal);
    for (const unit of batch) await standIn(context, unit, stagingStateOf(before, unit.staging));
    await graceOf(context);
    const after = await readNames(client, run.signal);
    for (const [position, unit] of batch.entries()) {
      run.signal.throwIfAborted();
      if (stagingStateOf(after, unit.staging) !== 'done') warnings.push(...(await giveName(context, unit)));
      const done = first + position + 1;
      run.progress({ phase: 'elasticsearch swap', done, total: units.length, unit: 'indices' });
    }
  }
  await graceOf(context);
  return warnings;
}

function graceOf({ run }: ElasticsearchRestoreContext): Promise<void> {
  return run.clock.sleep(GRACE_MS, run.signal);
}

async function standIn(
  context: ElasticsearchRestoreContext,
  unit: RestoreUnit,
  state: StagingState | undefined,
): Promise<void> {
  const { client, run } = context;
  const { staging, target: name } = unit;
  if (state === undefined)
    throw new AppError('RESTORE_MISMATCH', `What was restored for ${name} is gone: restore again.`);
  if (state !== 'verified') return;
  await putSettings(client, staging, { 'index.blocks.write': 'true' });
  if (!unit.isInPlace && (await readTarget(client, run.signal)).indices.get(name)?.hasDocuments) {
    throw new AppError(
      'RESTORE_CONFLICT',
      `${name} was filled by somebody while the restore ran: choose another name.`,
    );
  }
  const target = await readNames(client, run.signal);
  // An index that has the name of an alias must go in this step, for the alias to come.
  const gone = new Set(unit.aliases.map((alias) => alias.name).filter((alias) => target.names.has(alias)));
  await run.assertHeld();
  await changeAliases(client, [
    ...[...gone].map((index) => JSON.stringify({ remove_index: { index } })),
    // An alias that stands where the index belongs.
    ...[...(target.aliases.get(name)?.keys() ?? [])]
      .filter((index) => !gone.has(index))
      .map((index) => removeAlias(index, name)),
    ...aliasActions(context, unit, staging, target, gone),
    addAlias(staging, markerName(staging, 'swapping'), '{"is_hidden":true}'),
  ]);
}

/** The unit's aliases on `index`, and away from whoever did not have them when the backup was taken. */
function aliasActions(
  { manifest, plan }: ElasticsearchRestoreContext,
  { aliases, isInPlace, staging, target: to }: RestoreUnit,
  index: string,
  target: TargetNames,
  gone: ReadonlySet<string>,
): RawJson[] {
  const ours = new Set(plan.units.flatMap((unit) => [unit.target, unit.staging]));
  return aliases.flatMap(({ name, body }) => {
    const holders = backupHolders(name, manifest);
    const strangers = [...(target.aliases.get(name)?.keys() ?? [])].filter((holder) => {
      const isStranger = isInPlace && !ours.has(holder) && !holders.has(holder);
      // Of the three that are this index (live, staged, named) one alone has it.
      const isOther = (holder === staging || holder === to) && holder !== index;
      return (isStranger || isOther) && !gone.has(holder);
    });
    return [...strangers.map((holder) => removeAlias(holder, name)), addAlias(index, name, body)];
  });
}

async function giveName(context: ElasticsearchRestoreContext, unit: RestoreUnit): Promise<string[]> {
  const { client, run } = context;
  const { index, staging, target: name } = unit;
  await run.assertHeld();
  // The live index, or a clone that a killed run left.
  await deleteIndices(client, [name]);
  await clone(client, staging, name, run.signal);
  await waitForPrimaries(client, { name, shards: index.shards }, run);
  const warnings = await applyFinalSettings(client, name, index);
  const target = await readNames(client, run.signal);
  await changeAliases(client, [
    ...aliasActions(context, unit, name, target, new Set()),
    addAlias(staging, markerName(staging, 'done'), '{"is_hidden":true}'),
  ]);
  await applyBlocks(client, name, index);
  if (index.isClosed) await rawRequest(client, { method: 'POST', path: pathOf(name, '_close') });
  return warnings;
}

async function clone(client: Client, staging: string, name: string, signal: AbortSignal): Promise<void> {
  const body = JSON.stringify({ settings: { 'index.number_of_replicas': 0 } });
  try {
    await rawRequest(client, {
      method: 'PUT',
      path: pathOf(staging, '_clone', name),
      body,
      timeoutMs: CLONE_MS,
      signal,
    });
  } catch (error) {
    if (!isStatus(error, 400)) throw error;
    const detail = `${name} cannot be made of what was restored: did somebody take the name? Run the restore again`;
    throw new AppError('RESTORE_CONFLICT', detail, { cause: error, retryable: true });
  }
}

export async function mark(client: Client, staging: string, state: StagingState): Promise<void> {
  await changeAliases(client, [addAlias(staging, markerName(staging, state), '{"is_hidden":true}')]);
}

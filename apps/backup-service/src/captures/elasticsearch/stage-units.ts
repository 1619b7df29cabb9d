import { pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import { AppError } from '@lucid/core/app-error';
import { countDocuments } from './index-catalogue.ts';
import { inParallel } from './parallel.ts';
import type { ElasticsearchRestoreContext } from './restore-context.ts';
import type { RestoreUnit } from './restore-plan.ts';
import { mark } from './restore-swap.ts';
import { deleteIndices, readNames, stagingStateOf } from './restore-target.ts';
import { compareDocuments, stageDocuments } from './stage-documents.ts';
import { materialize, restoreRepository, stageFromSnapshot } from './stage-snapshot.ts';

const PARALLEL_INDICES = 2;

/** Stages and verifies every index that is not yet; one that a killed run left unverified is made anew. @returns warnings */
export async function stageUnits(context: ElasticsearchRestoreContext): Promise<string[]> {
  const { client, plan, run, manifest } = context;
  const target = await readNames(client, run.signal);
  const missing = plan.units.filter(({ staging }) => stagingStateOf(target, staging) === undefined);
  // Which also ends their recovery from a repository that is about to be written anew.
  await deleteIndices(
    client,
    missing.map(({ staging }) => staging).filter((name) => target.names.has(name)),
  );
  const stage = manifest.path === 'snapshot' ? await snapshotStage(context, missing) : documentStage(context);
  const warnings: string[] = [];
  await inParallel(PARALLEL_INDICES, missing, async (unit) => {
    run.signal.throwIfAborted();
    await stage(unit);
    warnings.push(...(await verify(context, unit)));
    await mark(client, unit.staging, 'verified');
  });
  return warnings;
}

type Stage = (unit: RestoreUnit) => Promise<void>;

function documentStage(context: ElasticsearchRestoreContext): Stage {
  const onBytes = progressOf(context);
  return (unit) => stageDocuments(context, unit, onBytes);
}

async function snapshotStage(context: ElasticsearchRestoreContext, missing: readonly RestoreUnit[]): Promise<Stage> {
  const repository = restoreRepository(context);
  if (missing.length > 0) await materialize(context, repository, missing, progressOf(context));
  return (unit) => stageFromSnapshot(context, repository, unit);
}

function progressOf({ plan, run }: ElasticsearchRestoreContext): (bytes: number) => void {
  let done = 0;
  return (bytes) => {
    done += bytes;
    run.progress({ phase: 'elasticsearch', done, total: Math.max(done, plan.bytes), unit: 'bytes' });
  };
}

/** @throws AppError RESTORE_MISMATCH */
async function verify(context: ElasticsearchRestoreContext, unit: RestoreUnit): Promise<string[]> {
  const { client, run, verifyBytes } = context;
  const { index, staging } = unit;
  await rawRequest(client, { method: 'POST', path: pathOf(staging, '_refresh'), signal: run.signal });
  const documents = await countDocuments(client, staging, run.signal);
  if (index.isCountExact && documents !== index.documents) {
    throw new AppError('RESTORE_MISMATCH', `${index.name} has ${documents} documents instead of ${index.documents}.`);
  }
  // On the snapshot path the server itself compares each file with its checksum.
  if (index.digest === null) return [];
  if (index.bytes > verifyBytes) return [`${index.name}: its documents were counted, but are too many to be compared`];
  await compareDocuments(context, unit);
  return [];
}

import type { Client } from '@elastic/elasticsearch';
import { isStatus, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import { isAppError } from '@lucid/core/app-error';
import { ElasticsearchRestorer } from '../captures/elasticsearch/elasticsearch-restorer.ts';
import { countDocuments, listIndices } from '../captures/elasticsearch/index-catalogue.ts';
import { readElasticsearchManifest, type ElasticsearchManifest } from '../captures/elasticsearch/manifest.ts';
import { workName } from '../captures/elasticsearch/restore-names.ts';
import { deleteIndices, readNames } from '../captures/elasticsearch/restore-target.ts';
import { compareDocuments } from '../captures/elasticsearch/stage-documents.ts';
import type { DrilledPart, DrillRun } from './engine-drill.ts';

export interface ElasticsearchDrillOptions {
  readonly client: Client;
  /** ELASTICSEARCH_SNAPSHOT_PATH. */
  readonly snapshotPath: string | undefined;
}

/** As folders of drills of another host. */
const LONGEST_DRILL_MS = 48 * 3_600_000;

/** `drill_20260109_140310_k3f9_lucid_sessions-000001`, and what a restore makes under its own name on the way. */
const DRILL_INDEX = /^(?:restoring-)?(drill_\d{8}_\d{6}_[0-9a-z]{4})[_-]/;

/**
 * Restores Elasticsearch into scratch indices of the cluster itself, `<drill>_…`, which neither searches nor backups by the prefix see, and
 * compares them with the backup: their number of documents, where the backup has a digest of them that of what is read back, and their mappings. At
 * the end they are deleted. @throws AppError as a restore does
 */
export async function drillElasticsearch(
  options: ElasticsearchDrillOptions,
  { input, run }: DrillRun,
): Promise<DrilledPart> {
  const { client } = options;
  const { clock, restoreId } = run;
  const manifest = readElasticsearchManifest(input.manifest);
  const restorer = restorerOf(options, restoreId);
  await removeDrillIndices(options, restoreId); // of a run that died
  try {
    const began = clock.monotonicMs();
    const selection = { renames: renamesOf(manifest, restoreId) };
    const plan = await restorer.plan(input, { backupId: input.backupId, elasticsearch: selection }, run);
    const { warnings } = await restorer.restore(input, plan, run);
    const done = clock.monotonicMs();
    const mappings = new Map(
      (await listIndices(client, restoreId, run.signal)).indices.map((index) => [index.name, index.mappings]),
    );
    const differences: string[] = [];
    let compared = 0;
    for (const { index, target } of plan.units) {
      run.signal.throwIfAborted();
      if (!isSameJson(mappings.get(target), index.mappings)) differences.push(`${index.name} has another mapping`);
      if (index.isClosed) continue;
      const documents = await countDocuments(client, target, run.signal);
      compared += documents;
      if (index.isCountExact && documents !== index.documents) {
        differences.push(`${index.name} has ${documents} documents instead of ${index.documents}`);
      }
      if (index.digest !== null && !(await hasDigest({ client, run }, { index, staging: target }))) {
        differences.push(`${index.name} has other documents`);
      }
      run.progress({ phase: 'compare elasticsearch', done: compared, total: null, unit: 'documents' });
    }
    const [restoreSeconds, compareSeconds] = [(done - began) / 1_000, (clock.monotonicMs() - done) / 1_000];
    return {
      engine: 'elasticsearch',
      target: 'scratch',
      compared,
      restoreSeconds,
      compareSeconds,
      differences,
      warnings,
    };
  } finally {
    await removeDrillIndices(options, restoreId);
  }
}

/** Deletes what a drill made; nothing there is fine. */
export async function removeDrillIndices(options: ElasticsearchDrillOptions, drillId: string): Promise<void> {
  const { client } = options;
  await restorerOf(options, drillId).discard(drillId);
  const { names } = await readNames(client);
  await deleteIndices(
    client,
    [...names].filter((name) => DRILL_INDEX.exec(name)?.[1] === drillId),
  );
  const journal = `${pathOf('_component_template', workName(drillId, drillId))}*`;
  await rawRequest(client, { method: 'DELETE', path: journal }).catch((error: unknown) => {
    if (!isStatus(error, 404)) throw error;
  });
}

/** Drills whose indices are there. */
export async function findDrillIndices(client: Client): Promise<string[]> {
  const { names } = await readNames(client);
  return [...new Set([...names].flatMap((name) => DRILL_INDEX.exec(name)?.[1] ?? []))];
}

/** Did the drill begin longer ago than one may take? Its id has the time. */
export function isForgotten(drillId: string, now: Date): boolean {
  const time = drillId.replace(/^drill_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)_.*$/, '$1-$2-$3T$4:$5:$6Z');
  return now.getTime() - Date.parse(time) > LONGEST_DRILL_MS;
}

function restorerOf({ client, snapshotPath }: ElasticsearchDrillOptions, drillId: string): ElasticsearchRestorer {
  return new ElasticsearchRestorer({ client, prefix: drillId, snapshotPath });
}

/** Aliases too: under their own names they would take live searches to the drill. */
function renamesOf({ indices }: ElasticsearchManifest, drillId: string): Record<string, string> {
  const names = indices.flatMap(({ name, aliases }) => [name, ...Object.keys(aliases)]);
  return Object.fromEntries(names.map((name) => [name, `${drillId}_${name}`]));
}

async function hasDigest(...[context, unit]: Parameters<typeof compareDocuments>): Promise<boolean> {
  try {
    await compareDocuments(context, unit);
    return true;
  } catch (error) {
    if (isAppError(error, 'RESTORE_MISMATCH')) return false;
    throw error;
  }
}

function isSameJson(one: string | undefined, other: string): boolean {
  return one !== undefined && canonical(JSON.parse(one)) === canonical(JSON.parse(other));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

import { open, mkdir, chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isStatus, jsonRequest, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import { AppError, fromSystemError } from '@lucid/core/app-error';
import { SNAPSHOT_STREAMS } from './manifest.ts';
import type { ElasticsearchRestoreContext } from './restore-context.ts';
import type { RestoreUnit } from './restore-plan.ts';
import { IGNORED_IN_STAGING, STAGING_SETTINGS } from './restore-settings.ts';
import { SnapshotRepository } from './snapshot-repository.ts';
import { cannotCreate } from './stage-documents.ts';

const POLL_MS = 200;
/** Names as the server gives them; nothing else is written to disk. */
const FILE_PATH = /^(indices\/[\w-]+\/(\d+\/)?)?[\w-]+(\.[\w-]+)?$/;

/** @throws AppError ENGINE_UNSUITABLE where no path is shared with the server */
export function restoreRepository({
  client,
  snapshotPath,
  work,
}: Pick<ElasticsearchRestoreContext, 'client' | 'snapshotPath' | 'work'>): SnapshotRepository {
  if (snapshotPath !== undefined) return new SnapshotRepository(client, snapshotPath, work);
  throw new AppError(
    'ENGINE_UNSUITABLE',
    'The backup holds snapshot files of Elasticsearch: set ELASTICSEARCH_SNAPSHOT_PATH to a folder that the server sees too',
  );
}

/**
 * Writes the files of the backup that these indices need into a folder of its own, each chunk verified before it is written, and makes
 * them known to the server as a repository that it only reads.
 */
export async function materialize(
  context: ElasticsearchRestoreContext,
  repository: SnapshotRepository,
  units: readonly RestoreUnit[],
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { reader, run, manifest } = context;
  const ids = new Set(units.map(({ index }) => index.snapshotId));
  await repository.forget();
  await repository.makeFolder();
  for (const { name } of reader.manifest.streams) {
    if (!name.startsWith(SNAPSHOT_STREAMS)) continue;
    const path = name.slice(SNAPSHOT_STREAMS.length);
    if (!FILE_PATH.test(path)) throw new AppError('MANIFEST_CORRUPT', 'The backup names a file outside of its folder.');
    const id = /^indices\/([^/]+)\//.exec(path)?.[1];
    if (id === undefined || ids.has(id)) {
      await writeFile(join(repository.folder, path), reader.read(name, { signal: run.signal }), onBytes);
    }
  }
  await repository.openReadOnly(run.signal);
  const isThere = (await repository.list(run.signal)).some(({ snapshot }) => snapshot === manifest.snapshot);
  if (isThere) return;
  throw new AppError(
    'ENGINE_UNSUITABLE',
    'Elasticsearch does not see what is written below ELASTICSEARCH_SNAPSHOT_PATH: both must see the same folder',
  );
}

/** Readable for any user: the server runs as another one. */
async function writeFile(path: string, source: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): Promise<void> {
  try {
    await makeFolders(dirname(path));
    const file = await open(path, 'wx', 0o644);
    try {
      await file.chmod(0o644); // whatever the umask is
      for await (const chunk of source) {
        await file.writeFile(chunk);
        onBytes(chunk.length);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fromSystemError(error, 'ELASTICSEARCH_SNAPSHOT_PATH');
  }
}

async function makeFolders(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await chmod(made, 0o755);
}

/** Restores one index from the repository into its staged name. @throws AppError RESTORE_MISMATCH where a shard could not be */
export async function stageFromSnapshot(
  context: ElasticsearchRestoreContext,
  repository: SnapshotRepository,
  { index, staging }: RestoreUnit,
): Promise<void> {
  const { client, manifest, run } = context;
  const body = {
    indices: [index.name],
    ...{ include_aliases: false, include_global_state: false, feature_states: ['none'] },
    // Captured in part: its failed shards come back empty.
    partial: index.failedShards.length > 0,
    // A `$` in the replacement would be a group of the pattern.
    ...{ rename_pattern: '^.+$', rename_replacement: staging },
    ...{ index_settings: STAGING_SETTINGS, ignore_index_settings: IGNORED_IN_STAGING },
  };
  const path = pathOf('_snapshot', repository.name, manifest.snapshot ?? '', '_restore');
  try {
    await rawRequest(client, {
      method: 'POST',
      path,
      body: JSON.stringify(body),
      signal: run.signal,
      timeoutMs: 120_000,
    });
  } catch (error) {
    throw isStatus(error, 400) ? cannotCreate(index.name, error) : error;
  }
  while (await isRestoring(context, staging)) await run.clock.sleep(POLL_MS, run.signal);
  const health = await jsonRequest<{ active_primary_shards: number }>(client, {
    ...{ method: 'GET', path: pathOf('_cluster', 'health', staging), signal: run.signal },
  });
  if (health.active_primary_shards === index.shards) return;
  throw new AppError(
    'RESTORE_MISMATCH',
    `Elasticsearch restored ${health.active_primary_shards} of ${index.shards} shards of ${index.name}: see its log`,
  );
}

async function isRestoring({ client, run }: ElasticsearchRestoreContext, staging: string): Promise<boolean> {
  const { restore } = await jsonRequest<{ restore?: { snapshots: readonly { indices: readonly string[] }[] } }>(
    client,
    {
      ...{ method: 'GET', path: '/_cluster/state/customs', signal: run.signal },
      query: { filter_path: 'restore.snapshots.indices' },
    },
  );
  return restore?.snapshots.some(({ indices }) => indices.includes(staging)) ?? false;
}

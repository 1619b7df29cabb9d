import { errorTypeOf, isStatus, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import { closePointInTime, openPointInTime, readShard } from '@lucid/clients/elasticsearch/shard-reader';
import { AppError } from '@lucid/core/app-error';
import { DocumentDigest } from './document-digest.ts';
import { documentLines } from './document-lines.ts';
import { logicalStream } from './manifest.ts';
import { loadDocuments } from './restore-bulk.ts';
import type { ElasticsearchRestoreContext } from './restore-context.ts';
import type { RestoreUnit } from './restore-plan.ts';
import { loadingSettings } from './restore-settings.ts';

const KEEP_ALIVE = '5m';

/** Makes the staged index and fills it from the backup's documents. @returns warnings */
export async function stageDocuments(
  context: ElasticsearchRestoreContext,
  unit: RestoreUnit,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { client, reader, run } = context;
  const { index, staging } = unit;
  await createStaging(context, unit);
  for (let shard = 0; shard < index.shards; shard += 1) {
    if (index.failedShards.includes(shard)) continue;
    const source = reader.read(logicalStream(index.name, shard), { signal: run.signal });
    await loadDocuments(context, { staging, index: index.name }, source, onBytes);
  }
  await rawRequest(client, { method: 'POST', path: pathOf(staging, '_flush'), signal: run.signal, timeoutMs: 600_000 });
}

async function createStaging(
  { client, run }: ElasticsearchRestoreContext,
  { index, staging }: RestoreUnit,
): Promise<void> {
  const body = `{"settings":${JSON.stringify(loadingSettings(index))},"mappings":${index.mappings}}`;
  try {
    await rawRequest(client, { method: 'PUT', path: pathOf(staging), body, signal: run.signal, timeoutMs: 60_000 });
  } catch (error) {
    if (!isStatus(error, 400)) throw error;
    throw cannotCreate(index.name, error);
  }
}

export function cannotCreate(name: string, cause: unknown): AppError {
  const type = errorTypeOf(cause);
  const hint =
    type === 'validation_exception'
      ? 'it has no room for further shards: raise cluster.max_shards_per_node or delete indices'
      : `its mapping or settings are refused (${type}): is a plugin missing, or the server too old?`;
  return new AppError('ENGINE_UNSUITABLE', `Elasticsearch cannot make the index ${name}: ${hint}`, { cause });
}

/** Reads the staged index back and compares every document with the backup. @throws AppError RESTORE_MISMATCH */
export async function compareDocuments(
  { client, run }: Pick<ElasticsearchRestoreContext, 'client' | 'run'>,
  { index, staging }: Pick<RestoreUnit, 'index' | 'staging'>,
): Promise<void> {
  const digest = new DocumentDigest();
  for (let shard = 0; shard < index.shards; shard += 1) {
    const options = { keepAlive: KEEP_ALIVE, signal: run.signal };
    const point = await openPointInTime(client, { index: staging, shard }, options);
    try {
      for await (const page of readShard(client, point, options)) documentLines(page, digest);
    } finally {
      await closePointInTime(client, point).catch(() => undefined); // it expires
    }
  }
  if (digest.toString() === index.digest) return;
  throw new AppError(
    'RESTORE_MISMATCH',
    `The documents of ${index.name} differ from the backup after they were restored.`,
  );
}

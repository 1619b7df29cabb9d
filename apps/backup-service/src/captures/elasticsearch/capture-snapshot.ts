import { randomBytes } from 'node:crypto';
import { jsonRequest } from '@lucid/clients/elasticsearch/raw-request';
import { readServerTime } from '@lucid/clients/elasticsearch/server-facts';
import { AppError } from '@lucid/core/app-error';
import type { CapturedIndices, CaptureSource } from './capture-source.ts';
import { type CatalogueIndex, countDocuments, describedBy, refresh } from './index-catalogue.ts';
import type { IndexManifest } from './manifest.ts';
import { inParallel } from './parallel.ts';
import { asRestart, copyFiles, listFiles } from './snapshot-files.ts';
import { type RepositoryIndex, type SnapshotInfo, SnapshotRepository } from './snapshot-repository.ts';

const PARALLEL_COUNTS = 4;

/** The folder of each cluster is its own: two clusters that write to one would destroy each other's snapshots. */
export function captureRepository(source: CaptureSource, snapshotPath: string): SnapshotRepository {
  return new SnapshotRepository(
    source.client,
    snapshotPath,
    `${source.prefix}-backup-${source.clusterUuid.toLowerCase()}`,
  );
}

/**
 * Snapshot by the server → its files into the archive → older snapshots deleted, the newest kept, so that the next one writes only
 * what changed. A killed run leaves at most a snapshot, which the next one deletes.
 */
export async function captureBySnapshot(
  source: CaptureSource,
  repository: SnapshotRepository,
): Promise<CapturedIndices> {
  const { catalogue, client, context, prefix } = source;
  const { signal, clock } = context;
  const beganAt = await readServerTime(client, signal);
  const names = catalogue.indices.map(({ name }) => name);
  const before = await countAll(source);
  const stamp = beganAt.toISOString().replace(/\D/g, '').slice(0, 14);
  const taken = await repository.take(`${prefix}-${stamp}-${randomBytes(4).toString('hex')}`, names, { clock, signal });
  const endedAt = await readServerTime(client, signal);
  const after = await sequenceNumbers(source);
  const isUnchanged = (name: string): boolean =>
    before.sequences.get(name) !== undefined && before.sequences.get(name) === after.get(name);
  const bytes = await copyGeneration(source, repository, taken);
  await deleteOlder(repository, taken, context);
  const described = catalogue.indices.map((index) =>
    describe(index, taken, { ...bytes, counts: before.counts, isUnchanged }),
  );
  return {
    path: 'snapshot',
    beganAt: beganAt.toISOString(),
    endedAt: endedAt.toISOString(),
    snapshot: taken.snapshot,
    indices: described.flatMap((one) => ('reason' in one ? [] : one)),
    missing: described.flatMap((one) => ('reason' in one ? one : [])),
    warnings: failureWarnings(taken, context),
  };
}

const NOT_ALLOCATED = 'primary shard is not allocated';

/** The server's own words may name hosts: they are for the log alone. */
function failureWarnings({ failures }: SnapshotInfo, { logger }: CaptureSource['context']): string[] {
  return failures.map(({ index, shard_id, reason }) => {
    logger.warn({ index, shard: shard_id, reason }, 'a shard of Elasticsearch is not in its snapshot');
    const why =
      reason === NOT_ALLOCATED ? 'it has no copy that answers' : 'Elasticsearch could not copy it, see the log';
    return `${index}: shard ${shard_id} is not in the backup: ${why}`;
  });
}

interface Copied {
  readonly ids: ReadonlyMap<string, string>;
  readonly bytesById: ReadonlyMap<string, number>;
}

async function copyGeneration(
  source: CaptureSource,
  repository: SnapshotRepository,
  taken: SnapshotInfo,
): Promise<Copied> {
  const { sink, context } = source;
  try {
    const { generation, index } = await readOwnIndex(repository, taken);
    const ids = idsOf(index, taken);
    const files = await listFiles(repository.folder, generation, [...ids.values()]);
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    const onBytes = (bytes: number): void => {
      done += bytes;
      context.onProgress({ phase: 'elasticsearch', done, total, unit: 'bytes' });
    };
    await copyFiles(repository.folder, files, sink, { signal: context.signal, onBytes });
    if ((await repository.readIndex())?.generation !== generation) {
      throw new AppError(
        'CAPTURE_RESTARTED',
        'Somebody else changed the repository of Elasticsearch while it was copied.',
      );
    }
    const bytesById = new Map<string, number>();
    for (const { path, bytes } of files) {
      const id = /^indices\/([^/]+)\//.exec(path)?.[1];
      if (id !== undefined) bytesById.set(id, (bytesById.get(id) ?? 0) + bytes);
    }
    return { ids, bytesById };
  } catch (error) {
    throw asRestart(error);
  }
}

/** @throws AppError ENGINE_UNSUITABLE where our view of the folder does not have the snapshot that was just made */
async function readOwnIndex(
  repository: SnapshotRepository,
  { uuid }: SnapshotInfo,
): Promise<{ generation: bigint; index: RepositoryIndex }> {
  const seen = await repository.readIndex();
  if (seen?.index.snapshots.some((one) => one.uuid === uuid)) return seen;
  throw new AppError(
    'ENGINE_UNSUITABLE',
    'What Elasticsearch wrote is not below ELASTICSEARCH_SNAPSHOT_PATH: both must see the same folder',
  );
}

function idsOf({ indices }: RepositoryIndex, { uuid }: SnapshotInfo): Map<string, string> {
  const ours = Object.entries(indices).filter(([, { snapshots }]) => snapshots.includes(uuid));
  return new Map(ours.map(([name, { id }]) => [name, id]));
}

/** Once the newest is stored, the others are of no use. One that cannot be deleted now is deleted the next time. */
async function deleteOlder(
  repository: SnapshotRepository,
  taken: SnapshotInfo,
  { signal, logger }: CaptureSource['context'],
): Promise<void> {
  for (const { snapshot } of await repository.list(signal)) {
    if (snapshot === taken.snapshot) continue;
    signal.throwIfAborted();
    try {
      await repository.delete(snapshot);
    } catch (error) {
      logger.warn({ err: error, snapshot }, 'an older snapshot of Elasticsearch could not be deleted yet');
    }
  }
}

interface Counted extends Copied {
  readonly counts: ReadonlyMap<string, number>;
  isUnchanged(name: string): boolean;
}

function describe(
  index: CatalogueIndex,
  taken: SnapshotInfo,
  { ids, bytesById, counts, isUnchanged }: Counted,
): IndexManifest | { name: string; reason: string } {
  const { name, shards } = index;
  const snapshotId = ids.get(name);
  if (snapshotId === undefined) return { name, reason: 'it was deleted while the backup began' };
  const failedShards = taken.failures.filter((failure) => failure.index === name).map(({ shard_id }) => shard_id);
  if (failedShards.length >= shards) return { name, reason: 'none of its shards could be captured' };
  const isCountExact = failedShards.length === 0 && counts.has(name) && isUnchanged(name);
  return {
    ...describedBy(index),
    failedShards: failedShards.sort((a, b) => a - b),
    ...{ documents: counts.get(name) ?? 0, isCountExact, bytes: bytesById.get(snapshotId) ?? 0 },
    ...{ snapshotId, digest: null },
  };
}

/** Documents of the open indices, with the sequence numbers up to which they are counted. */
async function countAll(
  source: CaptureSource,
): Promise<{ counts: Map<string, number>; sequences: Map<string, string> }> {
  const { client, catalogue, context } = source;
  const open = catalogue.indices.filter(({ isClosed }) => !isClosed);
  const sequences = await sequenceNumbers(source);
  const counts = new Map<string, number>();
  await inParallel(PARALLEL_COUNTS, open, async (index) => {
    const { name } = index;
    try {
      await refresh(client, index, context.signal);
      counts.set(name, await countDocuments(client, name, context.signal));
    } catch (error) {
      // An index that cannot be counted is found by its snapshot.
      context.signal.throwIfAborted();
      context.logger.warn({ err: error, index: name }, 'an index of Elasticsearch could not be counted');
    }
  });
  return { counts, sequences };
}

interface ShardStats {
  readonly routing?: { primary?: boolean };
  readonly seq_no?: { max_seq_no?: number };
}

/** The highest sequence number of each primary, by index, as one text to compare. */
async function sequenceNumbers({ client, prefix, context }: CaptureSource): Promise<Map<string, string>> {
  const answer = await jsonRequest<{ indices?: Record<string, { shards?: Record<string, ShardStats[]> }> }>(client, {
    ...{ method: 'GET', path: `/${encodeURIComponent(`${prefix}_`)}*/_stats/docs`, signal: context.signal },
    query: {
      level: 'shards',
      filter_path: 'indices.*.shards.*.seq_no.max_seq_no,indices.*.shards.*.routing.primary',
    },
  });
  return new Map(
    Object.entries(answer.indices ?? {}).map(([name, { shards }]) => [
      name,
      Object.entries(shards ?? {})
        .map(([shard, copies]) => `${shard}:${copies.find(({ routing }) => routing?.primary)?.seq_no?.max_seq_no}`)
        .sort()
        .join(),
    ]),
  );
}

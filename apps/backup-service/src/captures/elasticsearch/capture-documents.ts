import { type PointInTime, readShard } from '@lucid/clients/elasticsearch/shard-reader';
import { readServerTime } from '@lucid/clients/elasticsearch/server-facts';
import { AppError } from '@lucid/core/app-error';
import type { CapturedIndices, CaptureSource } from './capture-source.ts';
import { DocumentDigest } from './document-digest.ts';
import { documentLines } from './document-lines.ts';
import { type CatalogueIndex, describedBy, listIndices } from './index-catalogue.ts';
import { logicalStream, type IndexManifest } from './manifest.ts';
import { inParallel } from './parallel.ts';
import { KEEP_ALIVE, ShardPoints, type UnreadableShard } from './shard-points.ts';

/** Each holds two pages of the server's answers at most. */
const PARALLEL_SHARDS = 2;

interface ReadIndex {
  documents: number;
  bytes: number;
  readonly digest: DocumentDigest;
}

/** Every document of every shard by its point in time, as NDJSON; for servers that share no folder with this service. */
export async function captureDocuments(source: CaptureSource): Promise<CapturedIndices> {
  const { client, context, catalogue } = source;
  const { signal } = context;
  const open = catalogue.indices.filter(({ isClosed, mappings }) => !isClosed && keepsSource(mappings));
  const beganAt = await readServerTime(client, signal);
  const points = new ShardPoints(source);
  try {
    await points.open(open);
    const endedAt = await readServerTime(client, signal);
    // Documents may have brought new fields between the listing and the points in time: the mappings must have these.
    const described = await listIndices(client, source.prefix, signal);
    const current = new Map(described.indices.map((index) => [index.name, index]));
    const read = await readAll(source, points);
    const captured = catalogue.indices.map((index) =>
      describeIndex(current.get(index.name) ?? index, read.get(index.name), points.unreadable),
    );
    return {
      ...{ path: 'logical', snapshot: null, beganAt: beganAt.toISOString(), endedAt: endedAt.toISOString() },
      indices: captured.flatMap((one) => ('reason' in one ? [] : one)),
      missing: captured.flatMap((one) => ('reason' in one ? one : [])),
      warnings: warningsOf(open, points.unreadable),
    };
  } finally {
    await points.closeAll();
  }
}

async function readAll(source: CaptureSource, points: ShardPoints): Promise<Map<string, ReadIndex>> {
  const read = new Map<string, ReadIndex>();
  const total = source.catalogue.indices.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  await inParallel(PARALLEL_SHARDS, [...points.points], async (point) => {
    points.taken(point);
    let index = read.get(point.index);
    if (!index) read.set(point.index, (index = { documents: 0, bytes: 0, digest: new DocumentDigest() }));
    await readOne(source, point, index, (bytes) => {
      done += bytes;
      // The server's size is compressed: an estimate until it is passed.
      const estimate = done > total ? null : total;
      source.context.onProgress({ phase: 'elasticsearch', done, total: estimate, unit: 'bytes' });
    });
    await points.close(point);
  });
  return read;
}

async function readOne(
  { client, sink, context }: CaptureSource,
  point: PointInTime,
  index: ReadIndex,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const stream = sink.openStream(logicalStream(point.index, point.shard), { kind: 'bytes' });
  let documents = 0;
  for await (const page of readShard(client, point, { keepAlive: KEEP_ALIVE, signal: context.signal })) {
    if (page.hits.some(({ source }) => !source)) {
      throw new AppError('CAPTURE_RESTARTED', `${point.index} has documents without a source.`);
    }
    const lines = documentLines(page, index.digest);
    await stream.write(lines);
    documents += page.hits.length;
    index.bytes += lines.length;
    onBytes(lines.length);
  }
  index.documents += documents;
  await stream.end({ documents });
}

function describeIndex(
  index: CatalogueIndex,
  read: ReadIndex | undefined,
  unreadable: readonly UnreadableShard[],
): IndexManifest | { name: string; reason: string } {
  const { name } = index;
  if (!keepsSource(index.mappings)) return { name, reason: 'it keeps no _source that could be read' };
  const shards = unreadable.filter((one) => one.index === name);
  if (!read)
    return {
      name,
      reason: index.isClosed ? 'it is closed' : (shards[0]?.reason ?? 'none of its shards could be read'),
    };
  return {
    ...describedBy(index),
    failedShards: shards.map(({ shard }) => shard).sort((a, b) => a - b),
    ...{ documents: read.documents, isCountExact: true, bytes: read.bytes },
    ...{ snapshotId: null, digest: read.digest.toString() },
  };
}

function sourceOptions(mappings: string): { enabled?: boolean; excludes?: string[]; includes?: string[] } {
  return (
    (JSON.parse(mappings) as { _source?: { enabled?: boolean; excludes?: string[]; includes?: string[] } })._source ??
    {}
  );
}

function keepsSource(mappings: string): boolean {
  return sourceOptions(mappings).enabled !== false;
}

function warningsOf(indices: readonly CatalogueIndex[], unreadable: readonly UnreadableShard[]): string[] {
  const partial = indices.flatMap(({ name, mappings }) => {
    const { excludes = [], includes = [] } = sourceOptions(mappings);
    if (excludes.length + includes.length === 0) return [];
    const left = excludes.length > 0 ? ` (${excludes.join(', ')})` : '';
    return `${name}: what its _source leaves out${left} cannot be exported; reindex it after a restore to find by it`;
  });
  const shards = unreadable.map(
    ({ index, shard, reason }) => `${index}: shard ${shard} is not in the backup: ${reason}`,
  );
  return [...shards, ...partial];
}

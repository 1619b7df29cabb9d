import type { JsonValue } from '@lucid/archive/snapshot-types';
import { AppError } from '@lucid/core/app-error';

export const ELASTICSEARCH_MANIFEST_FORMAT = 1;

/** JSON text as the server wrote it: numbers in it may exceed what a double holds. */
export type RawJson = string;

/**
 * An index of the backup. Its streams: `elasticsearch/snapshot/indices/<snapshotId>/…` on the snapshot path,
 * `elasticsearch/logical/<name>/<shard>` on the logical one (NDJSON: an action line and a source line for each document).
 */
export type IndexManifest = {
  name: string;
  isClosed: boolean;
  shards: number;
  /** Shards that are not in the backup; then the index is one only in part. */
  failedShards: number[];
  documents: number;
  /** True where nothing was written between counting and capturing, or the documents themselves were counted. */
  isCountExact: boolean;
  bytes: number;
  /** By alias: its properties. */
  aliases: Record<string, RawJson>;
  /** Flat, those that an index can be given. */
  settings: Record<string, string | string[]>;
  mappings: RawJson;
  /** Its folder in the server's repository; null on the logical path. */
  snapshotId: string | null;
  /** Order-free digest over id, routing, version and source of all documents; null on the snapshot path. */
  digest: string | null;
};

export type TemplateKind = 'component' | 'index' | 'legacy';

/** What `CaptureOutcome.manifest` of Elasticsearch is. */
export type ElasticsearchManifest = {
  format: typeof ELASTICSEARCH_MANIFEST_FORMAT;
  path: 'snapshot' | 'logical';
  serverVersion: string;
  clusterUuid: string;
  prefix: string;
  /** By the server's clock (RFC 3339): what was acknowledged before `beganAt` is in it, what came after `endedAt` is not. */
  beganAt: string;
  endedAt: string;
  /** Of the snapshot path: the snapshot's name in the server's repository. */
  snapshot: string | null;
  indices: IndexManifest[];
  /** Indices of which nothing could be captured, with the reason. */
  missing: { name: string; reason: string }[];
  templates: { kind: TemplateKind; name: string; body: RawJson }[];
};

export const SNAPSHOT_STREAMS = 'elasticsearch/snapshot/';

export function logicalStream(index: string, shard: number): string {
  return `elasticsearch/logical/${index}/${String(shard).padStart(4, '0')}`;
}

/** @throws AppError REPOSITORY_FORMAT where a newer version wrote it */
export function readElasticsearchManifest(manifest: JsonValue): ElasticsearchManifest {
  const { format } = manifest as { format?: unknown };
  if (format === ELASTICSEARCH_MANIFEST_FORMAT) return manifest as ElasticsearchManifest;
  throw new AppError('REPOSITORY_FORMAT', 'The part of Elasticsearch was written by a newer version of the suite.');
}

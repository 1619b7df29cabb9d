import { ChunkRanges } from '@lucid/clients/mongodb/sharding/chunk-ranges';
import { AppError } from '@lucid/core/app-error';
import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import type { Document } from 'bson';
import type { MongodbManifest, ShardedCollectionManifest } from '../manifest.ts';
import { keptBytes, readKept } from '../ordered-documents.ts';
import { shardSource } from '../restore-manifest-source.ts';
import { BUCKETS_PREFIX } from '../restore-names.ts';
import type { RestoreSource, SourceCollection, SourceView } from '../restore-source.ts';

/** A part of a collection, on one shard of the backup. */
export interface ShardPart {
  readonly shard: string;
  readonly collection: SourceCollection;
}

/** How a collection was sharded. */
export interface SavedSharding {
  /** The shard key, ready to be sent. */
  readonly key: Document;
  readonly unique: boolean;
  /** Which shard of the backup owned which documents. */
  readonly ranges: ChunkRanges;
  readonly zones: readonly SavedZone[];
}

/** A range of the shard key whose documents are kept on the shards of a zone. */
export interface SavedZone {
  readonly zone: string;
  readonly min: Document;
  readonly max: Document;
}

export interface ClusterCollection {
  readonly namespace: string;
  readonly parts: readonly ShardPart[];
  /** Undefined for what is on one shard as a whole: its parts are one. */
  readonly sharding: SavedSharding | undefined;
}

/** The backup of a sharded cluster as a whole. */
export interface ClusterSource {
  /** Its catalogue, as if it were of one server; nothing is read through it. */
  readonly whole: RestoreSource;
  readonly shards: ReadonlyMap<string, RestoreSource>;
  readonly collections: ReadonlyMap<string, ClusterCollection>;
}

/**
 * @throws AppError RESTORE_REFUSED where the backup is of a replica set or does not tell how its collections lay on the shards; as
 * `snapshotSource`
 */
export function clusterSource(reader: SnapshotReader, manifest: MongodbManifest, isWhole: boolean): ClusterSource {
  const { shards: parts, cluster } = manifest;
  if (!parts) throw refusal('The backup is of a replica set: let BACKUP_RESTORE_URI name a replica set, not a mongos.');
  if (!cluster?.sharding)
    throw refusal('This backup does not tell which documents each shard owned: restore it shard by shard (`shard`).');
  const { primaryShards, collections: sharded } = cluster.sharding;
  const shards = new Map(parts.map(({ id }) => [id, shardSource(reader, manifest, id)]));
  const collections = new Map<string, ClusterCollection>();
  const names = new Set([...shards.values()].flatMap((source) => source.collections.map(({ namespace }) => namespace)));
  for (const namespace of [...names].sort()) {
    const saved = sharded.find((one) => isOf(one, namespace));
    const found = saved ? partsOf(shards, namespace, saved) : homeOf(shards, namespace, primaryShards);
    if (found.length === 0) continue;
    collections.set(namespace, { namespace, parts: found, sharding: saved && savedSharding(saved) });
  }
  const databases = [...new Set([...names].map(databaseOf))];
  const [first] = shards.values();
  return {
    shards,
    collections,
    whole: {
      featureCompatibilityVersion: first?.featureCompatibilityVersion ?? manifest.featureCompatibilityVersion,
      wholeDatabases: isWhole ? databases : [],
      catalogueAt: 'end',
      collections: [...collections.values()].map(merged),
      views: viewsOf(shards, primaryShards),
      oplogStreams: [],
      users: undefined,
      roles: undefined,
      read: () => {
        throw new RangeError('The streams of a cluster are those of its shards.');
      },
    },
  };
}

function isOf({ database, collection }: ShardedCollectionManifest, namespace: string): boolean {
  const shown = collection.startsWith(BUCKETS_PREFIX) ? collection.slice(BUCKETS_PREFIX.length) : collection;
  return namespace === `${database}.${shown}`;
}

/** One of another UUID was dropped or made anew while its shard did not hear of it. */
function partsOf(
  shards: ReadonlyMap<string, RestoreSource>,
  namespace: string,
  { uuid, chunks }: ShardedCollectionManifest,
): ShardPart[] {
  const owners = new Set(chunks.map(({ shard }) => shard));
  return [...shards].flatMap(([shard, { collections }]) => {
    const collection = collections.find((one) => one.namespace === namespace && one.uuid === uuid);
    return collection && owners.has(shard) ? [{ shard, collection }] : [];
  });
}

/** Not sharded: it is where its database is at home. @throws AppError RESTORE_REFUSED where that is not known */
function homeOf(
  shards: ReadonlyMap<string, RestoreSource>,
  namespace: string,
  primaryShards: Readonly<Record<string, string>>,
): ShardPart[] {
  const home = primaryShards[databaseOf(namespace)];
  const found = [...shards].flatMap(([shard, { collections }]) => {
    const collection = collections.find((one) => one.namespace === namespace);
    return collection && (home === undefined || home === shard) ? [{ shard, collection }] : [];
  });
  if (found.length > 1)
    throw refusal(`${namespace} is on several shards, and the backup does not tell which one counts.`);
  return found;
}

function savedSharding(saved: ShardedCollectionManifest): SavedSharding | undefined {
  const { key, keyBson, unique, chunks, zones } = saved;
  if (saved.isUnsplittable === true) return undefined;
  const starts = chunks.map(({ shard, min, minBson }) => ({ shard, min: keptBytes(min, minBson) }));
  return {
    key: readKept(key, keyBson),
    unique,
    ranges: new ChunkRanges(keptBytes(key, keyBson), starts),
    zones: zones.map(({ zone, min, minBson, max, maxBson }) => ({
      zone,
      min: readKept(min, minBson),
      max: readKept(max, maxBson),
    })),
  };
}

/** Options and indexes of all parts are the same. */
function merged({ parts }: ClusterCollection): SourceCollection {
  const collections = parts.map(({ collection }) => collection);
  const [first] = collections;
  if (!first) throw new RangeError('A collection has no parts.');
  return {
    ...first,
    stream: undefined,
    documents: collections.reduce((sum, { documents }) => sum + documents, 0),
    bytes: collections.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function viewsOf(
  shards: ReadonlyMap<string, RestoreSource>,
  primaryShards: Readonly<Record<string, string>>,
): SourceView[] {
  const isAtHome = (shard: string, namespace: string): boolean =>
    (primaryShards[databaseOf(namespace)] ?? shard) === shard;
  return [...shards].flatMap(([shard, { views }]) => views.filter(({ namespace }) => isAtHome(shard, namespace)));
}

function databaseOf(namespace: string): string {
  return namespace.split('.', 1)[0] ?? '';
}

function refusal(detail: string): AppError {
  return new AppError('RESTORE_REFUSED', detail);
}

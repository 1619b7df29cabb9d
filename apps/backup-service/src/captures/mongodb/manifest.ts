/**
 * What a MongoDB capture leaves in a snapshot, and what a restore may rely on.
 *
 * Streams (all of kind `bson`):
 * - `mongodb/<database>/<collection>`: the collection's documents as the server sent them, natural order. A time-series
 *   collection is captured through its buckets: `mongodb/<database>/system.buckets.<collection>`.
 * - `mongodb.oplog`: whole oplog entries, untouched, oldest first: those that change a captured collection between T0 and
 *   Tend. It holds `i`, `u`, `d`, and of the commands only `applyOps` (plain, or of a transaction), `commitTransaction` and
 *   `abortTransaction`. A transaction in several entries (`partialTxn`, `prepare`) is there from its first entry, which may be
 *   older than T0. A chain without its last entry or its `commitTransaction` did not commit and is not applied.
 *
 * The state at Tend is: the documents of each stream, then every oplog entry in order. The catalogue of this manifest
 * (collections, options, indexes, views) is already the one *at Tend*: create, drop, rename, collMod and index entries are
 * folded into it and must not be replayed; they can still occur nested in an `applyOps` and are then passed over.
 * An operation belongs to the collection whose `uuid` equals the entry's `ui`, whatever its `ns` says (the collection may have
 * been renamed since); an operation whose `ui` is not in the catalogue is passed over: its collection was dropped, or not selected.
 * Replay is idempotent: an insert replaces, a delete or update of a missing document does nothing.
 *
 * A stream that no collection names belongs to a collection that was gone at Tend: it is ignored.
 */
import type { JsonValue } from '@lucid/archive/snapshot-types';

/** Canonical Extended JSON v2 (`EJSON.serialize(value, { relaxed: false })`); read it with `EJSON.deserialize`. */
export type Ejson = { [key: string]: JsonValue };

export const OPLOG_STREAM = 'mongodb.oplog';
export const MONGODB_MANIFEST_FORMAT = 1;

/** A BSON timestamp: seconds since 1970 and the ordinal within the second. */
export type ClusterTime = { t: number; i: number };

export type CollectionManifest = {
  database: string;
  /** The name at Tend: what `listCollections` shows, for a time-series collection `system.buckets.<name>`. */
  collection: string;
  /** 32 hexadecimal digits, no hyphens; empty where an imported dump does not tell. */
  uuid: string;
  /** Null where the collection was created after T0: then everything in it comes from the oplog. */
  stream: string | null;
  /** Documents in the stream, not at Tend. */
  documents: number;
  bytes: number;
  /** As `listCollections` gives them (`validator`, `capped`, `collation`, `clusteredIndex`, `timeseries` on buckets …). */
  options: Ejson;
  /** Every index that was complete, `_id_` included, as `listIndexes` gives it. */
  indexes: Ejson[];
  /** BSON as base64, where `options` would come back otherwise: JSON objects put names that look like integers first. */
  optionsBson?: string;
  /** The same of indexes, by their names. */
  indexesBson?: { [name: string]: string };
};

export type ViewManifest = {
  database: string;
  name: string;
  /** `viewOn`, `pipeline`, `collation`. */
  options: Ejson;
  optionsBson?: string;
};

export type TimeSeriesManifest = {
  database: string;
  name: string;
  /** What `create` needs (`timeseries`, `expireAfterSeconds` …); its documents and indexes are those of `system.buckets.<name>`. */
  options: Ejson;
  optionsBson?: string;
};

/** The value that the flow stores under the key `mongodb` of the snapshot's meta. */
export type MongodbManifest = {
  format: typeof MONGODB_MANIFEST_FORMAT;
  serverVersion: string;
  featureCompatibilityVersion: string;
  replicaSet: { name: string; id: string };
  /** `host:port` as the replica set names it: the next backup reads the same one, so that chunks repeat. */
  readingMember: string;
  /** `start` in a dump that was imported with its oplog: create, drop, rename … in it are still to be followed. Left out: `end`. */
  catalogueAt?: 'start' | 'end';
  t0: ClusterTime;
  tend: ClusterTime;
  /** True where nothing was left out by choice: only such a backup begins a recovery window. */
  isFull?: boolean;
  /** Sorted by database, then name. */
  collections: CollectionManifest[];
  timeSeries: TimeSeriesManifest[];
  views: ViewManifest[];
  /** Documents of `admin.system.users` and `admin.system.roles`, credentials included; empty where they were not asked for. */
  users: Ejson[];
  roles: Ejson[];
  /** Those of `users` and `roles` that their Extended JSON would change, by `_id`. */
  usersBson?: { [id: string]: string };
  rolesBson?: { [id: string]: string };
  oplog: { stream: string; entries: number; bytes: number };
  /**
   * Of a sharded cluster: a part for each shard, all of them at the `tend` of this manifest, whose own lists are empty. The streams of a
   * part are `shards/<id>/…`. Documents that a shard holds without owning them (orphans) are in its part.
   */
  shards?: ShardManifest[];
  cluster?: ClusterManifest;
};

export type ShardManifest = {
  id: string;
  part: MongodbManifest;
};

/** What the router knew, unchanged from before the first read to after `tend`. */
export type ClusterManifest = {
  /** How the captured collections lay on the shards. Left out by captures of earlier versions: those come back by shard only. */
  sharding?: ShardingManifest;
  /** Documents of the collections of `config`: shards, databases, collections (with their shard keys), tags (zones). */
  config: { [collection: string]: { ejson: Ejson; bson?: string }[] };
  /** SHA-256 over `config.chunks`: no chunk moved meanwhile. */
  chunksSha256: string;
};

/** Where the documents of a cluster belonged at `tend`: what a shard held beside that (orphans) is no part of the cluster's state. */
export type ShardingManifest = {
  /** The home of what is not sharded, by database. */
  primaryShards: { [database: string]: string };
  /** Sorted by database, then name. */
  collections: ShardedCollectionManifest[];
};

export type ShardedCollectionManifest = {
  database: string;
  /** As `config.collections` names it, for a time-series collection `system.buckets.<name>`. */
  collection: string;
  /** Of the collection on every shard that holds a part of it; one of another UUID is a leftover. 32 hexadecimal digits. */
  uuid: string;
  /** The shard key, such as `{customer: 1, _id: 'hashed'}`. */
  key: Ejson;
  keyBson?: string;
  unique: boolean;
  /** Kept whole on one shard (`unsplittable`, from 8.0 on): it was not sharded by anybody. */
  isUnsplittable?: boolean;
  /** Every chunk, in the order of the shard key; it ends where the next one begins, the last one at the highest key. */
  chunks: { shard: string; min: Ejson; minBson?: string }[];
  /** Ranges that belong to a zone. */
  zones: { zone: string; min: Ejson; minBson?: string; max: Ejson; maxBson?: string }[];
};

export function collectionStream(database: string, collection: string): string {
  return `mongodb/${database}/${collection}`;
}

/** The metadata at the end of a collection's stream. */
export type CollectionStreamMeta = { database: string; collection: string; uuid: string; complete: boolean };

/** Order of two cluster times: negative, zero or positive. */
export function compareClusterTimes(a: ClusterTime, b: ClusterTime): number {
  return a.t - b.t || a.i - b.i;
}

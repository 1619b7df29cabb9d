import type { Document } from 'bson';

/** A collection as the backup has it. Its stream holds its documents (the buckets of a time-series collection). */
export interface SourceCollection {
  readonly namespace: string;
  readonly type: 'collection' | 'timeseries';
  /** Hex, without dashes; of the buckets for a time-series collection. Oplog entries are matched by it. */
  readonly uuid: string | undefined;
  /** As `listCollections` gave them. */
  readonly options: Document;
  /** As `listIndexes` gave them, `_id_` included. */
  readonly indexes: readonly Document[];
  /** Undefined for an empty collection without a stream. */
  readonly stream: string | undefined;
  readonly documents: number;
  readonly bytes: number;
}

export interface SourceView {
  readonly namespace: string;
  /** `viewOn`, `pipeline` and perhaps `collation`. */
  readonly options: Document;
}

/** What a restore needs of a backup, whatever holds it. */
export interface RestoreSource {
  /** The backup it begins with, where that may be another one than was asked for. */
  readonly backupId?: string;
  /** Of the source, e.g. 7.0. */
  readonly featureCompatibilityVersion: string;
  /** Databases that the backup holds as a whole: a collection of theirs that it lacks did not exist. */
  readonly wholeDatabases: readonly string[];
  /** `end`: the catalogue is the one at Tend and the commands of the oplog are in it; `start`: they are still to be followed. */
  readonly catalogueAt: 'start' | 'end';
  readonly collections: readonly SourceCollection[];
  readonly views: readonly SourceView[];
  /** Collections that were there, and of which only the name is known: restores made them. */
  readonly unseen?: readonly string[];
  /** Streams of oplog entries, in the order of time, from T0 to Tend. */
  readonly oplogStreams: readonly string[];
  /** Documents of `admin.system.users` and `admin.system.roles`; undefined where the backup has none. */
  readonly users: readonly Document[] | undefined;
  readonly roles: readonly Document[] | undefined;
  /**
   * Verified bytes of whole documents. May be called again for the same stream. With `borrowed` a buffer is valid only until the next one
   * is asked for. @throws AppError CHUNK_MISSING, CHUNK_CORRUPT
   */
  read(stream: string, options: { signal: AbortSignal; borrowed?: boolean }): AsyncIterable<Buffer>;
}

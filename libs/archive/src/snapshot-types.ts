import type { AppError } from '@lucid/core/app-error';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** How a stream is cut: `bson` at document boundaries chosen by the `_id`, `bytes` by a rolling hash. */
export type StreamKind = 'bson' | 'bytes';

export interface StreamSummary {
  readonly name: string;
  readonly kind: StreamKind;
  readonly plainBytes: number;
  /** Number of BSON documents; 0 in a stream of bytes. */
  readonly documents: number;
}

/** One stream of a committed snapshot. */
export interface StreamManifest extends StreamSummary {
  readonly meta: JsonValue;
}

/** What a committed snapshot holds, in the order in which its streams were opened. */
export interface SnapshotManifest {
  readonly id: string;
  /** When the manifest was made, ISO 8601 UTC, by the clock of the host that wrote it. */
  readonly createdAt: string;
  readonly meta: JsonValue;
  readonly streams: readonly StreamManifest[];
}

export interface SnapshotSummary {
  readonly id: string;
  /** Bytes of all streams before compression. */
  readonly plainBytes: number;
  /** Bytes that this snapshot added to the store: new chunks and the manifest. */
  readonly storedBytes: number;
  /** Chunks this writer stored. */
  readonly newChunks: number;
  /** Chunks that were there already (a chunk met twice in one snapshot counts here the second time). */
  readonly reusedChunks: number;
}

/** The content of a COMMIT object: it alone makes a snapshot visible. */
export interface CommitRecord extends SnapshotSummary {
  readonly manifestHash: string;
  readonly ownerClusterId: string;
  readonly ownerEpoch: number;
  readonly fencingToken: number;
  readonly committedAt: string;
}

/** A committed snapshot, or one whose COMMIT object is damaged; one that is damaged does not hide the others. */
export type SnapshotListing =
  { readonly id: string; readonly commit: CommitRecord } | { readonly id: string; readonly error: AppError };

export interface SnapshotOptions {
  /** [A-Za-z0-9_-], at most 80 characters. */
  readonly id: string;
  /** Token of the lease under which the snapshot is made. */
  readonly fencingToken: number;
  /** `lease.assertHeld`: called immediately before anything becomes visible; throws LEASE_LOST. */
  readonly assertHeld: () => Promise<void>;
  /** Ends what hangs in the store when the job is cancelled; only `abort` is left then. */
  readonly signal?: AbortSignal;
}

/**
 * Writes one snapshot. Contract:
 * - Several streams may be open at once; open them in the same order from backup to backup (sorted names), because small
 *   streams share chunks in the order of opening.
 * - Nothing is visible to readers before `commit` resolved. A writer that dies leaves only chunks, which the next attempt finds.
 * - Memory is bounded: at most four chunks are in flight for the whole repository, and one is being filled for each open stream.
 */
export interface SnapshotWriter {
  readonly id: string;
  /** @throws AppError CONFLICT where the name was used in this snapshot */
  openStream(name: string, options: { kind: StreamKind }): StreamWriter;
  /**
   * Makes the snapshot visible. Call it after every stream has ended; again after a failure is fine.
   * @throws AppError LEASE_LOST (the lease, or the snapshot was committed by another), REPOSITORY_OWNED, STORAGE_FULL
   */
  commit(meta: JsonValue): Promise<SnapshotSummary>;
  /** Waits for what is in flight and gives everything up; stored chunks stay. May be called twice, and after `commit`. */
  abort(): Promise<void>;
}

/** Calls on one stream are made one after the other; after an error only `abort` of the snapshot is left. */
export interface StreamWriter {
  /**
   * Adds bytes; in a `bson` stream whole documents, any number of them. The buffer may be used again once the promise has
   * resolved. Waits while too many chunks are in flight.
   * @throws AppError STORAGE_FULL …; RangeError where a BSON document is not whole
   */
  write(buffer: Buffer): Promise<void>;
  /** Ends the stream with metadata; BSON values in it are the caller's to encode (EJSON). */
  end(meta: JsonValue): Promise<StreamSummary>;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Each buffer is valid only until the next one is asked for: its memory is used again. */
  readonly borrowed?: boolean;
}

/** Reads one committed snapshot. */
export interface SnapshotReader {
  readonly manifest: SnapshotManifest;
  readonly commit: CommitRecord;
  /** @throws AppError NOT_FOUND */
  stream(name: string): StreamManifest;
  /**
   * The stream's bytes in order, one verified chunk at a time, a few chunks ahead; each buffer belongs to the caller, or with
   * `borrowed` only until it asks for the next. In a `bson` stream each buffer holds whole documents. Leaving the loop early
   * stops the read-ahead.
   * @throws AppError CHUNK_MISSING, CHUNK_CORRUPT (before any byte of that chunk is handed out), NOT_FOUND
   */
  read(name: string, options?: ReadOptions): AsyncIterable<Buffer>;
}

/**
 * How deep a check goes: `manifest`: it is authentic and every chunk is listed · `ciphertext`: every chunk is read and its
 * authentication tag holds · `plaintext`: every chunk is also decompressed and its content has the id it is stored under.
 */
export type VerifyLevel = 'manifest' | 'ciphertext' | 'plaintext';

export interface VerifyOptions {
  readonly onProgress?: (done: { chunks: number; totalChunks: number }) => void;
  readonly signal?: AbortSignal;
}

export interface VerifyResult {
  readonly id: string;
  readonly level: VerifyLevel;
  /** Distinct chunks that were checked. */
  readonly chunks: number;
  /** Stored bytes that were read. */
  readonly storedBytes: number;
}

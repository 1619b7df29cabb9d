import type { Clock } from '@lucid/core/clock';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import type { MasterKey } from './master-key.ts';
import type {
  SnapshotListing,
  CommitRecord,
  SnapshotOptions,
  SnapshotReader,
  SnapshotWriter,
  VerifyLevel,
  VerifyOptions,
  VerifyResult,
} from './snapshot-types.ts';

export type Encryption = 'aes-256-gcm' | 'none';
export type Compression = 'zstd' | 'none';

export interface OpenOptions {
  /** Undefined for a plain repository. */
  readonly masterKey?: MasterKey;
  /** Earlier master keys, which still open the repository. */
  readonly previousKeys?: readonly MasterKey[];
  /** The cluster that wants to write. A repository of another cluster can be read, and written only after `takeOver`. */
  readonly clusterId: string;
  readonly clock?: Clock;
  /** Threads that compress and encrypt (2). */
  readonly workers?: number;
}

export interface CreateOptions extends OpenOptions {
  readonly encryption: Encryption;
  readonly compression: Compression;
}

export interface RepositoryOwner {
  readonly clusterId: string;
  /** Grows by one with every take-over. */
  readonly epoch: number;
}

export declare class Repository {
  readonly id: string;
  readonly encryption: Encryption;
  readonly compression: Compression;

  /** @throws AppError CONFLICT (there is a repository), CONFIG_INVALID (encryption without a key) */
  static create(store: ObjectStore, options: CreateOptions): Promise<Repository>;
  /** @throws AppError REPOSITORY_NOT_FOUND, REPOSITORY_KEY_WRONG, REPOSITORY_FORMAT, REPOSITORY_CORRUPT */
  static open(store: ObjectStore, options: OpenOptions): Promise<Repository>;
  /** Opens the repository, or makes it where there is none. @throws AppError REPOSITORY_MISMATCH where one has other settings */
  static openOrCreate(store: ObjectStore, options: CreateOptions): Promise<Repository>;

  /** The owner as the store has it now. */
  owner(): Promise<RepositoryOwner>;
  /** Makes `clusterId` of the options the owner and raises the epoch; the former owner can no longer commit. */
  takeOver(): Promise<RepositoryOwner>;

  /** @throws AppError REPOSITORY_OWNED, CONFLICT where the id is committed already (see `findCommit`) */
  beginSnapshot(options: SnapshotOptions): Promise<SnapshotWriter>;
  /** Every committed snapshot, sorted by id. */
  listSnapshots(): Promise<SnapshotListing[]>;
  /** The COMMIT of a snapshot, undefined where it is not committed. @throws AppError MANIFEST_CORRUPT */
  findCommit(id: string): Promise<CommitRecord | undefined>;
  /** @throws AppError BACKUP_NOT_FOUND, MANIFEST_CORRUPT */
  readSnapshot(id: string): Promise<SnapshotReader>;
  /** @throws AppError BACKUP_NOT_FOUND, MANIFEST_CORRUPT, CHUNK_MISSING, CHUNK_CORRUPT: the first defect met */
  verify(id: string, level: VerifyLevel, options?: VerifyOptions): Promise<VerifyResult>;
  /** Removes the snapshot, COMMIT first; its chunks stay. None there is fine. @throws AppError REPOSITORY_OWNED */
  removeSnapshot(id: string): Promise<void>;
  /** Ends the worker threads. Call it when nothing is open; may be called twice. */
  close(): Promise<void>;
}

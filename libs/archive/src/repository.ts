import { hkdfSync } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import { systemClock } from '@lucid/core/clock';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { ChunkPool } from './chunk-pool.ts';
import { ChunkSnapshotReader } from './chunk-snapshot-reader.ts';
import { ChunkSnapshotWriter } from './chunk-snapshot-writer.ts';
import { ChunkStore } from './chunk-store.ts';
import { manifestHash, readCommit } from './commit.ts';
import { KEYS, isSnapshotId } from './format.ts';
import type { CodecKeys } from './frame-codec.ts';
import type { KeySet } from './key-set.ts';
import { manifestCorrupt, openManifest, type StoredManifest } from './manifest.ts';
import { Ownership } from './owner.ts';
import type { RepositoryContext } from './repository-context.ts';
import { createSettings, readSettings, type Settings } from './repository-settings.ts';
import type { Compression, CreateOptions, Encryption, OpenOptions, RepositoryOwner } from './repository-types.ts';
import { listSliceStreams, StoredSliceLog } from './slice-log.ts';
import type { SliceLog } from './slice-types.ts';
import type {
  CommitRecord,
  SnapshotListing,
  SnapshotOptions,
  SnapshotReader,
  SnapshotWriter,
  VerifyLevel,
  VerifyOptions,
  VerifyResult,
} from './snapshot-types.ts';
import { verifyChunks } from './verify-snapshot.ts';

export type { Compression, CreateOptions, Encryption, OpenOptions, RepositoryOwner };

const DEFAULT_WORKERS = 2;

/**
 * A backup repository in an object store (docs/repository-format.md): content-addressed chunks, compressed and encrypted,
 * and snapshots that are visible from their COMMIT on. One instance may be used by several flows at once.
 */
export class Repository {
  readonly id: string;
  readonly encryption: Encryption;
  readonly compression: Compression;
  readonly #context: RepositoryContext;
  readonly #pool: ChunkPool;

  private constructor(store: ObjectStore, options: OpenOptions, settings: Settings, keySet: KeySet) {
    const keys = codecKeys(settings, keySet);
    this.id = settings.id;
    this.encryption = settings.encryption;
    this.compression = settings.compression;
    this.#pool = new ChunkPool(keys, options.workers ?? DEFAULT_WORKERS);
    this.#context = {
      repositoryId: settings.id,
      store,
      chunks: new ChunkStore(store, this.#pool),
      keys,
      chunker: settings.chunker,
      seed: new DataView(hkdfSync('sha256', keySet.idKey, '', 'lucid boundaries v1', 4)).getUint32(0),
      ownership: new Ownership(store, keySet.authKey, options.clusterId),
      clock: options.clock ?? systemClock,
    };
  }

  /**
   * Makes a repository; one that died half-way is finished by the next call with the same key.
   * @throws AppError CONFLICT (there is a repository), CONFIG_INVALID (encryption without a key, or a key without encryption)
   */
  static async create(store: ObjectStore, options: CreateOptions): Promise<Repository> {
    const { settings, keySet } = await createSettings(store, options);
    return new Repository(store, options, settings, keySet);
  }

  /** @throws AppError REPOSITORY_NOT_FOUND, REPOSITORY_KEY_WRONG, REPOSITORY_MISMATCH, REPOSITORY_FORMAT, REPOSITORY_CORRUPT */
  static async open(store: ObjectStore, options: OpenOptions): Promise<Repository> {
    const { settings, keySet } = await readSettings(store, options);
    return new Repository(store, options, settings, keySet);
  }

  /** Opens the repository, or makes it where there is none. @throws AppError REPOSITORY_MISMATCH where one has other settings */
  static async openOrCreate(store: ObjectStore, options: CreateOptions): Promise<Repository> {
    const repository = (await store.stat(KEYS.config))
      ? await Repository.open(store, options).catch(otherSettings(options))
      : await Repository.create(store, options);
    const { encryption, compression } = repository;
    if (encryption === options.encryption && compression === options.compression) return repository;
    throw mismatch(`The repository was made with encryption ${encryption} and compression ${compression}`);
  }

  /** The owner as the store has it now. */
  owner(): Promise<RepositoryOwner> {
    return this.#context.ownership.read();
  }

  /**
   * Makes `clusterId` of the options the owner and raises the epoch; what was begun before can no longer be committed.
   * @throws AppError CONFLICT where another took over at the same time
   */
  async takeOver(): Promise<RepositoryOwner> {
    const { epoch } = await this.owner();
    return this.#context.ownership.claim(epoch);
  }

  /** @throws AppError REPOSITORY_OWNED, CONFLICT where the id is committed already (see `findCommit`) */
  async beginSnapshot(options: SnapshotOptions): Promise<SnapshotWriter> {
    const owner = await this.#context.ownership.assertOwn();
    if (await this.findCommit(options.id)) throw new AppError('CONFLICT', `Snapshot ${options.id} exists already.`);
    const known = await this.#context.chunks.listKnown();
    return new ChunkSnapshotWriter(this.#context, options, owner, known);
  }

  /** Every committed snapshot, sorted by id. */
  async listSnapshots(): Promise<SnapshotListing[]> {
    const ids: string[] = [];
    for await (const key of this.#context.store.list(KEYS.snapshots)) {
      const [, id, name] = key.split('/');
      if (name === 'COMMIT' && id && isSnapshotId(id)) ids.push(id);
    }
    const listings: SnapshotListing[] = [];
    for (const id of ids.sort()) {
      try {
        const commit = await this.findCommit(id);
        if (commit) listings.push({ id, commit });
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'MANIFEST_CORRUPT')) throw error;
        listings.push({ id, error });
      }
    }
    return listings;
  }

  /** The COMMIT of a snapshot, undefined where it is not committed. @throws AppError MANIFEST_CORRUPT */
  async findCommit(id: string): Promise<CommitRecord | undefined> {
    const { store, keys } = this.#context;
    assertSnapshotId(id);
    return readCommit(store, keys.authKey, id);
  }

  /** @throws AppError BACKUP_NOT_FOUND, MANIFEST_CORRUPT */
  async readSnapshot(id: string): Promise<SnapshotReader> {
    const { manifest, commit } = await this.#load(id);
    return new ChunkSnapshotReader(manifest, commit, this.#context.chunks);
  }

  /** @throws AppError BACKUP_NOT_FOUND, MANIFEST_CORRUPT, CHUNK_MISSING, CHUNK_CORRUPT: the first defect met */
  async verify(id: string, level: VerifyLevel, options?: VerifyOptions): Promise<VerifyResult> {
    const { manifest } = await this.#load(id);
    return verifyChunks(this.#context.chunks, manifest, level, options);
  }

  /** Removes the snapshot, COMMIT first; its chunks stay. None there is fine. @throws AppError REPOSITORY_OWNED */
  async removeSnapshot(id: string): Promise<void> {
    const { store, ownership } = this.#context;
    assertSnapshotId(id);
    await ownership.assertOwn();
    await store.remove(KEYS.commit(id));
    await store.flush();
    for await (const key of store.list(KEYS.snapshot(id))) await store.remove(key);
    await store.flush();
  }

  /** Slices of a log, such as the oplog of the replica set with this id. @throws AppError VALIDATION_FAILED (the name) */
  slices(stream: string): SliceLog {
    return new StoredSliceLog(this.#context, stream);
  }

  /** Streams that have slices, sorted. */
  listSliceStreams(): Promise<string[]> {
    return listSliceStreams(this.#context.store);
  }

  /** Ends the worker threads. Call it when nothing is open; may be called twice. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  async #load(id: string): Promise<{ manifest: StoredManifest; commit: CommitRecord }> {
    const { store, keys, repositoryId } = this.#context;
    const commit = await this.findCommit(id);
    if (!commit) throw new AppError('BACKUP_NOT_FOUND', `The repository has no snapshot ${id}.`);
    const frame = await store.get(KEYS.manifest(id, commit.manifestHash));
    if (!frame || manifestHash(frame) !== commit.manifestHash) throw manifestCorrupt(id);
    return { manifest: openManifest(keys, repositoryId, id, frame), commit };
  }
}

function assertSnapshotId(id: string): void {
  if (!isSnapshotId(id))
    throw new AppError('VALIDATION_FAILED', 'A snapshot id has at most 80 characters of A-Z a-z 0-9 _ -.');
}

function codecKeys(settings: Settings, { idKey, authKey, dataKeys, activeDataKey }: KeySet): CodecKeys {
  const encrypted = settings.encryption !== 'none';
  return { idKey, authKey, dataKeys, activeDataKey, encrypted, compressed: settings.compression !== 'none' };
}

/** A repository that wants a key where a plain one was asked for is not a matter of the key. */
function otherSettings({ encryption }: CreateOptions): (error: unknown) => never {
  return (error) => {
    const isAboutKey = error instanceof AppError && error.code === 'REPOSITORY_KEY_WRONG';
    throw encryption === 'none' && isAboutKey ? mismatch('The repository is encrypted') : error;
  };
}

function mismatch(what: string): AppError {
  return new AppError('REPOSITORY_MISMATCH', `${what}; that is fixed for its life.`);
}

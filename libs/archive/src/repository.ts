import { hkdfSync } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import { systemClock } from '@lucid/core/clock';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { SnapshotAssurances } from './assurances.ts';
import { ChunkPool } from './chunk-pool.ts';
import { ChunkSnapshotReader } from './chunk-snapshot-reader.ts';
import { ChunkSnapshotWriter } from './chunk-snapshot-writer.ts';
import { ChunkStore } from './chunk-store.ts';
import { checkRepository } from './check-repository.ts';
import { collectGarbage } from './collect-garbage.ts';
import { assertSnapshotId, readCommit, removeCommitted } from './commit.ts';
import { checkSlices, repairSlices, type SliceCheck, type SliceRepair } from './copy-slices.ts';
import { copySnapshot, type CopyOptions, type CopyResult } from './copy-snapshot.ts';
import { KEYS } from './format.ts';
import { SnapshotHolds } from './holds.ts';
import { inParallel } from './in-parallel.ts';
import { KeyRing } from './key-ring.ts';
import type { KeySet } from './key-set.ts';
import { listCommitted, loadSnapshot } from './load-snapshot.ts';
import type {
  CheckOptions,
  CheckResult,
  GarbageOptions,
  GarbageResult,
  RepairResult,
  SelfTestResult,
  UsageOptions,
  UsageResult,
} from './maintenance-types.ts';
import { measureUsage } from './measure-usage.ts';
import { removeSetAside, repairRepository, type RepairOptions } from './repair-repository.ts';
import { openReplica } from './replica.ts';
import { makeContext, type RepositoryContext } from './repository-context.ts';
import { createSettings, masterKeys, readKeySet, readSettings, type Settings } from './repository-settings.ts';
import type { Compression, CreateOptions, Encryption, OpenOptions, RepositoryOwner } from './repository-types.ts';
import { rewrapMasterKey, rotateDataKey, type RewrappedMasterKey, type RotatedDataKey } from './rotate-keys.ts';
import { selfTest } from './self-test.ts';
import { SnapshotAttempt } from './snapshot-attempt.ts';
import { SliceCopier } from './slice-copier.ts';
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
const COMMITS_AT_A_TIME = 8;

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
    this.id = settings.id;
    this.encryption = settings.encryption;
    this.compression = settings.compression;
    const forms = { encrypted: settings.encryption !== 'none', compressed: settings.compression !== 'none' };
    const ring = new KeyRing(store, keySet, forms, () => reread(store, options));
    const pool = new ChunkPool(ring.keys, options.workers ?? DEFAULT_WORKERS);
    ring.onChange((keys) => pool.useKeys(keys));
    this.#pool = pool;
    this.#context = makeContext(store, new ChunkStore(store, pool, ring), {
      repositoryId: settings.id,
      ring,
      masterKeys: masterKeys(options),
      chunker: settings.chunker,
      seed: new DataView(hkdfSync('sha256', keySet.idKey, '', 'lucid boundaries v1', 4)).getUint32(0),
      clusterId: options.clusterId,
      clock: options.clock ?? systemClock,
    });
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

  /** Is there a repository in the store? */
  static async isIn(store: ObjectStore): Promise<boolean> {
    return (await store.stat(KEYS.config)) !== undefined;
  }

  /** Opens the repository, or makes it where there is none. @throws AppError REPOSITORY_MISMATCH where one has other settings */
  static async openOrCreate(store: ObjectStore, options: CreateOptions): Promise<Repository> {
    const repository = (await Repository.isIn(store))
      ? await Repository.open(store, options).catch(otherSettings(options))
      : await Repository.create(store, options);
    const { encryption, compression } = repository;
    if (encryption === options.encryption && compression === options.compression) return repository;
    throw mismatch(`The repository was made with encryption ${encryption} and compression ${compression}`);
  }

  /**
   * Opens a replica of `source` in another store, or makes it: a repository with the same id and keys, the settings of the
   * source and an owner of its own. Its key set is wrapped by the master key of `options`, which may be another one.
   * @throws AppError REPOSITORY_MISMATCH where the store holds a repository with other keys, CONFIG_INVALID
   */
  static async createReplica(store: ObjectStore, source: Repository, options: OpenOptions): Promise<Repository> {
    const { encryption, compression } = source;
    const { ring, chunker } = source.#context;
    await ring.refresh();
    const made = { ...options, encryption, compression, chunker };
    const { settings, keySet } = await openReplica(store, ring.keySet, made);
    return new Repository(store, options, settings, keySet);
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
    const attempt = await SnapshotAttempt.begin(this.#context, options);
    return new ChunkSnapshotWriter(this.#context.under(options.signal), attempt);
  }

  /** Every committed snapshot, sorted by id. */
  async listSnapshots(): Promise<SnapshotListing[]> {
    const listings: SnapshotListing[] = [];
    await inParallel(await listCommitted(this.#context.store), COMMITS_AT_A_TIME, async (id) => {
      try {
        const commit = await this.findCommit(id);
        if (commit) listings.push({ id, commit });
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'MANIFEST_CORRUPT')) throw error;
        listings.push({ id, error });
      }
    });
    return listings.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The COMMIT of a snapshot, undefined where it is not committed. @throws AppError MANIFEST_CORRUPT */
  async findCommit(id: string): Promise<CommitRecord | undefined> {
    const { store, keys } = this.#context;
    assertSnapshotId(id);
    return readCommit(store, keys.authKey, id);
  }

  /** @throws AppError BACKUP_NOT_FOUND, MANIFEST_CORRUPT */
  async readSnapshot(id: string): Promise<SnapshotReader> {
    assertSnapshotId(id);
    const { manifest, commit } = await loadSnapshot(this.#context, id);
    return new ChunkSnapshotReader(manifest, commit, this.#context.chunks);
  }

  /** @throws AppError BACKUP_NOT_FOUND, MANIFEST_CORRUPT, CHUNK_MISSING, CHUNK_CORRUPT: the first defect met */
  async verify(id: string, level: VerifyLevel, options?: VerifyOptions): Promise<VerifyResult> {
    assertSnapshotId(id);
    const context = this.#context.under(options?.signal);
    const { manifest } = await loadSnapshot(context, id);
    return verifyChunks(context.chunks, manifest, level, options);
  }

  /**
   * Removes the snapshot, COMMIT first; its chunks stay until they are collected. None there is fine; an attempt to write it that
   * still runs can no longer commit. @throws AppError REPOSITORY_OWNED
   */
  async removeSnapshot(id: string): Promise<void> {
    const { store, ownership, intents } = this.#context;
    assertSnapshotId(id);
    await ownership.assertOwn();
    for (const attempt of await intents.list(id)) await intents.remove(attempt);
    await removeCommitted(store, id);
    await removeSetAside(store, id);
    await this.assurances().remove(id);
    await store.flush();
  }

  /** Holds on snapshots. */
  holds(): SnapshotHolds {
    return new SnapshotHolds(this.#context);
  }

  /** When snapshots were verified and drilled. */
  assurances(): SnapshotAssurances {
    return new SnapshotAssurances(this.#context);
  }

  /** Slices of a log, such as the oplog of the replica set with this id. @throws AppError VALIDATION_FAILED (the name) */
  slices(stream: string): SliceLog {
    return new StoredSliceLog(this.#context, stream);
  }

  /** Copies what a replica lacks of a stream, once or again and again. */
  sliceCopier(stream: string, replica: Repository): SliceCopier {
    return new SliceCopier(this.#context, replica.#context, stream);
  }

  /** Reads every slice of every stream. */
  checkSlices(signal?: AbortSignal): Promise<SliceCheck> {
    return checkSlices(this.#context.under(signal), signal);
  }

  /** Brings back what a replica has sound. @throws as `repairSlices` of copy-slices.ts */
  repairSlices(replica?: Repository, signal?: AbortSignal): Promise<SliceRepair> {
    return repairSlices(this.#context.under(signal), replica && replica.#context.under(signal), signal);
  }

  /** Streams that have slices, sorted. */
  listSliceStreams(): Promise<string[]> {
    return listSliceStreams(this.#context.store);
  }

  /**
   * Copies a committed snapshot into another repository: first the chunks that its listing lacks, then the manifest, then the
   * COMMIT. Between replicas the sealed chunks travel as they are, after their tags were checked, and the data keys they need
   * go before them; into a repository with other keys they are opened and sealed anew. What a copy that died has stored is
   * found by the next; a snapshot that is there already costs nothing.
   * @throws AppError BACKUP_NOT_FOUND, MANIFEST_CORRUPT, CHUNK_MISSING, CHUNK_CORRUPT, REPOSITORY_OWNED (the target), CONFLICT
   * (another snapshot under this id, or its keys are changed at this moment), LEASE_LOST; the signal's reason
   */
  async copySnapshot(id: string, target: Repository, options: CopyOptions): Promise<CopyResult> {
    assertSnapshotId(id);
    return copySnapshot(this.#context.under(options.signal), target.#context, id, options);
  }

  /**
   * One step of garbage collection: a call condemns what no snapshot names, a later one deletes it, once every snapshot that began
   * before has ended. Call it from time to time, again after a kill; `slices/` is not touched.
   * @throws AppError MANIFEST_CORRUPT (a snapshot cannot be read, so nobody knows what it needs: nothing is deleted),
   * REPOSITORY_OWNED, LEASE_LOST, REPOSITORY_CORRUPT; the signal's reason
   */
  collectGarbage(options: GarbageOptions): Promise<GarbageResult> {
    return collectGarbage(this.#context.under(options.signal), options);
  }

  /**
   * Checks every snapshot and reports all that is wrong, not the first of it. Each chunk is read once, however many snapshots share
   * it. @throws failures of the store, which say nothing about the content; the signal's reason
   */
  check(options: CheckOptions): Promise<CheckResult> {
    return checkRepository(this.#context.under(options.signal), options);
  }

  /**
   * Mends what is damaged or missing. Chunks and snapshots come from `source`, a replica, where it has them sound; a damaged chunk
   * it cannot give is moved below `quarantine/`, so that the next backup that meets its content stores it anew. A damaged
   * list of condemned chunks is given up. May be killed anywhere and called again; runs under the same lease as collection.
   * @throws AppError REPOSITORY_MISMATCH (the source has other keys), REPOSITORY_OWNED, LEASE_LOST; the signal's reason
   */
  repair(options: RepairOptions, source?: Repository): Promise<RepairResult> {
    const from = source && source.#context.under(options.signal);
    return repairRepository(this.#context.under(options.signal), from, options);
  }

  /**
   * Do the keys still open what is stored? Reads the key set from the store, the manifest of the newest snapshot and, of the data
   * keys that a few of its chunks name, one chunk each. @throws AppError REPOSITORY_KEY_WRONG, REPOSITORY_CORRUPT,
   * MANIFEST_CORRUPT, CHUNK_CORRUPT, CHUNK_MISSING
   */
  selfTest(): Promise<SelfTestResult> {
    return selfTest(this.#context);
  }

  /** What the repository takes: counts from one listing, bytes from the sizes of the objects, or of a sample of them. */
  usage(options?: UsageOptions): Promise<UsageResult> {
    return measureUsage(this.#context.under(options?.signal), options);
  }

  /**
   * Adds a data key, which encrypts what is stored from now on; earlier ones stay and decrypt. Other open instances learn of it
   * with their next snapshot or with the first frame that needs it.
   * @throws AppError CONFLICT (a plain repository; or the keys are changed at this moment), REPOSITORY_OWNED
   */
  rotateDataKey(): Promise<RotatedDataKey> {
    return rotateDataKey(this.#context);
  }

  /**
   * Wraps the keys by the configured master key where an earlier one (`previousKeys`) wraps them, and then removes what the
   * earlier one opens. Touches no data; may be killed anywhere and called again.
   * @throws AppError CONFLICT (a plain repository; or the keys are changed at this moment), REPOSITORY_OWNED
   */
  rewrapMasterKey(): Promise<RewrappedMasterKey> {
    return rewrapMasterKey(this.#context);
  }

  /** Ends the worker threads. Call it when nothing is open; may be called twice. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

async function reread(store: ObjectStore, options: OpenOptions): Promise<KeySet> {
  const keySet = await readKeySet(store, options);
  if (!keySet) throw new AppError('REPOSITORY_CORRUPT', 'The repository has no key set.');
  return keySet;
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

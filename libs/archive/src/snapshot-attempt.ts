import { AppError } from '@lucid/core/app-error';
import type { ChunkTarget } from './chunk-store.ts';
import { assertSnapshotId, manifestHash, putCommit, readCommit } from './commit.ts';
import { KEYS } from './format.ts';
import { listGenerations, readGenerations } from './generations.ts';
import type { SnapshotAttemptInfo } from './intents.ts';
import type { KnownChunks } from './known-chunks.ts';
import { manifestCorrupt, sealManifest, type StoredManifest } from './manifest.ts';
import type { RepositoryContext } from './repository-context.ts';
import type { CommitRecord, SnapshotOptions, SnapshotSummary } from './snapshot-types.ts';

/** A cancelled job is to end within seconds, also while the store is away. */
const FORGET_MS = 2_000;

/** A manifest as it will be stored. */
export interface SealedSnapshot {
  readonly frame: Buffer;
  readonly hash: string;
}

export type SnapshotContent = Pick<StoredManifest, 'createdAt' | 'meta' | 'streams' | 'chunks'>;

/** What was counted; `chunkBytes` are those of new chunks. */
export type SnapshotCounts = Omit<SnapshotSummary, 'id' | 'storedBytes'> & { readonly chunkBytes: number };

/**
 * One attempt to write a snapshot: it announces itself (so that garbage collection waits for it, or declares it dead), knows
 * which chunks it may rely on, and makes the snapshot visible. At most one attempt of an id commits, and none that was
 * declared dead.
 */
export class SnapshotAttempt implements ChunkTarget {
  readonly id: string;
  readonly known: KnownChunks;
  readonly generation: number;
  readonly #context: RepositoryContext;
  /** Without the signal, for cleaning up after it. */
  readonly #plainContext: RepositoryContext;
  readonly #options: SnapshotOptions;
  readonly #intent: SnapshotAttemptInfo;
  /** From here on only the repository says what becomes of it. */
  #isDecided = false;

  private constructor(
    context: RepositoryContext,
    options: SnapshotOptions,
    intent: SnapshotAttemptInfo,
    known: KnownChunks,
  ) {
    this.id = options.id;
    this.known = known;
    this.generation = intent.generation;
    this.#plainContext = context;
    this.#context = context.under(options.signal);
    this.#options = options;
    this.#intent = intent;
  }

  /**
   * The intent is there before anything is read that it protects: a collector that does not see it has condemned earlier,
   * and its list is seen here. @throws AppError REPOSITORY_OWNED, CONFLICT where the id is committed, REPOSITORY_CORRUPT
   */
  static async begin(context: RepositoryContext, options: SnapshotOptions): Promise<SnapshotAttempt> {
    const { store, keys, intents, ownership, clock, ring, chunks } = context.under(options.signal);
    assertSnapshotId(options.id);
    const owner = await ownership.assertOwn();
    if (await readCommit(store, keys.authKey, options.id)) {
      throw new AppError('CONFLICT', `Snapshot ${options.id} exists already.`);
    }
    await ring.refresh();
    for (;;) {
      const { newest: generation } = await listGenerations(store);
      const intent = await intents.begin({
        snapshotId: options.id,
        ownerClusterId: owner.clusterId,
        ownerEpoch: owner.epoch,
        fencingToken: options.fencingToken,
        generation,
        startedAt: clock.now().toISOString(),
      });
      try {
        const state = await readGenerations(store, keys.authKey);
        if (state.newest === generation) {
          const known = await chunks.listKnown(state.condemned);
          return new SnapshotAttempt(context, options, intent, known);
        }
      } catch (error) {
        await forget(context, intent);
        throw error;
      }
      await intents.remove(intent);
    }
  }

  seal(content: SnapshotContent): SealedSnapshot {
    const { repositoryId, keys } = this.#context;
    const frame = sealManifest(keys, { id: this.id, repositoryId, attempt: this.#intent.attempt, ...content });
    return { frame, hash: manifestHash(frame) };
  }

  /**
   * Manifest, decision, COMMIT. Each step may be repeated; the COMMIT is the one moment at which the snapshot comes to be.
   * @throws AppError LEASE_LOST, REPOSITORY_OWNED, STORAGE_FULL
   */
  async publish({ frame, hash }: SealedSnapshot, { chunkBytes, ...counts }: SnapshotCounts): Promise<SnapshotSummary> {
    const { store, keys, clock } = this.#context;
    const summary: SnapshotSummary = { id: this.id, ...counts, storedBytes: chunkBytes + frame.length };
    await this.#options.assertHeld();
    const { epoch, clusterId } = await this.#assertOwner();
    const present = await readCommit(store, keys.authKey, this.id);
    if (present && present.manifestHash !== hash) await this.#lose(hash);
    if (!present) {
      await this.#putManifest(frame, hash);
      await this.#assertOwner();
      await this.#options.assertHeld();
      const commit: CommitRecord = {
        ...summary,
        manifestHash: hash,
        ownerClusterId: clusterId,
        ownerEpoch: epoch,
        fencingToken: this.#options.fencingToken,
        committedAt: clock.now().toISOString(),
      };
      await this.#decide(commit);
      // The winner may be an earlier call, a collector that finished this attempt, or another attempt.
      const winner = await putCommit(store, keys.authKey, commit);
      if (winner?.manifestHash !== hash) await this.#lose(hash);
    }
    await store.flush();
    await this.#clear(KEYS.manifest(this.id, hash));
    return summary;
  }

  /** Gives the attempt up, unless it was decided already. Never throws: what is left is found dead later. */
  async giveUp(): Promise<void> {
    if (this.#isDecided) return;
    await forget(this.#plainContext, this.#intent);
  }

  async #putManifest(frame: Buffer, hash: string): Promise<void> {
    const { store, intents } = this.#context;
    const key = KEYS.manifest(this.id, hash);
    await store.putIfAbsent(key, frame);
    await store.flush();
    const stored = await store.get(key);
    if (stored?.equals(frame)) return;
    // Cleared away with the attempt, by a collector that took it for dead, or by the one that committed.
    if (!stored && !(await intents.exists(this.#intent))) await this.#lose(hash);
    throw manifestCorrupt(this.id);
  }

  /**
   * Whether this attempt commits or is dead is decided by who is first to write its end; and an end without an intent has no
   * force, because a collector clears an attempt away in that order. So no pause, however long, lets a dead attempt commit.
   */
  async #decide(commit: CommitRecord): Promise<void> {
    const { intents } = this.#context;
    const end = await intents.decide(this.#intent, { state: 'commit', commit });
    const isMine = end?.state === 'commit' && end.commit.manifestHash === commit.manifestHash;
    // Without an intent: a collector took this attempt for dead, and either cleared it away or, decided as it was, finished it.
    if (!isMine || (!(await intents.exists(this.#intent)) && !(await this.#isCommitted(commit)))) {
      return this.#lose(commit.manifestHash);
    }
    this.#isDecided = true;
  }

  async #isCommitted({ manifestHash: hash }: CommitRecord): Promise<boolean> {
    const { store, keys } = this.#context;
    return (await readCommit(store, keys.authKey, this.id))?.manifestHash === hash;
  }

  async #assertOwner(): Promise<{ clusterId: string; epoch: number }> {
    const { clusterId, epoch } = await this.#context.ownership.assertOwn();
    if (epoch === this.#intent.ownerEpoch) return { clusterId, epoch };
    throw new AppError(
      'REPOSITORY_OWNED',
      `Cluster ${clusterId} took the repository over again while the snapshot was made.`,
    );
  }

  /** Another attempt committed the snapshot, or this one was declared dead. */
  async #lose(hash: string): Promise<never> {
    const { store, intents } = this.#context;
    await intents.remove(this.#intent);
    await store.remove(KEYS.manifest(this.id, hash));
    throw new AppError('LEASE_LOST', `Snapshot ${this.id} was committed by another worker, or given up as dead.`);
  }

  /** What this and earlier attempts left; one that is still alive can no longer commit. */
  async #clear(manifestKey: string): Promise<void> {
    const { store, intents } = this.#context;
    for (const attempt of await intents.list(this.id)) await intents.remove(attempt);
    for await (const key of store.list(`${KEYS.snapshot(this.id)}manifest-`)) {
      if (key !== manifestKey) await store.remove(key);
    }
  }
}

/** Takes an intent back, as far as the store answers soon: one that stays is found dead later. */
async function forget(context: RepositoryContext, intent: SnapshotAttemptInfo): Promise<void> {
  const patience = new AbortController();
  const stop = context.clock.every(FORGET_MS, () => patience.abort());
  await context
    .under(patience.signal)
    .intents.remove(intent)
    .catch(() => undefined);
  stop();
}

import { AppError } from '@lucid/core/app-error';
import { ChunkStreamWriter, type FinishedStream, type StreamHost } from './chunk-stream-writer.ts';
import type { Piece } from './chunk-task.ts';
import type { StoredChunk } from './chunk-store.ts';
import { encodeCommit, manifestHash, readCommit } from './commit.ts';
import { KEYS } from './format.ts';
import type { KnownChunks } from './known-chunks.ts';
import { manifestCorrupt, sealManifest, type ChunkRef, type PlacedStream } from './manifest.ts';
import { PackWriter, type Pack } from './pack-writer.ts';
import type { RepositoryContext } from './repository-context.ts';
import type { RepositoryOwner } from './repository-types.ts';
import type {
  JsonValue,
  SnapshotOptions,
  SnapshotSummary,
  SnapshotWriter,
  StreamKind,
  StreamWriter,
} from './snapshot-types.ts';

interface Sealed {
  readonly frame: Buffer;
  readonly hash: string;
  readonly createdAt: string;
}

/** Implements the contract of `SnapshotWriter` on chunks, packs and a manifest. */
export class ChunkSnapshotWriter implements SnapshotWriter, StreamHost {
  readonly id: string;
  readonly context: RepositoryContext;
  readonly packs: PackWriter;
  readonly #options: SnapshotOptions;
  readonly #owner: RepositoryOwner;
  readonly #known: KnownChunks;
  readonly #names = new Set<string>();
  readonly #finished = new Map<string, FinishedStream>();
  readonly #inFlight = new Set<Promise<unknown>>();
  #storedBytes = 0;
  #newChunks = 0;
  #reusedChunks = 0;
  #failure: unknown;
  #sealed: Sealed | undefined;

  constructor(context: RepositoryContext, options: SnapshotOptions, owner: RepositoryOwner, known: KnownChunks) {
    this.id = options.id;
    this.context = context;
    this.#options = options;
    this.#owner = owner;
    this.#known = known;
    this.packs = new PackWriter(context.chunker, context.seed, context.chunks.memory, (plain, pack) =>
      this.#putPack(plain, pack),
    );
  }

  openStream(name: string, { kind }: { kind: StreamKind }): StreamWriter {
    this.assertOpen();
    if (this.#names.has(name)) throw new AppError('CONFLICT', `The snapshot has a stream ${name} already.`);
    this.#names.add(name);
    return new ChunkStreamWriter(name, kind, this);
  }

  ended(stream: FinishedStream): void {
    this.#finished.set(stream.name, stream);
  }

  assertOpen(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#sealed) throw new Error('the snapshot has been committed');
  }

  async put(plain: Piece): Promise<{ stored: Promise<StoredChunk> }> {
    const put = await this.context.chunks.put(plain, this.#known);
    const counted = put.stored.then(
      (chunk) => this.#count(chunk),
      (error: unknown) => {
        this.#failure ??= error;
      },
    );
    this.#inFlight.add(counted);
    void counted.finally(() => this.#inFlight.delete(counted));
    return put;
  }

  async commit(meta: JsonValue): Promise<SnapshotSummary> {
    if (!this.#sealed) {
      this.assertOpen();
      if (this.#finished.size < this.#names.size) throw new Error('a stream of the snapshot has not ended');
      await this.packs.finish();
      await this.#settle();
      this.assertOpen();
      this.#sealed = this.#seal(meta);
    }
    return this.#publish(this.#sealed);
  }

  async abort(): Promise<void> {
    this.#failure ??= new AppError('JOB_CANCELLED', 'The snapshot was given up.');
    await this.#settle();
  }

  /** Waits for what is being stored, whatever becomes of it. */
  async #settle(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  #count({ storedBytes }: StoredChunk): void {
    this.#storedBytes += storedBytes;
    if (storedBytes > 0) this.#newChunks++;
    else this.#reusedChunks++;
  }

  async #putPack(plain: Piece, pack: Pack): Promise<void> {
    const { stored } = await this.put(plain);
    const filled = stored.then(
      (chunk) => {
        pack.stored = chunk;
      },
      () => undefined,
    );
    this.#inFlight.add(filled);
    void filled.finally(() => this.#inFlight.delete(filled));
  }

  #seal(meta: JsonValue): Sealed {
    const chunks: ChunkRef[] = [];
    const packs = new Map<Pack, number>();
    const place = (stream: FinishedStream): Pick<PlacedStream, 'first' | 'count' | 'offset'> => {
      const found = stream.place();
      if (!found) {
        const first = chunks.length;
        for (const chunk of stream.chunks) chunks.push(chunk);
        return { first, count: stream.chunks.length };
      }
      const first = packs.get(found.pack) ?? chunks.push(found.pack.stored as StoredChunk) - 1;
      packs.set(found.pack, first);
      return { first, count: 1, offset: found.offset };
    };
    const streams = [...this.#names].map((name): PlacedStream => {
      const stream = this.#finished.get(name) as FinishedStream;
      const { kind, meta: own, plainBytes, documents } = stream;
      return { name, kind, plainBytes, documents, meta: own, ...place(stream) };
    });
    const createdAt = this.context.clock.now().toISOString();
    const { repositoryId, keys } = this.context;
    const frame = sealManifest(keys, { id: this.id, repositoryId, createdAt, meta, streams, chunks });
    return { frame, hash: manifestHash(frame), createdAt };
  }

  /** Manifest, then COMMIT. Each step may be repeated; the COMMIT is the one moment at which the snapshot comes to be. */
  async #publish({ frame, hash }: Sealed): Promise<SnapshotSummary> {
    const { store, keys, ownership, clock } = this.context;
    await this.#options.assertHeld();
    await this.#assertOwner();
    const manifestKey = KEYS.manifest(this.id, hash);
    await store.putIfAbsent(manifestKey, frame);
    await store.flush();
    const stored = await store.get(manifestKey);
    if (!stored?.equals(frame)) throw manifestCorrupt(this.id);
    const { epoch, clusterId } = await ownership.assertOwn();
    const summary: SnapshotSummary = {
      id: this.id,
      plainBytes: [...this.#finished.values()].reduce((sum, { plainBytes }) => sum + plainBytes, 0),
      storedBytes: this.#storedBytes + frame.length,
      newChunks: this.#newChunks,
      reusedChunks: this.#reusedChunks,
    };
    const commit = encodeCommit(keys.authKey, {
      ...summary,
      manifestHash: hash,
      ownerClusterId: clusterId,
      ownerEpoch: epoch,
      fencingToken: this.#options.fencingToken,
      committedAt: clock.now().toISOString(),
    });
    await this.#assertOwner();
    await this.#options.assertHeld();
    const isFirst = await store.putIfAbsent(KEYS.commit(this.id), commit);
    if (!isFirst) await this.#assertMine(hash, manifestKey);
    await store.flush();
    await this.#removeOtherManifests(manifestKey);
    return summary;
  }

  async #assertOwner(): Promise<void> {
    const { clusterId, epoch } = await this.context.ownership.assertOwn();
    if (epoch === this.#owner.epoch) return;
    throw new AppError(
      'REPOSITORY_OWNED',
      `Cluster ${clusterId} took the repository over again while the snapshot was made.`,
    );
  }

  /** The COMMIT is there already: from an earlier call of this writer, or from another one. */
  async #assertMine(hash: string, manifestKey: string): Promise<void> {
    const { store, keys } = this.context;
    const commit = await readCommit(store, keys.authKey, this.id);
    if (commit?.manifestHash === hash) return;
    await store.remove(manifestKey);
    throw new AppError('LEASE_LOST', `Snapshot ${this.id} was committed by another worker.`);
  }

  /** What earlier attempts left; one that is still alive can no longer commit. */
  async #removeOtherManifests(manifestKey: string): Promise<void> {
    const { store } = this.context;
    for await (const key of store.list(`${KEYS.snapshot(this.id)}manifest-`)) {
      if (key !== manifestKey) await store.remove(key);
    }
  }
}

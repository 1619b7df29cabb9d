import { AppError } from '@lucid/core/app-error';
import { ChunkStreamWriter, type FinishedStream, type StreamHost } from './chunk-stream-writer.ts';
import type { Piece } from './chunk-task.ts';
import type { StoredChunk } from './chunk-store.ts';
import type { ChunkRef, PlacedStream } from './manifest.ts';
import { PackWriter, type Pack } from './pack-writer.ts';
import type { RepositoryContext } from './repository-context.ts';
import type { SealedSnapshot, SnapshotAttempt } from './snapshot-attempt.ts';
import type { JsonValue, SnapshotSummary, SnapshotWriter, StreamKind, StreamWriter } from './snapshot-types.ts';

/** Implements the contract of `SnapshotWriter` on chunks, packs and a manifest. */
export class ChunkSnapshotWriter implements SnapshotWriter, StreamHost {
  readonly id: string;
  readonly context: RepositoryContext;
  readonly packs: PackWriter;
  readonly #attempt: SnapshotAttempt;
  readonly #names = new Set<string>();
  readonly #finished = new Map<string, FinishedStream>();
  readonly #inFlight = new Set<Promise<unknown>>();
  #storedBytes = 0;
  #newChunks = 0;
  #reusedChunks = 0;
  #failure: unknown;
  #sealed: SealedSnapshot | undefined;

  constructor(context: RepositoryContext, attempt: SnapshotAttempt) {
    this.id = attempt.id;
    this.context = context;
    this.#attempt = attempt;
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
    const put = await this.context.chunks.put(plain, this.#attempt);
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
    const summary: Omit<SnapshotSummary, 'id' | 'storedBytes'> = {
      plainBytes: [...this.#finished.values()].reduce((sum, { plainBytes }) => sum + plainBytes, 0),
      newChunks: this.#newChunks,
      reusedChunks: this.#reusedChunks,
    };
    return this.#attempt.publish(this.#sealed, { ...summary, chunkBytes: this.#storedBytes });
  }

  async abort(): Promise<void> {
    this.#failure ??= new AppError('JOB_CANCELLED', 'The snapshot was given up.');
    await this.#settle();
    await this.#attempt.giveUp();
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

  #seal(meta: JsonValue): SealedSnapshot {
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
    return this.#attempt.seal({ createdAt, meta, streams, chunks });
  }
}

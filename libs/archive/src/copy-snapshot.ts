import { AppError } from '@lucid/core/app-error';
import { pieceOf } from './chunk-task.ts';
import { KnownChunks } from './known-chunks.ts';
import { loadSnapshot, type LoadedSnapshot } from './load-snapshot.ts';
import type { ChunkRef } from './manifest.ts';
import { inParallel } from './in-parallel.ts';
import { copyDataKeys, hasSameKeys } from './replica.ts';
import type { RepositoryContext } from './repository-context.ts';
import { SnapshotAttempt } from './snapshot-attempt.ts';
import type { SnapshotOptions } from './snapshot-types.ts';

export interface CopyOptions extends Omit<SnapshotOptions, 'id'> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: { chunks: number; totalChunks: number; bytes: number }) => void;
}

export interface CopyResult {
  readonly copiedChunks: number;
  /** Stored bytes of the copied chunks. */
  readonly copiedBytes: number;
  /** Chunks that the target had. */
  readonly presentChunks: number;
}

const PARALLEL = 4;

/** Copies a snapshot into another repository; see `Repository.copySnapshot`. */
export async function copySnapshot(
  source: RepositoryContext,
  target: RepositoryContext,
  id: string,
  options: CopyOptions,
): Promise<CopyResult> {
  const loaded = await loadSnapshot(source, id);
  const isReplica = hasSameKeys(source.ring.keySet, target.ring.keySet);
  const into = target.under(options.signal);
  const present = await loadSnapshot(into, id).catch(orUndefined);
  if (present) return alreadyThere(loaded, present);
  if (isReplica) await copyDataKeys(source, into);
  const attempt = await SnapshotAttempt.begin(target, { id, ...options });
  try {
    const copy = new Copy(source, into, attempt, isReplica);
    await copy.run(loaded.manifest.chunks, options);
    const { createdAt, meta, streams } = loaded.manifest;
    const chunks = loaded.manifest.chunks.map((chunk) => copy.placed(chunk));
    options.signal?.throwIfAborted();
    await attempt.publish(attempt.seal({ createdAt, meta, streams, chunks }), {
      plainBytes: loaded.commit.plainBytes,
      newChunks: copy.result.copiedChunks,
      reusedChunks: copy.result.presentChunks,
      chunkBytes: copy.result.copiedBytes,
    });
    return copy.result;
  } finally {
    await attempt.giveUp();
  }
}

class Copy {
  readonly result = { copiedChunks: 0, copiedBytes: 0, presentChunks: 0 };
  readonly #source: RepositoryContext;
  readonly #target: RepositoryContext;
  readonly #attempt: SnapshotAttempt;
  readonly #isReplica: boolean;
  /** Ids in a target with other keys, by the source's. */
  readonly #ids = new Map<string, Uint8Array>();

  constructor(source: RepositoryContext, target: RepositoryContext, attempt: SnapshotAttempt, isReplica: boolean) {
    this.#source = source;
    this.#target = target;
    this.#attempt = attempt;
    this.#isReplica = isReplica;
  }

  async run(chunks: readonly ChunkRef[], { signal, onProgress }: CopyOptions): Promise<void> {
    const distinct = distinctOf(chunks);
    let done = 0;
    await inParallel(distinct, PARALLEL, async (chunk) => {
      signal?.throwIfAborted();
      const bytes = this.#isReplica ? await this.#copyFrame(chunk) : await this.#sealAnew(chunk);
      if (bytes > 0) this.result.copiedChunks++;
      else this.result.presentChunks++;
      this.result.copiedBytes += bytes;
      onProgress?.({ chunks: ++done, totalChunks: distinct.length, bytes: this.result.copiedBytes });
    });
  }

  /** The chunk as the target's manifest names it. */
  placed({ id, plainBytes }: ChunkRef): ChunkRef {
    const own = this.#isReplica ? id : this.#ids.get(Buffer.from(id).toString('hex'));
    const copy = own && this.#attempt.known.get(own);
    if (!own || copy === undefined) throw new Error('a chunk was not copied');
    return { id: own, plainBytes, copy };
  }

  async #copyFrame(chunk: ChunkRef): Promise<number> {
    if (this.#attempt.known.has(chunk.id)) return 0;
    const frame = await this.#source.chunks.getFrame(chunk);
    return this.#target.chunks.putFrame(chunk.id, frame, this.#attempt);
  }

  async #sealAnew(chunk: ChunkRef): Promise<number> {
    const plain = await this.#source.chunks.get(chunk);
    const { stored } = await this.#target.chunks.put(pieceOf(plain), this.#attempt);
    const { id, storedBytes } = await stored;
    this.#ids.set(Buffer.from(chunk.id).toString('hex'), id);
    return storedBytes;
  }
}

function distinctOf(chunks: readonly ChunkRef[]): ChunkRef[] {
  const seen = new KnownChunks();
  return chunks.filter(({ id }) => {
    const isFirst = !seen.has(id);
    seen.add(id);
    return isFirst;
  });
}

/** A copy is made once. @throws AppError CONFLICT where the target has another snapshot under this id */
function alreadyThere({ manifest }: LoadedSnapshot, present: LoadedSnapshot): CopyResult {
  if (present.manifest.createdAt !== manifest.createdAt) {
    throw new AppError('CONFLICT', `The target has another snapshot ${manifest.id}.`);
  }
  return { copiedChunks: 0, copiedBytes: 0, presentChunks: distinctOf(present.manifest.chunks).length };
}

function orUndefined(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'BACKUP_NOT_FOUND') return undefined;
  throw error;
}

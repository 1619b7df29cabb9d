import type { Piece } from './chunk-task.ts';

const MIB = 1024 * 1024;
/** Sizes of the pieces. All are kept: how many there are is bounded by the chunks in flight and the open streams. The last holds a frame of the largest chunk. */
const SIZES = [MIB / 2, MIB, 2 * MIB, 4 * MIB, 8 * MIB + 4096];

/**
 * Memory for chunks, used again and again: fresh memory costs page faults, and garbage costs residency. It is shared with the
 * worker threads rather than transferred: V8 counts what is transferred as allocated, and answers with full collections (a
 * quarter of the CPU time of a backup, measured). What is larger (a single document of more than 8 MiB) is transferred all the same: V8 does
 * not count shared memory at all, so what is not used again would stay until something else makes it collect (2.4 GB after 150 pieces, measured).
 */
export class ChunkMemory {
  readonly #shelves = SIZES.map((size) => ({ size, free: [] as SharedArrayBuffer[] }));

  /** At least `bytes` of memory, with old content: a larger piece that lies idle rather than a new one. */
  take(bytes: number): ArrayBufferLike {
    const roomy = this.#shelves.filter(({ size }) => size >= bytes);
    const kept = roomy.find(({ free }) => free.length > 0)?.free.pop();
    if (kept) return kept;
    return roomy[0] ? new SharedArrayBuffer(roomy[0].size) : new ArrayBuffer(Math.ceil(bytes));
  }

  /** Takes memory back; it must not be used any more. */
  give(buffer: ArrayBufferLike): void {
    const shelf = this.#shelves.find(({ size }) => size === buffer.byteLength);
    if (buffer instanceof SharedArrayBuffer) shelf?.free.push(buffer);
  }
}

/** A chunk being filled. */
export class ChunkBuffer {
  readonly #memory: ChunkMemory;
  #bytes: Buffer<ArrayBufferLike> | undefined;
  #length = 0;

  constructor(memory: ChunkMemory) {
    this.#memory = memory;
  }

  get length(): number {
    return this.#length;
  }

  append(source: Buffer, start = 0, end = source.length): void {
    const needed = this.#length + end - start;
    if (needed === this.#length) return;
    if (!this.#bytes || this.#bytes.length < needed) this.#grow(needed);
    // `set` of a typed array copies shared memory word by word; `copy` does not.
    if (this.#bytes) source.copy(this.#bytes, this.#length, start, end);
    this.#length = needed;
  }

  /** Hands the content over and starts an empty chunk. */
  takePiece(): Piece {
    const piece = { buffer: this.#bytes?.buffer ?? this.#memory.take(1), length: this.#length };
    this.#bytes = undefined;
    this.#length = 0;
    return piece;
  }

  /** Gives the memory back; the content is gone. */
  discard(): void {
    this.#memory.give(this.takePiece().buffer);
  }

  #grow(needed: number): void {
    const isSmall = needed <= MIB / 2;
    const grown = Buffer.from(this.#memory.take(isSmall ? needed : Math.max(needed, 2 * MIB)));
    if (this.#bytes) {
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#memory.give(this.#bytes.buffer);
    }
    this.#bytes = grown;
  }
}

import type { Piece } from './chunk-task.ts';

const MIB = 1024 * 1024;
/** Sizes of the memory that is kept for reuse (bytes → how many pieces): most chunks are below 4 MiB. */
const KEPT = new Map([
  [MIB / 2, 4],
  [4 * MIB, 8],
  [8 * MIB, 2],
]);
const SIZES = [...KEPT.keys()];

/** Memory for plaintext chunks, used again and again: fresh memory costs page faults, and garbage costs residency. */
export class ChunkMemory {
  readonly #free = new Map<number, ArrayBuffer[]>(SIZES.map((size) => [size, []]));

  /** At least `bytes` of memory, with old content. */
  take(bytes: number): ArrayBuffer {
    const size = SIZES.find((candidate) => candidate >= bytes) ?? bytes;
    return this.#free.get(size)?.pop() ?? new ArrayBuffer(size);
  }

  give(buffer: ArrayBuffer): void {
    const free = this.#free.get(buffer.byteLength);
    if (free && free.length < (KEPT.get(buffer.byteLength) ?? 0)) free.push(buffer);
  }
}

/** A chunk being filled. */
export class ChunkBuffer {
  readonly #memory: ChunkMemory;
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  #length = 0;

  constructor(memory: ChunkMemory) {
    this.#memory = memory;
  }

  get length(): number {
    return this.#length;
  }

  append(source: Uint8Array, start = 0, end = source.length): void {
    const needed = this.#length + end - start;
    if (needed === this.#length) return;
    if (!this.#bytes || this.#bytes.length < needed) this.#grow(needed);
    this.#bytes?.set(source.subarray(start, end), this.#length);
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
    const grown = new Uint8Array(this.#memory.take(needed));
    if (this.#bytes) {
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#memory.give(this.#bytes.buffer);
    }
    this.#bytes = grown;
  }
}

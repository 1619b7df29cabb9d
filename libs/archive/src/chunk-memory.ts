import type { Piece } from './chunk-task.ts';

const MIB = 1024 * 1024;
/** Sizes of the pieces, and how many of each are kept: what the chunks in flight and a few open streams need at a time. */
const KEPT = [
  { size: MIB / 2, count: 2 },
  { size: MIB, count: 5 },
  { size: 2 * MIB, count: 6 },
  { size: 4 * MIB, count: 4 },
  { size: 8 * MIB, count: 2 },
];

/** Memory for chunks, used again and again: fresh memory costs page faults, and garbage costs residency. */
export class ChunkMemory {
  readonly #shelves = KEPT.map((shelf) => ({ ...shelf, free: [] as ArrayBuffer[] }));

  /** At least `bytes` of memory, with old content: a larger piece that lies idle rather than a new one. */
  take(bytes: number): ArrayBuffer {
    const roomy = this.#shelves.filter(({ size }) => size >= bytes);
    const kept = roomy.find(({ free }) => free.length > 0)?.free.pop();
    return kept ?? new ArrayBuffer(roomy[0]?.size ?? Math.ceil(bytes));
  }

  /** Takes memory back; it must not be used any more. */
  give(buffer: ArrayBuffer): void {
    const shelf = this.#shelves.find(({ size }) => size === buffer.byteLength);
    if (shelf && shelf.free.length < shelf.count) shelf.free.push(buffer);
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
    const isSmall = needed <= MIB / 2;
    const grown = new Uint8Array(this.#memory.take(isSmall ? needed : Math.max(needed, 2 * MIB)));
    if (this.#bytes) {
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#memory.give(this.#bytes.buffer);
    }
    this.#bytes = grown;
  }
}

import { createHash } from 'node:crypto';
import type { Cutter } from './cutter.ts';
import type { ChunkerParams } from './format.ts';

/** Bytes that take part in the 32-bit rolling hash: older ones are shifted out. */
const WINDOW_BYTES = 32;

/**
 * FastCDC with normalized chunking (Xia et al., USENIX ATC 2016): a rolling gear hash whose upper bits must be zero, one
 * bit more of them before the average size and one fewer after it. Hashing begins a window before `minBytes`.
 */
export class ByteCutter implements Cutter {
  readonly documents = 0;
  readonly #params: ChunkerParams;
  readonly #gear: Uint32Array;
  readonly #strict: number;
  readonly #loose: number;
  #hash = 0;

  constructor(params: ChunkerParams, seed: number) {
    this.#params = params;
    this.#gear = gearTable(seed);
    const bits = Math.round(Math.log2(params.averageBytes));
    this.#strict = (-1 << (32 - bits - 1)) >>> 0;
    this.#loose = (-1 << (32 - bits + 1)) >>> 0;
  }

  next(buffer: Uint8Array, start: number, filled: number): number {
    const { minBytes, averageBytes, maxBytes } = this.#params;
    const base = start - filled;
    const stop = Math.min(buffer.length, base + maxBytes);
    let at = Math.max(start, base + minBytes - WINDOW_BYTES);
    if (filled <= minBytes - WINDOW_BYTES) this.#hash = 0;
    let hash = this.#hash;
    const gear = this.#gear;
    // Three loops instead of a question at each byte: before the least size nothing is asked, then the mask changes once.
    for (const end = Math.min(stop, base + minBytes - 1); at < end; at++) {
      hash = ((hash << 1) + (gear[buffer[at] as number] as number)) | 0;
    }
    for (const end = Math.min(stop, base + averageBytes - 1), mask = this.#strict | 0; at < end; at++) {
      hash = ((hash << 1) + (gear[buffer[at] as number] as number)) | 0;
      if ((hash & mask) === 0) return at + 1;
    }
    for (const mask = this.#loose | 0; at < stop; at++) {
      hash = ((hash << 1) + (gear[buffer[at] as number] as number)) | 0;
      if ((hash & mask) === 0) return at + 1;
    }
    this.#hash = hash;
    return stop === base + maxBytes ? stop : -1;
  }
}

/** 256 pseudo-random words from SHA-256 of the seed and a counter. */
function gearTable(seed: number): Uint32Array {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i++)
    table[i] = createHash('sha256').update(`lucid gear ${seed} ${i}`).digest().readUInt32LE(0);
  return table;
}

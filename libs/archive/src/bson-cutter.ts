import { hash32, type Cutter } from './cutter.ts';
import type { ChunkerParams } from './format.ts';

/** MongoDB's limit of a document is 16 MiB; its own entries (oplog) may exceed it by 16 KiB. */
const DOCUMENT_LIMIT_BYTES = 16 * 1024 * 1024 + 16 * 1024;
/** What of a first element takes part in the hash: any `_id` of everyday use as a whole. */
const HASHED_BYTES = 64;

/** Length of a BSON value (bsonspec.org) whose type has a fixed one. */
const FIXED_LENGTHS: Record<number, number> = {
  0x01: 8,
  0x07: 12,
  0x08: 1,
  0x09: 8,
  0x10: 4,
  0x11: 8,
  0x12: 8,
  0x13: 16,
};

/**
 * Cuts concatenated BSON at document boundaries. From `minBytes` on, a document ends the chunk when the hash of its `_id`
 * is below a threshold in proportion to the document's length, so that a chunk grows by `averageBytes - minBytes` on
 * average, whatever the size of the documents. An inserted or removed document so changes only the chunks around it. A
 * document that would carry a chunk over `maxBytes` starts the next.
 */
export class BsonCutter implements Cutter {
  documents = 0;
  readonly #params: ChunkerParams;
  readonly #seed: number;
  readonly #thresholdPerByte: number;

  constructor(params: ChunkerParams, seed: number) {
    this.#params = params;
    this.#seed = seed;
    this.#thresholdPerByte = 2 ** 32 / Math.max(1, params.averageBytes - params.minBytes);
  }

  next(buffer: Uint8Array, start: number, filled: number): number {
    const { minBytes, maxBytes } = this.#params;
    const base = filled - start;
    let at = start;
    while (at < buffer.length) {
      const length = documentLength(buffer, at);
      const before = base + at;
      if (before > 0 && before + length > maxBytes) return at;
      this.documents++;
      at += length;
      if (before + length >= minBytes && this.#isBoundary(buffer, at - length, length)) return at;
    }
    return -1;
  }

  #isBoundary(buffer: Uint8Array, start: number, length: number): boolean {
    return hash32(buffer, start + 4, hashEnd(buffer, start, length), this.#seed) < length * this.#thresholdPerByte;
  }
}

function documentLength(buffer: Uint8Array, at: number): number {
  const length = at + 4 <= buffer.length ? int32(buffer, at) : 0;
  if (length < 5 || length > DOCUMENT_LIMIT_BYTES || at + length > buffer.length || buffer[at + length - 1] !== 0) {
    throw new RangeError('the buffer does not hold whole BSON documents');
  }
  return length;
}

function int32(buffer: Uint8Array, at: number): number {
  return (
    (buffer[at] as number) |
    ((buffer[at + 1] as number) << 8) |
    ((buffer[at + 2] as number) << 16) |
    ((buffer[at + 3] as number) << 24)
  );
}

/** End of the bytes that are hashed: the `_id` element where it comes first, else the document's beginning (oplog entries). */
function hashEnd(buffer: Uint8Array, start: number, length: number): number {
  const last = start + length - 1;
  const isId =
    buffer[start + 5] === 0x5f && buffer[start + 6] === 0x69 && buffer[start + 7] === 0x64 && buffer[start + 8] === 0;
  const limit = Math.min(last, start + 4 + (isId ? HASHED_BYTES : 4 * HASHED_BYTES));
  if (!isId) return limit;
  return Math.min(limit, start + 9 + valueLength(buffer, start + 9, buffer[start + 4] as number));
}

function valueLength(buffer: Uint8Array, at: number, type: number): number {
  const fixed = FIXED_LENGTHS[type];
  if (fixed !== undefined) return fixed;
  if (at + 4 > buffer.length) return 0;
  const length = int32(buffer, at);
  if (length < 0) return 0;
  if (type === 0x02) return 4 + length; // string
  if (type === 0x03) return length; // document
  if (type === 0x05) return 5 + length; // binary
  return 0;
}

/** Finds where a stream is cut into chunks; one object a stream. */
export interface Cutter {
  /** Whole BSON documents seen so far; 0 in a stream of bytes. */
  readonly documents: number;
  /**
   * Looks at `buffer` from `start` on, where the present chunk already holds `filled` bytes.
   * @returns where the chunk ends, or -1 where all the rest belongs to it
   * @throws RangeError where the bytes cannot be what the stream holds
   */
  next(buffer: Uint8Array, start: number, filled: number): number;
}

/** FNV-1a over a range, then the finalizer of MurmurHash3 so that every bit depends on every byte. */
export function hash32(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

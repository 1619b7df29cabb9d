/** Does `second` lie right behind `first` in memory, as successive reads of a socket do? */
export function isBehind(first: Buffer, second: Buffer): boolean {
  return first.buffer === second.buffer && first.byteOffset + first.length === second.byteOffset;
}

/** One buffer after the other; no copy where they lie side by side. */
export function joinBuffers(first: Buffer, second: Buffer): Buffer {
  if (first.length === 0) return second;
  return isBehind(first, second)
    ? Buffer.from(first.buffer, first.byteOffset, first.length + second.length)
    : Buffer.concat([first, second]);
}

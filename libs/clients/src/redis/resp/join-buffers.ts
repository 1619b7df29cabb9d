/** One buffer after the other; no copy where they lie side by side in memory, as successive reads of a socket do. */
export function joinBuffers(first: Buffer, second: Buffer): Buffer {
  if (first.length === 0) return second;
  const isAdjacent = first.buffer === second.buffer && first.byteOffset + first.length === second.byteOffset;
  return isAdjacent
    ? Buffer.from(first.buffer, first.byteOffset, first.length + second.length)
    : Buffer.concat([first, second]);
}

import { invalid } from './rdb-format.ts';

/**
 * LZF as Redis compresses strings with it (lzf_d.c): a control byte under 32 is followed by that many literal bytes and one; any
 * other is a reference to bytes already written.
 * @throws AppError RDB_INVALID where the result has not exactly `length` bytes
 */
export function decompressLzf(source: Uint8Array, length: number): Buffer {
  // No run is longer than 264 bytes, and it takes two bytes at least: hostile input gets no memory beyond that.
  if (length > source.length * 264) throw invalid('a compressed string has an impossible length');
  const target = Buffer.allocUnsafe(length);
  let at = 0;
  let filled = 0;
  while (at < source.length) {
    const control = source[at++] as number;
    if (control < 32) {
      const count = control + 1;
      if (at + count > source.length || filled + count > length) throw damaged();
      target.set(source.subarray(at, at + count), filled);
      at += count;
      filled += count;
      continue;
    }
    let count = control >> 5;
    if (count === 7) count += byteAt(source, at++);
    count += 2;
    let from = filled - ((control & 31) << 8) - 1 - byteAt(source, at++);
    if (from < 0 || filled + count > length) throw damaged();
    // The ranges may overlap: that is how runs are written.
    for (const stop = filled + count; filled < stop;) target[filled++] = target[from++] as number;
  }
  if (filled !== length) throw damaged();
  return target;
}

function byteAt(source: Uint8Array, at: number): number {
  const byte = source[at];
  if (byte === undefined) throw damaged();
  return byte;
}

function damaged(): Error {
  return invalid('a compressed string is damaged');
}

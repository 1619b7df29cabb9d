import { decompressLzf } from './lzf.ts';
import { invalid } from './rdb-format.ts';
import { integerSize, lengthSize, readLength } from './rdb-length.ts';

/**
 * Where the string that begins at `at` ends, or -1 where that cannot be told before more bytes are there (the end may lie beyond
 * the buffer). @throws AppError RDB_INVALID
 */
export function stringEnd(bytes: Buffer, at: number, end: number): number {
  if (at >= end) return -1;
  const first = bytes[at] as number;
  const size = lengthSize(first);
  if (size === 1) return at + 1 + (first & 63);
  if (size > 0) return at + size > end ? -1 : at + size + readLength(bytes, at, size);
  const integer = integerSize(first);
  if (integer > 0) return at + 1 + integer;
  const packed = sizedLength(bytes, at + 1, end);
  if (packed < 0) return -1;
  const plain = sizedLength(bytes, at + 1 + packed, end);
  if (plain < 0) return -1;
  return at + 1 + packed + plain + readLength(bytes, at + 1, packed);
}

/** Size of the length at `at`, or -1 where it is not all there. */
function sizedLength(bytes: Buffer, at: number, end: number): number {
  if (at >= end) return -1;
  const size = lengthSize(bytes[at] as number);
  if (size === 0) throw invalid('a length is missing');
  return at + size > end ? -1 : size;
}

/** The content of the string at `start`, which is all there: a view where it is stored plain, else a buffer of its own. */
export function readString(bytes: Buffer, start: number, end: number): Buffer {
  const first = bytes[start] as number;
  const size = lengthSize(first);
  if (size > 0) return bytes.subarray(start + size, end);
  const integer = integerSize(first);
  if (integer > 0) return Buffer.from(String(bytes.readIntLE(start + 1, integer)));
  const packed = lengthSize(bytes[start + 1] as number);
  const plain = lengthSize(bytes[start + 1 + packed] as number);
  const length = readLength(bytes, start + 1 + packed, plain);
  return decompressLzf(bytes.subarray(start + 1 + packed + plain, end), length);
}

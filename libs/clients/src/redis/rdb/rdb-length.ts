import { ENCODINGS, invalid, LENGTHS } from './rdb-format.ts';

/** Bytes of a length that begins with `first`; 0 where it is no length but a special encoding. */
export function lengthSize(first: number): number {
  const upper = first >> 6;
  if (upper === LENGTHS.bits6) return 1;
  if (upper === LENGTHS.bits14) return 2;
  if (first === LENGTHS.bits32) return 5;
  if (first === LENGTHS.bits64) return 9;
  if (upper === LENGTHS.encoded) return 0;
  throw invalid(`a length begins with byte ${first}`);
}

/** The length at `at`, all of whose `size` bytes are there. @throws AppError RDB_INVALID beyond 2^53 */
export function readLength(bytes: Buffer, at: number, size: number): number {
  if (size === 1) return (bytes[at] as number) & 63;
  if (size === 2) return (((bytes[at] as number) & 63) << 8) | (bytes[at + 1] as number);
  if (size === 5) return bytes.readUInt32BE(at + 1);
  const length = bytes.readUInt32BE(at + 1) * 2 ** 32 + bytes.readUInt32BE(at + 5);
  if (length > Number.MAX_SAFE_INTEGER) throw invalid('a length is impossible');
  return length;
}

/** Bytes after the first of a string with a special encoding, or -1 for a compressed one. */
export function integerSize(first: number): number {
  const encoding = first & 63;
  if (encoding === ENCODINGS.int8) return 1;
  if (encoding === ENCODINGS.int16) return 2;
  if (encoding === ENCODINGS.int32) return 4;
  if (encoding === ENCODINGS.lzf) return -1;
  throw invalid(`a string has the unknown encoding ${encoding}`);
}

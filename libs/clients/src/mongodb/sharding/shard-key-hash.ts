import { createHash, type Hash } from 'node:crypto';
import { elementsOf } from '../wire/bson-walk.ts';
import { type BsonValue, type Decimal, decimalOf, rankOf } from './bson-order.ts';

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

/**
 * What a hashed index holds for a value: the first eight bytes of an MD5, as `BSONElementHasher::hash64` of the server makes it
 * (https://github.com/mongodb/mongo/blob/master/src/mongo/db/hasher.cpp), with the seed 0. @returns a BSON int64
 */
export function hashedValue(value: BsonValue): BsonValue {
  const md5 = createHash('md5');
  md5.update(int32(0));
  addValue(md5, value, undefined);
  return { type: 0x12, value: md5.digest().subarray(0, 8) };
}

/** Numbers of all types count as the int64 that they come to, so that 1 and 1.0 are in one chunk. */
function addValue(md5: Hash, { type, value }: BsonValue, name: string | undefined): void {
  md5.update(int32(rankOf(type)));
  if (name !== undefined) md5.update(`${name}\0`, 'utf8');
  if (type === 0x03 || type === 0x04) return addElements(md5, value);
  if (type === 0x0f) {
    const codeBytes = value.readInt32LE(4);
    md5.update(value.subarray(8, 8 + codeBytes));
    return addElements(md5, value.subarray(8 + codeBytes));
  }
  md5.update(toInt64(type, value) ?? value);
}

function addElements(md5: Hash, document: Buffer): void {
  for (const { type, name, start, end } of elementsOf(document, 0, document.length))
    addValue(md5, { type, value: document.subarray(start, end) }, name);
  md5.update(int32(0)); // the end of the document is an element too, of rank 0
}

function toInt64(type: number, value: Buffer): Buffer | undefined {
  if (type === 0x10) return int64(BigInt(value.readInt32LE()));
  if (type === 0x12) return value;
  if (type === 0x01) return int64(cut(value.readDoubleLE()));
  return type === 0x13 ? int64(rounded(decimalOf({ type, value }))) : undefined;
}

/** A decimal is rounded, a half to the even neighbour, where a double is cut. */
function rounded({ coefficient, exponent, special }: Decimal): bigint {
  if (special !== 0) return [0n, LOWEST, 0n, HIGHEST][special + 2] ?? 0n;
  if (exponent >= 0) return within(coefficient * 10n ** BigInt(exponent));
  const divisor = 10n ** BigInt(-exponent);
  const [whole, rest] = [coefficient / divisor, coefficient % divisor];
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const isAway = twice > divisor || (twice === divisor && whole % 2n !== 0n);
  return within(isAway ? whole + (coefficient < 0n ? -1n : 1n) : whole);
}

function within(number: bigint): bigint {
  if (number > HIGHEST) return HIGHEST;
  return number < LOWEST ? LOWEST : number;
}

/** 2^63 itself becomes the lowest number: what it once overflowed to is in indexes. */
function cut(number: number): bigint {
  if (Number.isNaN(number)) return 0n;
  if (number === 2 ** 63) return LOWEST;
  if (number > 2 ** 63) return HIGHEST;
  return number < -(2 ** 63) ? LOWEST : BigInt(Math.trunc(number));
}

function int32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(number);
  return bytes;
}

function int64(number: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(number);
  return bytes;
}

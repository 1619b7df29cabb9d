import { Decimal128 } from 'bson';
import { elementsOf } from '../wire/bson-walk.ts';

/** A BSON value, undecoded: its type and what follows its name (https://bsonspec.org/spec.html). */
export interface BsonValue {
  readonly type: number;
  readonly value: Buffer;
}

const DOUBLE = 0x01;
const INT32 = 0x10;
const INT64 = 0x12;
const DECIMAL = 0x13;
const NUMBERS = 10;

/** Ranks of types, those of one rank compare by value: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/ */
const RANKS: Readonly<Record<number, number>> = {
  0xff: -1, // min key
  0x06: 0, // undefined
  0x0a: 5, // null
  [DOUBLE]: NUMBERS,
  [INT32]: NUMBERS,
  [INT64]: NUMBERS,
  [DECIMAL]: NUMBERS,
  0x02: 15, // string
  0x0e: 15, // symbol
  0x03: 20, // document
  0x04: 25, // array
  0x05: 30, // binary
  0x07: 35, // ObjectId
  0x08: 40, // boolean
  0x09: 45, // date
  0x11: 47, // timestamp
  0x0b: 50, // regular expression
  0x0c: 55, // DBPointer
  0x0d: 60, // code
  0x0f: 65, // code with scope
  0x7f: 127, // max key
};

/** The rank of a type among the types, which is also what MongoDB hashes for it (`canonicalizeBSONType`). @throws RangeError */
export function rankOf(type: number): number {
  const rank = RANKS[type];
  if (rank === undefined) throw new RangeError(`BSON type ${type} is not known`);
  return rank;
}

/** The order of MongoDB's indexes without a collation, as chunks have it: negative, zero or positive. @throws RangeError */
export function compareBson(a: BsonValue, b: BsonValue): number {
  const rank = rankOf(a.type);
  const ranks = rank - rankOf(b.type);
  if (ranks !== 0) return ranks;
  if (rank === NUMBERS) return compareNumbers(a, b);
  switch (a.type) {
    case 0x02:
    case 0x0d:
    case 0x0e:
      return Buffer.compare(a.value.subarray(4), b.value.subarray(4));
    case 0x03:
    case 0x04:
      return compareDocuments(a.value, b.value);
    case 0x05: // length, then kind, then bytes
      return a.value.readInt32LE() - b.value.readInt32LE() || Buffer.compare(a.value.subarray(4), b.value.subarray(4));
    case 0x09:
      return sign(a.value.readBigInt64LE(), b.value.readBigInt64LE());
    case 0x11:
      return sign(a.value.readBigUInt64LE(), b.value.readBigUInt64LE());
    default:
      return Buffer.compare(a.value, b.value);
  }
}

/** Field by field: rank of the type, name, value; a document that ends first is the smaller one. */
function compareDocuments(a: Buffer, b: Buffer): number {
  const [left, right] = [elementsIn(a), elementsIn(b)];
  for (let at = 0; ; at += 1) {
    const [one, other] = [left[at], right[at]];
    if (!one || !other) return (one ? 1 : 0) - (other ? 1 : 0);
    const difference =
      rankOf(one.type) - rankOf(other.type) ||
      Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)) ||
      compareBson(one, other);
    if (difference !== 0) return difference;
  }
}

function elementsIn(document: Buffer): (BsonValue & { name: string })[] {
  return [...elementsOf(document, 0, document.length)].map(({ type, name, start, end }) => ({
    ...{ type, name },
    value: document.subarray(start, end),
  }));
}

/** NaN comes before every other number. JavaScript compares a bigint with a number exactly. */
function compareNumbers(a: BsonValue, b: BsonValue): number {
  if (a.type === DECIMAL || b.type === DECIMAL) return compareDecimals(decimalOf(a), decimalOf(b));
  const [left, right] = [plainNumber(a), plainNumber(b)];
  const [isLeftNaN, isRightNaN] = [Number.isNaN(left), Number.isNaN(right)];
  if (isLeftNaN || isRightNaN) return Number(isRightNaN) - Number(isLeftNaN);
  return sign(left, right);
}

function sign(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function plainNumber({ type, value }: BsonValue): number | bigint {
  if (type === DOUBLE) return value.readDoubleLE();
  return type === INT32 ? value.readInt32LE() : value.readBigInt64LE();
}

/** `coefficient` * 10^`exponent`, or what is beyond all numbers. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
  /** -2: NaN, -1 and 1: infinite, 0: a number. */
  readonly special: number;
}

function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.special !== 0 || b.special !== 0) return a.special - b.special;
  const lowest = Math.min(a.exponent, b.exponent);
  const scaled = ({ coefficient, exponent }: Decimal): bigint => coefficient * 10n ** BigInt(exponent - lowest);
  return sign(scaled(a), scaled(b));
}

/** A number of any type, exactly. */
export function decimalOf(number: BsonValue): Decimal {
  if (number.type === DECIMAL) return fromText(new Decimal128(Buffer.from(number.value)).toString());
  const plain = plainNumber(number);
  if (typeof plain === 'bigint') return { coefficient: plain, exponent: 0, special: 0 };
  if (!Number.isFinite(plain)) return fromText(String(plain));
  // A double is m / 2^n exactly, and that is m * 5^n / 10^n.
  let [scaled, halvings] = [plain, 0];
  while (!Number.isInteger(scaled)) [scaled, halvings] = [scaled * 2, halvings + 1];
  return { coefficient: BigInt(scaled) * 5n ** BigInt(halvings), exponent: -halvings, special: 0 };
}

const DECIMAL_TEXT = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/;

function fromText(text: string): Decimal {
  const match = DECIMAL_TEXT.exec(text);
  if (!match) return { coefficient: 0n, exponent: 0, special: text === 'NaN' ? -2 : text.startsWith('-') ? -1 : 1 };
  const [, minus = '', whole = '', fraction = '', exponent = '0'] = match;
  const coefficient = BigInt(whole + fraction) * (minus === '-' ? -1n : 1n);
  return { coefficient, exponent: Number(exponent) - fraction.length, special: 0 };
}

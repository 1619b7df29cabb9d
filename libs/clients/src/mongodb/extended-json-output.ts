import { Binary } from 'mongodb';
import type {
  BSONRegExp,
  BSONSymbol,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  ObjectId,
  Timestamp,
} from 'mongodb';

const INT32_MAX = 0x7fffffff;
const INT32_MIN = -0x80000000;
const YEAR_10000_MS = 253_402_300_800_000;

/** A whole number of 64 bits: plain where it is read back as one, so outside of 32 bits and not rounded by JSON. */
export function int64ToJson(value: bigint): number | { $numberLong: string } {
  const number = Number(value);
  const isPlain = (number > INT32_MAX || number < INT32_MIN) && Number.isSafeInteger(number);
  return isPlain ? number : { $numberLong: String(value) };
}

/** A double: plain where it has a fraction, so that it is not read back as a whole number. */
export function doubleToJson(value: number): number | { $numberDouble: string } {
  if (!Number.isInteger(value)) return Number.isFinite(value) ? value : { $numberDouble: String(value) };
  const digits = Object.is(value, -0) ? '-0' : String(value);
  return { $numberDouble: /^-?\d+$/.test(digits) ? `${digits}.0` : digits };
}

/** A time in milliseconds: as text from 1970 to 9999. `exactMs` is the same time where a number cannot hold it. */
export function timeToJson(ms: number, exactMs: bigint | number = ms): { $date: string | { $numberLong: string } } {
  if (!(ms >= 0 && ms < YEAR_10000_MS)) return { $date: { $numberLong: String(exactMs) } };
  const iso = new Date(ms).toISOString();
  return { $date: iso.endsWith('.000Z') ? `${iso.slice(0, -5)}Z` : iso };
}

/**
 * The JSON of a BSON value as the driver gives it, in the form that `extended-json.ts` describes. A number that the driver has
 * promoted is written as it is: who needs its exact type reads with `promoteValues: false`, or writes from the bytes
 * (`bson-to-json.ts`).
 */
export function toExtendedJson(value: unknown): unknown {
  if (typeof value === 'bigint') return int64ToJson(value);
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : doubleToJson(value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map(toExtendedJson);
  return typedToJson(value) ?? fieldsToJson(value);
}

function fieldsToJson(value: object): Record<string, unknown> {
  const entries = value instanceof Map ? [...(value as Map<string, unknown>)] : Object.entries(value);
  // fromEntries defines its fields, so one called __proto__ is a field like any other.
  const present = entries.filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(present.map(([key, inner]) => [key, toExtendedJson(inner)]));
}

/** A value of a type of its own; `undefined` for a document. */
function typedToJson(value: object): object | number | undefined {
  if (value instanceof Date) return timeToJson(value.getTime());
  if (value instanceof RegExp) return regExpToJson(value.source, value.flags.replaceAll(/[^ims]/g, ''));
  if (value instanceof Uint8Array) return binaryToJson(new Binary(value));
  // By name, because a process may hold bson twice; a stored field of that name is not one that the class brought.
  const name = Object.hasOwn(value, '_bsontype') ? undefined : (value as { _bsontype?: string })._bsontype;
  return name === undefined ? undefined : WRITERS[name]?.(value as never);
}

const WRITERS: Readonly<Record<string, (value: never) => object | number>> = {
  Binary: (value: Binary) => binaryToJson(value),
  BSONRegExp: ({ pattern, options }: BSONRegExp) => regExpToJson(pattern, options),
  BSONSymbol: ({ value }: BSONSymbol) => ({ $symbol: value }),
  Code: (value: Code) => codeToJson(value),
  DBRef: (value: DBRef) => dbRefToJson(value),
  Decimal128: (value: Decimal128) => ({ $numberDecimal: value.toString() }),
  Double: ({ value }: Double) => doubleToJson(value),
  Int32: ({ value }: Int32) => value,
  Long: (value: Long) => int64ToJson(value.toBigInt()),
  MaxKey: () => ({ $maxKey: 1 }),
  MinKey: () => ({ $minKey: 1 }),
  ObjectId: (value: ObjectId) => ({ $oid: value.toHexString() }),
  Timestamp: ({ t, i }: Timestamp) => ({ $timestamp: { t, i } }),
};

function binaryToJson(binary: Binary): object {
  const subType = binary.sub_type.toString(16).padStart(2, '0');
  return { $binary: { base64: Buffer.from(binary.value()).toString('base64'), subType } };
}

function regExpToJson(pattern: string, options: string): object {
  return { $regularExpression: { pattern, options } };
}

function codeToJson({ code, scope }: Code): object {
  return { $code: String(code), ...(scope && { $scope: toExtendedJson(scope) }) };
}

function dbRefToJson({ collection, oid, db, fields }: DBRef): object {
  return fieldsToJson({ $ref: collection, $id: oid, ...(db !== undefined && { $db: db }), ...fields });
}

import { AppError } from '@lucid/core/app-error';
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
} from 'mongodb';
import { Timestamp, UUID } from 'mongodb';

type Wrapper = Readonly<Record<string, unknown>>;

/** Where a value stands in what is read, for the pointer of an error. */
export type JsonPath = readonly string[];

const INT32 = { min: -0x80000000, max: 0x7fffffff };
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const INTEGER = /^-?\d{1,19}$/;
const DOUBLE = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ISO_TIME = /^(\d{4}-\d{2}-(\d{2}))T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;
const UUID_TEXT = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** @throws AppError EXTENDED_JSON_INVALID with a JSON Pointer to the value */
export function refuseJson(path: JsonPath, message: string): never {
  const pointer = path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const errors = [{ pointer, code: 'EXTENDED_JSON', message }];
  const where = pointer === '' ? 'the value' : pointer.slice(0, 200);
  throw new AppError('EXTENDED_JSON_INVALID', `${where}: ${message}`, { errors });
}

/**
 * The typed values of Extended JSON v2, by the key that names them; the other keys each may have beside it.
 * Source: https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/
 */
const READERS: Readonly<Record<string, { beside?: string; read: (wrapper: Wrapper, path: JsonPath) => unknown }>> = {
  $oid: { read: ({ $oid }, path) => objectId($oid, path) },
  $numberInt: { read: ({ $numberInt }, path) => int32($numberInt, path) },
  $numberLong: { read: ({ $numberLong }, path) => int64($numberLong, path) },
  $numberDouble: { read: ({ $numberDouble }, path) => double($numberDouble, path) },
  $numberDecimal: { read: ({ $numberDecimal }, path) => decimal($numberDecimal, path) },
  $date: { read: ({ $date }, path) => date($date, path) },
  $binary: { read: ({ $binary }, path) => binary($binary, path) },
  $uuid: { read: ({ $uuid }, path) => uuid($uuid, path) },
  $timestamp: { read: ({ $timestamp }, path) => timestamp($timestamp, path) },
  $regularExpression: { read: ({ $regularExpression }, path) => regularExpression($regularExpression, path) },
  $symbol: { read: ({ $symbol }, path) => new BSONSymbol(text($symbol, path, '$symbol')) },
  $code: { beside: '$scope', read: code },
  $minKey: { read: ({ $minKey }, path) => one($minKey, path, new MinKey()) },
  $maxKey: { read: ({ $maxKey }, path) => one($maxKey, path, new MaxKey()) },
  $undefined: { read: (_, path) => refuseJson(path, '$undefined cannot be stored any more: leave the field out') },
  $dbPointer: { read: (_, path) => refuseJson(path, '$dbPointer cannot be stored any more: use {"$ref", "$id"}') },
};

/** Whether this key makes an object a typed value. */
export function isTypeKey(key: string): boolean {
  return Object.hasOwn(READERS, key);
}

/** @throws AppError EXTENDED_JSON_INVALID where the value is not as its type has it, or has more keys */
export function readTypedValue(key: string, wrapper: Wrapper, path: JsonPath): unknown {
  const reader = READERS[key];
  if (!reader) throw new Error(`${key} is no type of Extended JSON`);
  const stranger = Object.keys(wrapper).find((other) => other !== key && other !== reader.beside);
  if (stranger !== undefined) refuseJson(path, `${JSON.stringify(stranger)} has no place beside ${key}`);
  return reader.read(wrapper, path);
}

function text(value: unknown, path: JsonPath, key: string): string {
  return typeof value === 'string' ? value : refuseJson(path, `${key} takes a string`);
}

function objectId(value: unknown, path: JsonPath): ObjectId {
  if (typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)) return ObjectId.createFromHexString(value);
  return refuseJson(path, '$oid takes 24 hexadecimal digits');
}

function int32(value: unknown, path: JsonPath): Int32 {
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : NaN;
  if (number >= INT32.min && number <= INT32.max) return new Int32(number);
  return refuseJson(path, '$numberInt takes a whole number of 32 bits as a string');
}

function int64(value: unknown, path: JsonPath): Long {
  if (typeof value === 'string' && INTEGER.test(value)) {
    const number = BigInt(value);
    if (number >= INT64.min && number <= INT64.max) return Long.fromBigInt(number);
  }
  return refuseJson(path, '$numberLong takes a whole number of 64 bits as a string');
}

function double(value: unknown, path: JsonPath): Double {
  if (value === 'NaN') return new Double(NaN);
  if (value === 'Infinity' || value === '-Infinity') return new Double(Number(value));
  if (typeof value === 'string' && value.length <= 400 && DOUBLE.test(value)) return new Double(Number(value));
  return refuseJson(path, '$numberDouble takes a number, NaN, Infinity or -Infinity as a string');
}

function decimal(value: unknown, path: JsonPath): Decimal128 {
  try {
    if (typeof value === 'string' && value.length <= 100) return Decimal128.fromString(value);
  } catch {
    // What is wrong with it is said below.
  }
  return refuseJson(path, '$numberDecimal takes a number of at most 34 digits as a string');
}

function date(value: unknown, path: JsonPath): Date {
  if (typeof value === 'string') {
    const [, day = '', dayOfMonth = ''] = ISO_TIME.exec(value) ?? [];
    const parsed = new Date(value);
    // 30 February would otherwise be read as 2 March.
    const isDay = day !== '' && new Date(`${day}T00:00:00Z`).getUTCDate() === Number(dayOfMonth);
    if (isDay && !Number.isNaN(parsed.getTime())) return parsed;
  }
  if (isObject(value) && Object.keys(value).join() === '$numberLong') {
    const parsed = new Date(int64(value['$numberLong'], path).toNumber());
    if (!Number.isNaN(parsed.getTime())) return parsed;
    return refuseJson(path, '$date is beyond what can be calculated with: ±8640000000000000 ms');
  }
  return refuseJson(path, '$date takes a time such as "2025-01-09T02:00:00Z", or {"$numberLong": "<ms>"}');
}

function binary(value: unknown, path: JsonPath): Binary {
  const { base64, subType, ...others } = isObject(value) ? value : {};
  const isBinary = typeof base64 === 'string' && base64.length % 4 === 0 && BASE64.test(base64);
  if (isBinary && typeof subType === 'string' && /^[0-9a-f]{1,2}$/i.test(subType) && Object.keys(others).length === 0)
    return new Binary(Buffer.from(base64, 'base64'), Number.parseInt(subType, 16));
  return refuseJson(path, '$binary takes {"base64": "<padded>", "subType": "<one or two hexadecimal digits>"}');
}

function uuid(value: unknown, path: JsonPath): Binary {
  if (typeof value === 'string' && UUID_TEXT.test(value)) return new UUID(value).toBinary();
  return refuseJson(path, '$uuid takes a UUID such as "8d3f2c1e-4b5a-4c6d-8e7f-0a1b2c3d4e5f"');
}

function timestamp(value: unknown, path: JsonPath): Timestamp {
  const { t, i, ...others } = isObject(value) ? value : {};
  if (isUint32(t) && isUint32(i) && Object.keys(others).length === 0) return new Timestamp({ t, i });
  return refuseJson(path, '$timestamp takes {"t": <seconds>, "i": <increment>}, both whole numbers of 32 bits');
}

function regularExpression(value: unknown, path: JsonPath): BSONRegExp {
  const { pattern, options, ...others } = isObject(value) ? value : {};
  const areTexts = typeof pattern === 'string' && typeof options === 'string' && Object.keys(others).length === 0;
  if (areTexts && /^[imxlsu]*$/.test(options) && !pattern.includes('\0')) return new BSONRegExp(pattern, options);
  return refuseJson(path, '$regularExpression takes {"pattern": "…", "options": "<of i, l, m, s, u, x>"}');
}

function code(wrapper: Wrapper, path: JsonPath): Code {
  const source = text(wrapper['$code'], path, '$code');
  const scope = wrapper['$scope'];
  if (scope === undefined) return new Code(source);
  return isObject(scope) ? new Code(source, scope) : refuseJson(path, '$scope takes a document');
}

function one<T>(value: unknown, path: JsonPath, result: T): T {
  return value === 1 ? result : refuseJson(path, '$minKey and $maxKey take 1');
}

function isUint32(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffffffff;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

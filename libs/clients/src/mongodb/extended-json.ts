import { Long, type Document } from 'mongodb';
import { isTypeKey, readTypedValue, refuseJson } from './extended-json-types.ts';

export { toExtendedJson } from './extended-json-output.ts';

/**
 * Extended JSON v2 (https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/), relaxed where that is lossless and
 * canonical where it is not:
 *
 * | BSON | JSON |
 * |---|---|
 * | int32 | `5` |
 * | int64 | `5000000000` outside of 32 bits and within ±(2^53 − 1), else `{"$numberLong": "5"}` |
 * | double | `0.5` with a fraction, else `{"$numberDouble": "5.0"}` |
 * | date | `{"$date": "2025-01-09T02:00:00Z"}` from 1970 to 9999, else `{"$date": {"$numberLong": "<ms>"}}` |
 * | everything else | as canonical Extended JSON |
 *
 * A plain number is read the same way: whole ones are int32 or int64, others doubles.
 */

/** MongoDB's own limit: https://www.mongodb.com/docs/manual/reference/limits/#bson-documents */
const MAX_DEPTH = 100;
const INT32_MAX = 0x7fffffff;
const INT32_MIN = -0x80000000;
const INT64_LIMIT = 2 ** 63;
const DOLLAR = 36;
const UNDERSCORE = 95;

/**
 * What `JSON.parse` gave, with its typed values (`{"$oid": …}`) made those of the driver. Other keys that begin with `$` stay
 * as they are: in a filter they are operators. The input is not changed; what holds nothing to convert comes back as it is.
 * `pointer` names where the value stands in the request.
 * @throws AppError EXTENDED_JSON_INVALID with a pointer: broken typed values, whole numbers that JSON has already rounded,
 * more than 100 levels, and the keys `__proto__` and `_bsontype`
 */
export function fromExtendedJson(value: unknown, pointer = ''): unknown {
  const path = pointer.split('/').slice(1);
  return readValue(value, path, path.length + MAX_DEPTH);
}

function readValue(value: unknown, path: string[], maxDepth: number): unknown {
  if (typeof value === 'number') return readNumber(value, path);
  if (typeof value !== 'object' || value === null) return value;
  if (path.length > maxDepth) refuseJson(path.slice(0, 10), `is nested deeper than ${String(MAX_DEPTH)} levels`);
  return Array.isArray(value) ? readArray(value, path, maxDepth) : readObject(value as Document, path, maxDepth);
}

/** The smallest integer type that holds it, as canonical parsers do it; the driver alone would make a double of it. */
function readNumber(value: number, path: string[]): unknown {
  if ((value <= INT32_MAX && value >= INT32_MIN) || !Number.isInteger(value)) return value;
  if (Number.isSafeInteger(value)) return Long.fromNumber(value);
  if (Math.abs(value) > INT64_LIMIT) return value;
  return refuseJson(path, 'is a whole number that JSON rounds: send {"$numberLong": "…"} or {"$numberDouble": "…"}');
}

function readArray(source: unknown[], path: string[], maxDepth: number): unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < source.length; index += 1) {
    const value = source[index];
    if (typeof value === 'string') continue;
    path.push(String(index));
    const read = readValue(value, path, maxDepth);
    path.pop();
    if (read !== value) (copy ??= [...source])[index] = read;
  }
  return copy ?? source;
}

function readObject(source: Document, path: string[], maxDepth: number): unknown {
  const keys = Object.keys(source);
  let copy: Document | undefined;
  for (const key of keys) {
    const first = key.charCodeAt(0);
    if (first === DOLLAR && isTypeKey(key)) return readTyped(key, source, path, maxDepth);
    if (first === UNDERSCORE) refuseForged(key, path);
    if (key.includes('\0')) refuseJson(path, 'a name of a field holds a null character');
    const value: unknown = source[key];
    if (typeof value === 'string') continue;
    path.push(key);
    const read = readValue(value, path, maxDepth);
    path.pop();
    if (read !== value) (copy ??= { ...source })[key] = read;
  }
  return copy ?? source;
}

function readTyped(key: string, source: Document, path: string[], maxDepth: number): unknown {
  if (key !== '$code' || source['$scope'] === undefined) return readTypedValue(key, source, path);
  path.push('$scope');
  const $scope = readValue(source['$scope'], path, maxDepth);
  path.pop();
  return readTypedValue(key, { ...source, $scope }, path);
}

/** Names that mean something to JavaScript or to the driver instead of being data. */
function refuseForged(key: string, path: string[]): void {
  if (key === '__proto__' || key === '_bsontype') refuseJson([...path, key], `no field may be called ${key}`);
}

import { BSON, type Document } from 'mongodb';
import { bracketOf } from './sort-brackets.ts';
import type { SortKey } from './parse-sort.ts';

/** A list stands somewhere on the way: only the server knows where it sorts. */
export const LIST = Symbol('list');

/** The values that a document is sorted by, exact in type; null where a field is missing. */
export function sortKeyOf(document: Document, sort: readonly SortKey[]): unknown[] {
  return sort.map(([field]) => valueAt(document, field.split('.')));
}

function valueAt(document: Document, path: string[]): unknown {
  let value: unknown = document;
  for (const part of path) {
    if (bracketOf(value) !== 'object') return null;
    value = Object.hasOwn(value as Document, part) ? (value as Document)[part] : null;
    if (Array.isArray(value)) return LIST;
  }
  return value ?? null;
}

/** Types of which two values sort together only if they are the same bytes. */
const BY_BYTES = new Set(['objectId', 'bool', 'date', 'timestamp', 'binary', 'null']);

/**
 * Do two documents sort together? Undefined where only the server can tell: lists, objects, texts under a collation, decimals.
 */
export function sortTogether(a: readonly unknown[], b: readonly unknown[], hasCollation: boolean): boolean | undefined {
  let isSure = true;
  for (const [index, value] of a.entries()) {
    const same = sameValue(value, b[index], hasCollation);
    if (same === false) return false;
    if (same === undefined) isSure = false;
  }
  return isSure ? true : undefined;
}

function sameValue(a: unknown, b: unknown, hasCollation: boolean): boolean | undefined {
  if (a === LIST || b === LIST) return undefined;
  const bracket = bracketOf(a);
  if (bracket !== bracketOf(b)) return false;
  const isSame = Buffer.compare(BSON.serialize({ v: a }), BSON.serialize({ v: b })) === 0;
  if (isSame || BY_BYTES.has(bracket)) return isSame;
  if (bracket === 'text' && typeof a === 'string' && typeof b === 'string') return hasCollation ? undefined : a === b;
  if (bracket === 'number' && isSmall(a) && isSmall(b)) return Number(a) === Number(b);
  return undefined;
}

/** A number that JavaScript compares exactly. */
function isSmall(value: unknown): boolean {
  const isDecimal = (value as { _bsontype?: string })._bsontype === 'Decimal128';
  return !isDecimal && Math.abs(Number(value)) <= Number.MAX_SAFE_INTEGER;
}

import type { Document } from 'mongodb';

/** An index as `listIndexes` tells it. */
export type StoredIndex = Document & { name: string; key: Record<string, number | string> };

/**
 * The index among `others` that serves every query which `index` serves: whose first fields are the same, in the same directions or all
 * in the opposite ones (an index is read both ways), over the same documents and with the same collation. Null for an index that does
 * more than serve queries (unique, TTL), and for one of another kind than ascending and descending. Of two equal ones the hidden one,
 * else the one with the later name, is redundant.
 */
export function coveringIndex(index: StoredIndex, others: readonly StoredIndex[]): StoredIndex | null {
  if (index.name === '_id_' || worksUnused(index) || !isPlain(index)) return null;
  const covering = others.filter((other) => other.name !== index.name && isPlain(other) && covers(other, index));
  const found = covering.filter((other) => keyCount(other) > keyCount(index) || isKept(other, index));
  return found.toSorted((a, b) => keyCount(a) - keyCount(b) || (a.name < b.name ? -1 : 1)).at(0) ?? null;
}

/** Does it do its work although no query uses it: keep values unique, or let documents expire? */
export function worksUnused({ unique, expireAfterSeconds, clustered }: StoredIndex): boolean {
  return unique === true || expireAfterSeconds !== undefined || clustered === true;
}

/** Are these the first fields of the index? Then a sharded collection needs it. */
export function beginsWith({ key }: StoredIndex, fields: readonly string[]): boolean {
  const own = Object.keys(key);
  return fields.length > 0 && fields.every((field, position) => own[position] === field);
}

function covers(other: StoredIndex, index: StoredIndex): boolean {
  if (other['hidden'] === true && index['hidden'] !== true) return false;
  if (other['sparse'] === true && index['sparse'] !== true) return false;
  if (!isSameJson(other['collation'], index['collation'])) return false;
  const isPartial = other['partialFilterExpression'] !== undefined;
  if (isPartial && !isSameJson(other['partialFilterExpression'], index['partialFilterExpression'])) return false;
  const wanted = Object.entries(index.key);
  const offered = Object.entries(other.key).slice(0, wanted.length);
  if (offered.length < wanted.length || offered.some(([field], at) => field !== wanted[at]?.[0])) return false;
  const signs = offered.map(([, direction], at) => Number(direction) * Number(wanted[at]?.[1]));
  return signs.every((sign) => sign > 0) || signs.every((sign) => sign < 0);
}

/** Of two with the same fields: does `other` stay? */
function isKept(other: StoredIndex, index: StoredIndex): boolean {
  if (worksUnused(other)) return true;
  if (covers(index, other)) return other.name < index.name;
  return true;
}

function isPlain({ key }: StoredIndex): boolean {
  return Object.entries(key).every(([field, direction]) => !field.includes('$**') && !isNaN(Number(direction)));
}

function keyCount({ key }: StoredIndex): number {
  return Object.keys(key).length;
}

function isSameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

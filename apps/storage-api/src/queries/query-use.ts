import type { Document } from 'mongodb';
import { isPlain } from './query-shape.ts';

/** How one query uses fields, which says what index would serve it: equality, sort, range. No values. */
export interface QueryUse {
  equality: string[];
  sort: [string, 1 | -1][];
  range: string[];
}

/** Larger lists are read as a range: the server no longer merges them in the order of the sort. https://www.mongodb.com/docs/manual/tutorial/equality-sort-range-guideline/ */
const MAX_MERGED_LIST = 200;
const RANGE = new Set(['$gt', '$gte', '$lt', '$lte', '$regex', '$exists', '$type', '$ne', '$nin']);
/** Served by indexes of other kinds, or by none. */
const OTHER_KINDS = new Set(['$text', '$near', '$nearSphere', '$geoWithin', '$geoIntersects', '$where', '$expr']);

/** Of a find, count, distinct, findAndModify, update, delete, or the first stages of an aggregation. Undefined: no index can be proposed. */
export function readUse(op: string, command: Document): QueryUse | undefined {
  // A collation of its own needs an index with the same one.
  if (typeof command['$truncated'] === 'string' || op === 'insert' || 'collation' in command) return undefined;
  const { filter, sort } = partsOf(command);
  const use: QueryUse = { equality: [], sort: readSort(sort), range: [] };
  if (!readFilter(filter, use)) return undefined;
  use.equality = [...new Set(use.equality)].sort();
  use.range = [...new Set(use.range)].filter((field) => !use.equality.includes(field)).sort();
  use.sort = use.sort.filter(([field]) => !use.equality.includes(field));
  const sorted = new Set(use.sort.map(([field]) => field));
  use.range = use.range.filter((field) => !sorted.has(field));
  return use.equality.length + use.sort.length + use.range.length === 0 ? undefined : use;
}

function partsOf(command: Document): { filter: unknown; sort: unknown } {
  if ('q' in command) return { filter: command['q'], sort: undefined };
  if (!Array.isArray(command['pipeline']))
    return { filter: command['filter'] ?? command['query'] ?? {}, sort: command['sort'] };
  // Only what stands before anything that changes the documents can use an index.
  const filters: unknown[] = [];
  for (const stage of command['pipeline'] as unknown[]) {
    if (!isPlain(stage)) break;
    if ('$match' in stage) filters.push(stage['$match']);
    else return { filter: { $and: filters }, sort: stage['$sort'] };
  }
  return { filter: { $and: filters }, sort: undefined };
}

function readSort(sort: unknown): [string, 1 | -1][] {
  if (!isPlain(sort)) return [];
  const entries = Object.entries(sort);
  const isPlainOrder = entries.every(([field, value]) => isIndexable(field) && Math.abs(Number(value)) === 1);
  return isPlainOrder ? entries.map(([field, value]) => [field, Number(value) === 1 ? 1 : -1]) : [];
}

/** @returns false where one index of this kind cannot serve the whole */
function readFilter(filter: unknown, use: QueryUse): boolean {
  if (!isPlain(filter)) return false;
  return Object.entries(filter).every(([key, value]) => {
    if (key === '$and') return Array.isArray(value) && value.every((one) => readFilter(one, use));
    if (OTHER_KINDS.has(key)) return false;
    // Each branch needs an index of its own; `$comment` and the like need none.
    if (key.startsWith('$')) return key === '$comment';
    if (!isIndexable(key)) return true;
    return readCondition(key, value, use);
  });
}

function readCondition(field: string, value: unknown, use: QueryUse): boolean {
  if (value instanceof RegExp) use.range.push(field);
  else if (!isPlain(value) || !Object.keys(value).some((key) => key.startsWith('$'))) use.equality.push(field);
  else {
    const operators = Object.keys(value);
    if (operators.some((key) => OTHER_KINDS.has(key))) return false;
    const list: unknown = value['$in'];
    if ('$eq' in value) use.equality.push(field);
    else if (Array.isArray(list)) (list.length <= MAX_MERGED_LIST ? use.equality : use.range).push(field);
    else if (operators.some((key) => RANGE.has(key))) use.range.push(field);
  }
  return true;
}

/** A path without numbers and operators, which an index can be on. `_id` alone has its own. */
function isIndexable(field: string): boolean {
  return (
    field !== '' &&
    field.length <= 120 &&
    field.split('.').every((part) => part !== '' && !part.startsWith('$') && !/^\d+$/.test(part))
  );
}

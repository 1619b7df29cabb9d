import { createHash } from 'node:crypto';
import type { Document } from 'mongodb';
import type { QueryUse } from './query-use.ts';
import type { AnalysedQuery, SlowQuery } from './slow-query-groups.ts';

export type IndexKeys = [string, 1 | -1][];

/** An index that would serve slow queries, with what speaks for it. */
export interface IndexProposal {
  id: string;
  collection: string;
  keys: IndexKeys;
  equality: string[];
  sort: string[];
  range: string[];
  queries: SlowQuery[];
}

const MAX_FIELDS = 6;
/** A query that examines fewer documents each time is not made faster by an index. */
const FEW_DOCUMENTS = 100;
const MANY_FOR_EACH = 10;

/**
 * Indexes for queries that examine far more than they return, or sort in memory, by the rule of equality, sort, range; none that an
 * index which is there serves already, and one for all that share a beginning. The costliest first.
 * Source of the rule: https://www.mongodb.com/docs/manual/tutorial/equality-sort-range-guideline/
 * @param indexes of each collection, as `listIndexes` tells them
 */
export function proposeIndexes(
  queries: readonly AnalysedQuery[],
  database: string,
  indexes: ReadonlyMap<string, readonly Document[]>,
): IndexProposal[] {
  const proposals = new Map<string, IndexProposal>();
  for (const { query, use } of queries) {
    const collection = query.namespace.slice(database.length + 1);
    const stored = indexes.get(collection);
    if (!use || !stored || !isServedBadly(query)) continue;
    if (stored.some((index) => isServing(index, use))) continue;
    const proposal = propose(collection, use, query);
    const known = proposals.get(proposal.id);
    if (known) known.queries.push(query);
    else proposals.set(proposal.id, proposal);
  }
  return mergePrefixes([...proposals.values()]).sort(
    (left, right) => costOf(right) - costOf(left) || (left.id < right.id ? -1 : 1),
  );
}

export function isServedBadly(query: SlowQuery): boolean {
  const examinedEach = query.docsExamined / Math.max(1, query.count);
  if (query.sortsInMemory && examinedEach >= FEW_DOCUMENTS) return true;
  return examinedEach >= FEW_DOCUMENTS && query.examinedPerReturned > MANY_FOR_EACH;
}

/** Would this index serve the query as well as the one that would be proposed? Only what every query can use counts. */
export function isServing(index: Document, { equality, sort, range }: QueryUse): boolean {
  if (index['hidden'] || index['partialFilterExpression'] || index['sparse'] || index['collation']) return false;
  const keys = Object.entries(index['key'] as Record<string, unknown>);
  const order = keys.map(([field, direction]) => [field, Number(direction)] as const);
  if (order.some(([, direction]) => Number.isNaN(direction))) return false;
  const fields = order.map(([field]) => field);
  if (index['unique'] || index['name'] === '_id_') {
    if (fields.every((field) => equality.includes(field))) return true;
  }
  const begin = fields.slice(0, equality.length);
  if (begin.length < equality.length || !equality.every((field) => begin.includes(field))) return false;
  const sorted = order.slice(equality.length, equality.length + sort.length);
  const isSame = (factor: number): boolean =>
    sort.every(
      ([field, direction], at) => sorted[at]?.[0] === field && Math.sign(sorted[at][1]) === direction * factor,
    );
  if (!isSame(1) && !isSame(-1)) return false;
  const rest = fields.slice(equality.length + sort.length, equality.length + sort.length + range.length);
  return range.every((field) => rest.includes(field));
}

function propose(collection: string, { equality, sort, range }: QueryUse, query: SlowQuery): IndexProposal {
  const wanted: IndexKeys = [
    ...equality.map((field): [string, 1] => [field, 1]),
    ...sort,
    ...range.map((field): [string, 1] => [field, 1]),
  ];
  const keys = wanted.slice(0, MAX_FIELDS);
  return {
    id: `adv_${createHash('sha256')
      .update(JSON.stringify([collection, keys]))
      .digest('hex')
      .slice(0, 16)}`,
    ...{ collection, keys, equality, sort: sort.map(([field]) => field), range, queries: [query] },
  };
}

/** What the beginning of a longer one serves needs no index of its own. */
function mergePrefixes(proposals: IndexProposal[]): IndexProposal[] {
  const longestFirst = proposals.toSorted((left, right) => right.keys.length - left.keys.length);
  const kept: IndexProposal[] = [];
  for (const proposal of longestFirst) {
    const longer = kept.find(
      ({ collection, keys }) => collection === proposal.collection && isPrefix(proposal.keys, keys),
    );
    if (longer) longer.queries.push(...proposal.queries);
    else kept.push({ ...proposal, queries: [...proposal.queries] });
  }
  return kept;
}

export function isPrefix(shorter: IndexKeys, longer: readonly (readonly [string, unknown])[]): boolean {
  return shorter.every(([field, direction], at) => longer[at]?.[0] === field && longer[at][1] === direction);
}

function costOf({ queries }: IndexProposal): number {
  return queries.reduce((sum, { totalMs }) => sum + totalMs, 0);
}

/** MongoDB's own: `a_1_b_-1`. */
export function nameOfKeys(keys: IndexKeys): string {
  return keys
    .map(([field, direction]) => `${field}_${String(direction)}`)
    .join('_')
    .slice(0, 120);
}

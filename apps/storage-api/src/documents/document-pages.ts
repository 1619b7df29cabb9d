import { AppError } from '@lucid/core/app-error';
import type { Document, Filter, ReadPreferenceMode } from 'mongodb';
import type { DocumentCollection } from './document-collections.ts';
import { exactDocument } from './documents.repository.ts';
import type { Position } from './query/cursor.ts';
import { sortsAfter, sortsWith } from './query/keyset.ts';
import type { Projection } from './query/parse-fields.ts';
import type { SortKey } from './query/parse-sort.ts';
import { LIST, sortKeyOf, sortTogether } from './query/sort-key.ts';

export interface PageRequest {
  readonly target: DocumentCollection;
  readonly filter: Filter<Document>;
  readonly sort: readonly SortKey[];
  readonly projection?: Projection | undefined;
  readonly limit: number;
  readonly after?: Position | undefined;
  readonly maxTimeMS: number;
  readonly readPreference: ReadPreferenceMode;
}

export interface DocumentPage {
  readonly documents: Buffer[];
  /** Null on the last page. */
  readonly next: Position | null;
}

/** In a document with a projection: what it is sorted by. Left out of the answer. */
export const SORT_VALUES = '_lucid_sort_values';
/** A page ends early rather than hold more than that. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;
const BY_ID: SortKey = ['_id', 1];

/** One query of a page: conditions beside the filter, and the order in which an index can give what matches them. */
interface Phase {
  readonly conditions: Filter<Document>[];
  readonly sort: readonly SortKey[];
  /** All documents of it sort together, and so by `_id`. */
  readonly isTie: boolean;
}

/**
 * Reads one page of documents. The server is asked to sort by the caller's fields alone, so that an index on them serves; `_id` decides only
 * where a page ends among documents that sort together, which are then read by `_id`. Sorting by both at once would need an
 * index with `_id` at its end, or sort everything that matches for each page.
 */
export async function readPage(request: PageRequest): Promise<DocumentPage> {
  const documents: Buffer[] = [];
  for (const phase of phasesOf(request)) {
    const wanted = request.limit - documents.length;
    const found = await find(request, phase, phase.sort, wanted + 1);
    const hasMore = found.isCut || found.documents.length > wanted;
    if (hasMore && wanted === 0) return { documents, next: await endOf(request, documents) };
    if (hasMore) {
      const { documents: last, next } = await endPage(request, phase, found.documents);
      return { documents: [...documents, ...last], next };
    }
    documents.push(...found.documents);
  }
  return { documents, next: null };
}

function isUnique(sort: readonly SortKey[]): boolean {
  return sort.some(([field]) => field === '_id');
}

/** What is still to come after a position: ties first, then what differs in the last field, in the one before … */
function phasesOf({ sort, after }: PageRequest): Phase[] {
  if (!after) return [{ conditions: [], sort, isTie: false }];
  const together = sort.map(([field, direction], index) => sortsWith(field, after.values[index], direction));
  const phases: Phase[] = [];
  if (after.id !== undefined)
    phases.push({ conditions: [...together.flat(), ...sortsAfter('_id', after.id, 1)], sort: [BY_ID], isTie: true });
  for (let index = sort.length - 1; index >= 0; index -= 1) {
    const [field, direction] = sort[index] ?? BY_ID;
    const beyond = sortsAfter(field, after.values[index], direction);
    phases.push({ conditions: [...together.slice(0, index).flat(), ...beyond], sort, isTie: false });
  }
  return phases;
}

/** After the last document of a full page, and all that sort together with it. */
async function endOf(request: PageRequest, documents: Buffer[]): Promise<Position | null> {
  const last = documents.at(-1);
  return last ? { values: await exactKey(request, exactDocument(last)) } : null;
}

/** Ends the page before the last of `found`, which only shows that there is more. */
async function endPage(request: PageRequest, phase: Phase, found: Buffer[]): Promise<DocumentPage> {
  const documents = found.slice(0, -1);
  const [last, extra] = [documents.at(-1), found.at(-1)].map((bson) => bson && exactDocument(bson));
  if (!last || !extra) return { documents, next: null };
  if (phase.isTie) return { documents, next: { values: request.after?.values ?? [], id: last['_id'] } };
  const key = keyOf(request, last);
  if (isUnique(request.sort)) return { documents, next: { values: await exactKey(request, last) } };
  const isTogether = sortTogether(key, keyOf(request, extra), request.target.hasCollation);
  if (isTogether === false) return { documents, next: { values: await exactKey(request, last) } };
  const groupStart = isTogether ? startOfGroup(request, documents, key) : undefined;
  return groupStart === undefined
    ? sortedByAll(request, phase, documents.length)
    : endInGroup(request, documents, groupStart, key);
}

/** Where those that sort together with the last one begin; undefined where only the server can tell. */
function startOfGroup(request: PageRequest, documents: Buffer[], key: unknown[]): number | undefined {
  for (let index = documents.length - 1; index > 0; index -= 1) {
    const before = documents[index - 1];
    const other = before && keyOf(request, exactDocument(before));
    const isTogether = other && sortTogether(key, other, request.target.hasCollation);
    if (isTogether !== true) return isTogether === false ? index : undefined;
  }
  return 0;
}

/** The page ends inside of a group: its documents are taken by `_id`. */
async function endInGroup(
  request: PageRequest,
  documents: Buffer[],
  start: number,
  key: unknown[],
): Promise<DocumentPage> {
  const conditions = request.sort.flatMap(([field, direction], index) => sortsWith(field, key[index], direction));
  const wanted = documents.length - start;
  const group = await find(request, { conditions, sort: [BY_ID], isTie: true }, [BY_ID], wanted + 1);
  const hasMore = group.isCut || group.documents.length > wanted;
  const taken = hasMore ? group.documents.slice(0, -1) : group.documents;
  const last = taken.at(-1);
  const id: unknown = hasMore && last ? exactDocument(last)['_id'] : undefined;
  return {
    documents: [...documents.slice(0, start), ...taken],
    next: { values: key, ...(id !== undefined && { id }) },
  };
}

/** Lists, objects and texts under a collation: the server sorts by everything at once. */
async function sortedByAll(request: PageRequest, phase: Phase, wanted: number): Promise<DocumentPage> {
  const { documents: found } = await find(request, phase, [...phase.sort, BY_ID], wanted + 1);
  const documents = found.slice(0, wanted);
  const end = documents.at(-1);
  if (!end) return { documents, next: null };
  const last = exactDocument(end);
  return { documents, next: { values: await exactKey(request, last), id: last['_id'] } };
}

function keyOf({ sort, projection }: PageRequest, document: Document): unknown[] {
  if (!projection) return sortKeyOf(document, sort);
  return (document[SORT_VALUES] as unknown[]).map((value) => (Array.isArray(value) ? LIST : value));
}

/** The values a document is sorted by; where a list is one of them, as the server says. */
async function exactKey(request: PageRequest, document: Document): Promise<unknown[]> {
  const key = keyOf(request, document);
  if (!key.includes(LIST)) return key;
  const { target, sort, maxTimeMS, readPreference } = request;
  if (target.hasCollation)
    throw new AppError(
      'QUERY_NOT_INDEXED',
      'a collection with a collation cannot be paged by a field that holds lists',
    );
  const found = await target.collection
    .find(
      { _id: { $eq: document['_id'] as never } },
      { maxTimeMS, readPreference, promoteValues: false, bsonRegExp: true },
    )
    .sort(sort.map(([...one]) => one))
    .project({ _id: 0, [SORT_VALUES]: { $meta: 'sortKey' } })
    .next();
  if (found) return (found[SORT_VALUES] as unknown[]).map((value) => (value === undefined ? [] : value));
  const detail = 'the document that the page ended with was removed meanwhile; ask for the page again';
  throw new AppError('CONFLICT', detail, { retryable: true });
}

async function find(
  { target, filter, projection, sort: sortedBy, maxTimeMS, readPreference }: PageRequest,
  { conditions }: Phase,
  sort: readonly SortKey[],
  limit: number,
): Promise<{ documents: Buffer[]; isCut: boolean }> {
  const all = conditions.length === 0 ? filter : { $and: [filter, ...conditions] };
  const shown = projection && { ...projection, [SORT_VALUES]: sortedBy.map(([field]) => `$${field}`) };
  const cursor = target.collection.find(all, {
    raw: true,
    maxTimeMS,
    readPreference,
    limit,
    batchSize: limit + 1,
    ...(shown && { projection: shown }),
    sort: sort.map(([...key]) => key),
  });
  const documents: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const one of cursor) {
      const bson = one as unknown as Buffer;
      documents.push(bson);
      bytes += bson.length;
      // One that is too many is in hand already: it is the one that shows that there is more.
      if (bytes > MAX_PAGE_BYTES && documents.length > 1) return { documents, isCut: true };
    }
  } finally {
    await cursor.close();
  }
  return { documents, isCut: false };
}

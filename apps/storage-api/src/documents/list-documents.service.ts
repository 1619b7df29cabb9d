import { BsonJsonWriter } from '@lucid/clients/mongodb/bson-to-json';
import { Injectable } from '@nestjs/common';
import type { Document, Filter, ReadPreferenceMode } from 'mongodb';
import { readPage, SORT_VALUES, type PageRequest } from './document-pages.ts';
import { DocumentCollections, type DocumentCollection } from './document-collections.ts';
import type { ListDocumentsQuery } from './documents.dto.ts';
import { decodePosition, encodePosition } from './query/cursor.ts';
import { parseFields } from './query/parse-fields.ts';
import { parseFilter } from './query/parse-filter.ts';
import { parseSort, type SortKey } from './query/parse-sort.ts';
import { ScanGuard } from './scan-guard.service.ts';
import { toQueryError } from './query/query-errors.ts';

/** Further than that, a count of what matches a filter is not made for `count=estimated`. */
const ESTIMATE_LIMIT = 10_000;
const BY_ID: SortKey[] = [['_id', 1]];

interface Total {
  readonly total: number;
  readonly totalIs: 'exact' | 'estimated' | 'atLeast';
}

/** Lists of documents: filter, sort, fields, pages and counts. */
@Injectable()
export class ListDocumentsService {
  constructor(
    private readonly collections: DocumentCollections,
    private readonly guard: ScanGuard,
  ) {}

  /**
   * The answer as JSON: `{items, page: {limit, nextCursor, total?, totalIs?}}`.
   * @throws AppError COLLECTION_NOT_FOUND, FILTER_INVALID, VALIDATION_FAILED, BAD_CURSOR, QUERY_NOT_INDEXED, TIMEOUT
   */
  async list(name: string, query: ListDocumentsQuery): Promise<Buffer> {
    const filter = parseFilter(query.filter);
    const sort = untilId(parseSort(query.sort));
    const projection = parseFields(query.fields);
    const belongsTo = { collection: name, filter, sort };
    const after = query.cursor === undefined ? undefined : decodePosition(belongsTo, query.cursor);
    const target = await this.collections.readable(name);
    if (query.allowScan !== 'true') {
      await this.guard.assertServed(target, filter, sort);
      if (query.count === 'exact') await this.guard.assertCountable(target, filter);
    }
    const { limit, maxTimeMS, readPreference } = query;
    const request: PageRequest = { ...{ target, filter, sort, projection, limit, after, maxTimeMS, readPreference } };
    try {
      const [page, total] = await Promise.all([readPage(request), count(target, filter, query)]);
      const nextCursor = page.next && encodePosition(belongsTo, page.next);
      return write(page.documents, { limit, nextCursor, ...total });
    } catch (error) {
      throw toQueryError(error);
    }
  }
}

/** What comes after `_id` decides nothing. */
function untilId(sort: SortKey[]): SortKey[] {
  if (sort.length === 0) return BY_ID;
  const id = sort.findIndex(([field]) => field === '_id');
  return id < 0 ? sort : sort.slice(0, id + 1);
}

async function count(
  { collection, type }: DocumentCollection,
  filter: Filter<Document>,
  { count: kind, maxTimeMS, readPreference }: { count: string; maxTimeMS: number; readPreference: ReadPreferenceMode },
): Promise<Total | undefined> {
  if (kind === 'none') return undefined;
  const options = { maxTimeMS, readPreference };
  if (kind === 'exact') return { total: await collection.countDocuments(filter, options), totalIs: 'exact' };
  if (Object.keys(filter).length === 0 && type === 'collection')
    return { total: await collection.estimatedDocumentCount(options), totalIs: 'estimated' };
  const total = await collection.countDocuments(filter, { ...options, limit: ESTIMATE_LIMIT + 1 });
  return total > ESTIMATE_LIMIT ? { total: ESTIMATE_LIMIT, totalIs: 'atLeast' } : { total, totalIs: 'exact' };
}

function write(documents: readonly Buffer[], page: object): Buffer {
  const size = documents.reduce((sum, bson) => sum + bson.length, 0);
  const writer = new BsonJsonWriter(size * 2 + 512).ascii('{"items":[');
  documents.forEach((bson, index) => {
    if (index > 0) writer.ascii(',');
    writer.document(bson, SORT_VALUES);
  });
  return writer.ascii('],"page":').ascii(JSON.stringify(page)).ascii('}').bytes();
}

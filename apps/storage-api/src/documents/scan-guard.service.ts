import { createHash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { InjectClock, InjectConfig, InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { BSON, MongoServerError, type Db, type Document, type Filter } from 'mongodb';
import type { StorageConfig } from '../config.ts';
import type { DocumentCollection } from './document-collections.ts';
import { fieldRanges, rangedFields } from './query/field-ranges.ts';
import { filterShape } from './query/filter-shape.ts';
import type { SortKey } from './query/parse-sort.ts';
import { judgePlan, type IndexRange } from './query/query-plan.ts';
import { toQueryError } from './query/query-errors.ts';

/** How long it is believed that an index serves a shape of query, and how large a collection is. */
const BELIEVED_MS = 60_000;
const MAX_REMEMBERED = 5_000;
/** Measurements in one bucket of a time series, roughly. */
const PER_BUCKET = 100;
const EXPLAIN_TIMEOUT_MS = 5_000;
/** Ten thousand keys are counted in some milliseconds. */
const COUNT_TIMEOUT_MS = 1_000;
const MAX_CANDIDATES = 3;
const TIMED_OUT = 50;
/** The index was dropped, or cannot be used for this. */
const NO_PLAN = [2, 27, 291];

interface GuardedQuery {
  readonly filter: Filter<Document>;
  readonly sort: readonly SortKey[];
  /** Read until a page is full, or to its end. */
  readonly isPage: boolean;
}

/**
 * Keeps queries from reading a whole large collection by surprise. Collections up to DOCUMENTS_SCAN_LIMIT documents are read as asked. For a
 * larger one MongoDB is asked how it would run the query (`explain`, which runs nothing): once a minute for each shape of filter and sort,
 * because its values do not change which index serves it (where they may, `dependsOnValues`, once for each filter). A shape that no index serves is asked about each time, so that a new index
 * counts at once. Where a range alone bounds what is read, its keys are counted, up to the limit: once a minute for each filter. Ranges of
 * views, whose fields may be made up, cannot be counted so, and are taken for bounds.
 */
@Injectable()
export class ScanGuard {
  private readonly served = new Map<string, number>();
  private readonly sizes = new Map<string, { documents: number; untilMs: number }>();

  constructor(
    @InjectMainDatabase() private readonly database: Db,
    @InjectConfig() private readonly config: StorageConfig,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError QUERY_NOT_INDEXED, naming the fields that an index could begin with */
  async assertServed(target: DocumentCollection, filter: Filter<Document>, sort: readonly SortKey[]): Promise<void> {
    await this.assertBounded(target, { filter, sort, isPage: true });
  }

  /** No page ends a count: without a filter, or with a wide range, it reads the whole collection. @throws AppError QUERY_NOT_INDEXED */
  async assertCountable(target: DocumentCollection, filter: Filter<Document>): Promise<void> {
    if (!isEmpty(filter)) return this.assertBounded(target, { filter, sort: [], isPage: false });
    const documents = await this.sizeOf(target);
    if (documents > this.config.documentsScanLimit) throw notServed(target.name, documents, filter, []);
  }

  private async assertBounded(target: DocumentCollection, query: GuardedQuery): Promise<void> {
    const documents = await this.sizeOf(target);
    if (documents <= this.config.documentsScanLimit) return;
    const { filter, sort, isPage } = query;
    const key = JSON.stringify([target.name, filterShape(filter), sort, isPage]);
    if (this.isRemembered(key)) return;
    const exactKey = createHash('sha256').update(key).update(BSON.serialize(filter)).digest('base64');
    if (this.isRemembered(exactKey)) return;
    const judged = { hasFilter: !isEmpty(filter), ranged: rangedFields(filter), isPage };
    const plan = judgePlan(await this.explain(target, filter, sort), judged);
    if (plan.isServed) {
      this.remember(plan.dependsOnValues ? exactKey : key);
      return;
    }
    if (plan.candidates.length === 0) throw notServed(target.name, documents, filter, sort);
    if (!(await this.isNarrow(target, filter, plan.candidates)))
      throw tooWide(target.name, this.config.documentsScanLimit, query, plan.candidates.flat());
    this.remember(exactKey);
  }

  /** Does each range of one of the plans hold no more keys than may be read by surprise? */
  private async isNarrow(
    target: DocumentCollection,
    filter: Filter<Document>,
    candidates: readonly (readonly IndexRange[])[],
  ): Promise<boolean> {
    if (target.type === 'view') return true;
    for (const ranges of candidates.slice(0, MAX_CANDIDATES)) {
      const counted = await Promise.all(ranges.map((range) => this.holdsFew(target, filter, range)));
      if (counted.every(Boolean)) return true;
    }
    return false;
  }

  private async holdsFew(
    { collection }: DocumentCollection,
    filter: Filter<Document>,
    { field, index }: IndexRange,
  ): Promise<boolean> {
    const { documentsScanLimit } = this.config;
    const range = fieldRanges(filter, field);
    if (!range) return false;
    const options = {
      limit: documentsScanLimit + 1,
      maxTimeMS: COUNT_TIMEOUT_MS,
      ...(index !== undefined && { hint: index }),
    };
    try {
      return (await collection.countDocuments(range, options)) <= documentsScanLimit;
    } catch (error) {
      if (error instanceof MongoServerError && [TIMED_OUT, ...NO_PLAN].includes(Number(error.code))) return false;
      throw toQueryError(error);
    }
  }

  private async explain(
    { collection }: DocumentCollection,
    filter: Filter<Document>,
    sort: readonly SortKey[],
  ): Promise<Document> {
    try {
      const cursor = collection.find(filter, { maxTimeMS: EXPLAIN_TIMEOUT_MS }).sort(sort.map(([...key]) => key));
      return await cursor.explain('queryPlanner');
    } catch (error) {
      throw toQueryError(error);
    }
  }

  /** From the collection's metadata. What cannot be counted so, such as a view of a view, counts as large. */
  private async sizeOf({ name, type, source }: DocumentCollection): Promise<number> {
    const known = this.sizes.get(name);
    if (known && known.untilMs > this.clock.monotonicMs()) return known.documents;
    const counted = await this.database
      .collection(source)
      .estimatedDocumentCount()
      .catch((error: unknown) => {
        if ((error as { codeName?: unknown }).codeName === 'CommandNotSupportedOnView') return Infinity;
        throw toQueryError(error);
      });
    const documents = type === 'timeseries' ? counted * PER_BUCKET : counted;
    if (this.sizes.size >= MAX_REMEMBERED) this.sizes.clear();
    // One that grows past the limit is found out soon; a large one rarely shrinks.
    const forMs = documents > this.config.documentsScanLimit ? BELIEVED_MS : BELIEVED_MS / 12;
    this.sizes.set(name, { documents, untilMs: this.clock.monotonicMs() + forMs });
    return documents;
  }

  private isRemembered(key: string): boolean {
    return (this.served.get(key) ?? 0) > this.clock.monotonicMs();
  }

  private remember(key: string): void {
    if (this.served.size >= MAX_REMEMBERED) this.served.clear();
    this.served.set(key, this.clock.monotonicMs() + BELIEVED_MS);
  }
}

function isEmpty(filter: Filter<Document>): boolean {
  return Object.keys(filter).length === 0;
}

function tooWide(
  name: string,
  limit: number,
  { filter, isPage }: GuardedQuery,
  ranges: readonly IndexRange[],
): AppError {
  const fields = [...new Set(ranges.map(({ field }) => field))];
  const others = namedFields(filter, []).filter((field) => !fields.includes(field));
  const where = fields.slice(0, 8).join(', ');
  const instead = isPage ? `sort by ${where}` : 'count without count=exact';
  const how = others.length > 0 ? `add an index that begins with ${others.slice(0, 8).join(', ')}` : instead;
  const detail = `it would read more than ${String(limit)} documents of ${name.slice(0, 100)}, in the range of ${where}: narrow that range, ${how}, or repeat with allowScan=true`;
  return new AppError('QUERY_NOT_INDEXED', detail);
}

function namedFields(filter: Document, sort: readonly SortKey[]): string[] {
  const fields = new Set([...Object.keys(filter), ...sort.map(([field]) => field)]);
  return [...fields].filter((field) => !field.startsWith('$'));
}

function notServed(name: string, documents: number, filter: Document, sort: readonly SortKey[]): AppError {
  const fields = namedFields(filter, sort).filter((field) => field !== '_id');
  const size = Number.isFinite(documents) ? `about ${String(documents)} documents` : 'an unknown number of documents';
  const how =
    fields.length > 0
      ? `add an index that begins with one of ${fields.slice(0, 8).join(', ')}`
      : 'filter by an indexed field';
  const detail = `it would read the whole of ${name.slice(0, 100)} (${size}): ${how}, or repeat with allowScan=true`;
  return new AppError('QUERY_NOT_INDEXED', detail);
}

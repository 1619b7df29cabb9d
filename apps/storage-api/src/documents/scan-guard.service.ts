import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { InjectClock, InjectConfig, InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { BSON, type Db, type Document, type Filter } from 'mongodb';
import type { StorageConfig } from '../config.ts';
import type { DocumentCollection } from './document-collections.ts';
import { filterShape } from './query/filter-shape.ts';
import type { SortKey } from './query/parse-sort.ts';
import { judgePlan } from './query/query-plan.ts';
import { toQueryError } from './query/query-errors.ts';

/** How long it is believed that an index serves a shape of query, and how large a collection is. */
const BELIEVED_MS = 60_000;
const MAX_REMEMBERED = 5_000;
/** Measurements in one bucket of a time series, roughly. */
const PER_BUCKET = 100;
const EXPLAIN_TIMEOUT_MS = 5_000;

/**
 * Keeps queries from reading a whole large collection by surprise. Collections up to DOCUMENTS_SCAN_LIMIT documents are read as asked. For a
 * larger one MongoDB is asked how it would run the query (`explain`, which runs nothing): once a minute for each shape of filter and sort,
 * because its values do not change which index serves it. A shape that no index serves is asked about each time, so that a new index
 * counts at once.
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
    const documents = await this.sizeOf(target);
    if (documents <= this.config.documentsScanLimit) return;
    const key = JSON.stringify([target.name, filterShape(filter), sort]);
    if (this.isRemembered(key)) return;
    const exactKey = `${key}${BSON.serialize(filter).toString()}`;
    if (this.isRemembered(exactKey)) return;
    const { isServed, dependsOnValues } = judgePlan(await this.explain(target, filter, sort), !isEmpty(filter));
    if (!isServed) throw notServed(target.name, documents, filter, sort);
    this.remember(dependsOnValues ? exactKey : key);
  }

  /** A count without a filter reads every document of the collection. @throws AppError QUERY_NOT_INDEXED */
  async assertCountable(target: DocumentCollection, filter: Filter<Document>): Promise<void> {
    if (!isEmpty(filter)) return;
    const documents = await this.sizeOf(target);
    if (documents > this.config.documentsScanLimit) throw notServed(target.name, documents, filter, []);
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

function notServed(name: string, documents: number, filter: Document, sort: readonly SortKey[]): AppError {
  const fields = [...new Set([...Object.keys(filter), ...sort.map(([field]) => field)])].filter(
    (field) => !field.startsWith('$') && field !== '_id',
  );
  const size = Number.isFinite(documents) ? `about ${String(documents)} documents` : 'an unknown number of documents';
  const how =
    fields.length > 0
      ? `add an index that begins with one of ${fields.slice(0, 8).join(', ')}`
      : 'filter by an indexed field';
  const detail = `it would read the whole of ${name.slice(0, 100)} (${size}): ${how}, or repeat with allowScan=true`;
  return new AppError('QUERY_NOT_INDEXED', detail);
}

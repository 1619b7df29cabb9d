import { AppError } from '@lucid/core/app-error';
import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Db, Document, UUID } from 'mongodb';
import { collectionName, isHiddenCollection } from './collection-names.ts';

export type CollectionType = 'collection' | 'timeseries' | 'view';

/** A collection of the main database as `listCollections` tells it. */
export interface CollectionEntry {
  readonly name: string;
  readonly type: CollectionType;
  readonly options: Document;
  /** Of this very collection: another of the same name has another one. Views and time series have none. */
  readonly uuid: string | null;
}

/** Sizes of one collection: https://www.mongodb.com/docs/manual/reference/operator/aggregation/collStats/ */
export interface StorageFigures {
  /** Null of a time series, which counts buckets. */
  readonly documents: number | null;
  readonly buckets: number | null;
  readonly dataBytes: number;
  readonly storageBytes: number;
  readonly freeBytes: number;
  readonly indexBytes: number;
  readonly indexSizes: Record<string, number>;
}

const NAMESPACE_NOT_FOUND = 26;
const EMPTY: StorageFigures = {
  ...{ documents: 0, buckets: null, dataBytes: 0, storageBytes: 0, freeBytes: 0, indexBytes: 0, indexSizes: {} },
};

/** What collections the main database has; the server's own and what a restore stages are none. */
@Injectable()
export class CollectionCatalogue {
  constructor(@InjectMainDatabase() private readonly database: Db) {}

  /** By name. */
  async list(): Promise<CollectionEntry[]> {
    const found = await this.database.listCollections({}, { nameOnly: false }).toArray();
    return found
      .filter(({ name }) => !isHiddenCollection(name))
      .map((entry) => toEntry(entry as unknown as Listed))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws AppError NAMESPACE_INVALID */
  async find(name: string): Promise<CollectionEntry | undefined> {
    const found = await this.database.listCollections({ name: collectionName(name) }, { nameOnly: false }).toArray();
    return found.map((entry) => toEntry(entry as unknown as Listed)).at(0);
  }

  /** @throws AppError NAMESPACE_INVALID, COLLECTION_NOT_FOUND */
  async get(name: string): Promise<CollectionEntry> {
    const entry = await this.find(name);
    if (!entry) throw new AppError('COLLECTION_NOT_FOUND', `there is no collection or view ${name}`);
    return entry;
  }

  /** Zeros for a view, and for what is gone meanwhile. Through a router the sums over its shards. */
  async figures({ name, type }: CollectionEntry, maxTimeMS = 10_000): Promise<StorageFigures> {
    if (type === 'view') return { ...EMPTY, documents: null };
    const stages = [{ $collStats: { storageStats: {} } }];
    try {
      const parts = await this.database.collection(name).aggregate(stages, { maxTimeMS }).toArray();
      return parts.map(({ storageStats }) => toFigures(storageStats as Document)).reduce(add, EMPTY);
    } catch (error) {
      if ((error as { code?: unknown }).code === NAMESPACE_NOT_FOUND) return EMPTY;
      throw error;
    }
  }

  /** Views that read it, directly or through another view, by name. */
  async dependents(name: string): Promise<string[]> {
    const views = (await this.list()).filter(({ type }) => type === 'view');
    const reached = new Set([name]);
    for (let before = 0; before < reached.size;) {
      before = reached.size;
      for (const { name: view, options } of views)
        if (readBy(options).some((read) => reached.has(read))) reached.add(view);
    }
    reached.delete(name);
    return [...reached].sort();
  }
}

interface Listed {
  name: string;
  type?: CollectionType;
  options?: Document;
  info?: { uuid?: UUID };
}

function toEntry({ name, type = 'collection', options = {}, info }: Listed): CollectionEntry {
  return { name, type, options, uuid: info?.uuid?.toHexString() ?? null };
}

function toFigures(stats: Document): StorageFigures {
  const { timeseries } = stats as { timeseries?: { bucketCount?: number } };
  return {
    documents: timeseries ? null : Number(stats['count'] ?? 0),
    buckets: timeseries ? Number(timeseries.bucketCount ?? 0) : null,
    dataBytes: Number(stats['size'] ?? 0),
    storageBytes: Number(stats['storageSize'] ?? 0),
    freeBytes: Number(stats['freeStorageSize'] ?? 0),
    indexBytes: Number(stats['totalIndexSize'] ?? 0),
    indexSizes: Object.fromEntries(
      Object.entries((stats['indexSizes'] ?? {}) as Record<string, number>).map(([index, size]) => [
        index,
        Number(size),
      ]),
    ),
  };
}

function add(a: StorageFigures, b: StorageFigures): StorageFigures {
  const indexSizes = { ...a.indexSizes };
  for (const [index, size] of Object.entries(b.indexSizes)) indexSizes[index] = (indexSizes[index] ?? 0) + size;
  return {
    documents: b.documents === null ? null : (a.documents ?? 0) + b.documents,
    buckets: b.buckets === null ? null : (a.buckets ?? 0) + b.buckets,
    dataBytes: a.dataBytes + b.dataBytes,
    storageBytes: a.storageBytes + b.storageBytes,
    freeBytes: a.freeBytes + b.freeBytes,
    indexBytes: a.indexBytes + b.indexBytes,
    indexSizes,
  };
}

/** What a view reads: its source, and what its stages join, however deep they stand. */
function readBy({ viewOn, pipeline }: Document): string[] {
  const found: string[] = typeof viewOn === 'string' ? [viewOn] : [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$unionWith') found.push(typeof inner === 'string' ? inner : String((inner as Document)['coll']));
      if ((key === '$lookup' || key === '$graphLookup') && typeof inner === 'object' && inner !== null)
        found.push(String((inner as Document)['from']));
      look(inner);
    }
  };
  look(pipeline);
  return found;
}

import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { BSON, MongoServerError, type Db, type Document } from 'mongodb';
import type { IndexKeys } from './propose-indexes.ts';
import type { IndexCostDto } from './index-advice.dto.ts';

const NAMESPACE_NOT_FOUND = 26;
const NOT_A_COLLECTION = 166;
const TIMEOUT_MS = 5_000;
const SAMPLE = 200;
/** The place of the document, and what the tree needs for each key. */
const BYTES_AROUND_KEY = 12;
/** `{"": …}` in BSON. */
const BYTES_AROUND_VALUE = 7;

/** What the indexes of a collection are, how they are used, and what one more would cost. */
@Injectable()
export class IndexCatalogue {
  constructor(@InjectMainDatabase() private readonly database: Db) {}

  /** Undefined where there is no such collection, or it is a view. */
  async indexes(collection: string): Promise<Document[] | undefined> {
    try {
      return await this.database.collection(collection).listIndexes({ maxTimeMS: TIMEOUT_MS }).toArray();
    } catch (error) {
      if (error instanceof MongoServerError && [NAMESPACE_NOT_FOUND, NOT_A_COLLECTION].includes(Number(error.code)))
        return undefined;
      throw error;
    }
  }

  /** By name; of the primary, since it started or the index was made. */
  async uses(collection: string): Promise<Map<string, { uses: number; since: Date }>> {
    const found = await this.database
      .collection(collection)
      .aggregate([{ $indexStats: {} }], { maxTimeMS: TIMEOUT_MS })
      .toArray();
    return new Map(
      found.map(({ name, accesses }) => {
        const { ops = 0, since = new Date(0) } = (accesses ?? {}) as { ops?: unknown; since?: Date };
        return [String(name), { uses: Number(ops), since }];
      }),
    );
  }

  /** The key's bytes in a sample of documents, times the number of documents. */
  async cost(collection: string, keys: IndexKeys): Promise<Omit<IndexCostDto, 'presentIndexes'>> {
    const source = this.database.collection(collection);
    const documents = await source.estimatedDocumentCount({ maxTimeMS: TIMEOUT_MS });
    const fields = keys.map(([field]) => field);
    // MongoDB refuses a field beside one that holds it.
    const apart = fields.filter((field) => !fields.some((other) => field.startsWith(`${other}.`)));
    const projection = { _id: Number(fields.includes('_id')), ...Object.fromEntries(apart.map((field) => [field, 1])) };
    const stages = [{ $sample: { size: SAMPLE } }, { $project: projection }];
    const sample = await source.aggregate(stages, { maxTimeMS: TIMEOUT_MS }).toArray();
    const bytes = sample.reduce((sum, document) => sum + keyBytes(document, keys), 0);
    return { documents, sizeBytes: sample.length === 0 ? 0 : Math.round((bytes / sample.length) * documents) };
  }
}

/** An array has a key for each of its items. */
function keyBytes(document: Document, keys: IndexKeys): number {
  const values = keys.map(([field]) => valueAt(document, field.split('.')));
  const items = values.reduce<number>((most, value) => (Array.isArray(value) ? Math.max(most, value.length) : most), 1);
  const each = values.reduce<number>((sum, value) => {
    const one: unknown = Array.isArray(value) ? value[0] : value;
    return sum + BSON.calculateObjectSize({ '': one ?? null }) - BYTES_AROUND_VALUE;
  }, BYTES_AROUND_KEY);
  return each * items;
}

function valueAt(value: unknown, [part, ...rest]: string[]): unknown {
  if (part === undefined || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one) => valueAt(one, [part, ...rest]));
  return valueAt((value as Document)[part], rest);
}

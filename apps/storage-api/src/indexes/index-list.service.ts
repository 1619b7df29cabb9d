import { toExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { AppError } from '@lucid/core/app-error';
import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Db } from 'mongodb';
import { CollectionCatalogue, type CollectionEntry } from '../collections/collection-catalogue.ts';
import { modelOfCollection } from '../collections/collection-names.ts';
import { IndexBuilds } from './index-builds.ts';
import type { StoredIndex } from './index-overlap.ts';
import { IndexUsageReader } from './index-usage.ts';
import type { IndexView } from './indexes.dto.ts';

/** The indexes of a collection with all that is known of them. */
@Injectable()
export class IndexListing {
  constructor(
    private readonly catalogue: CollectionCatalogue,
    private readonly usage: IndexUsageReader,
    private readonly builds: IndexBuilds,
    @InjectMainDatabase() private readonly database: Db,
  ) {}

  /** @throws AppError NAMESPACE_INVALID, COLLECTION_NOT_FOUND, CONFLICT for a view */
  async collection(name: string): Promise<CollectionEntry> {
    const entry = await this.catalogue.get(name);
    if (entry.type !== 'view') return entry;
    const detail = `${name} is a view and has no indexes of its own: use those of ${String(entry.options['viewOn'])}`;
    throw new AppError('CONFLICT', detail);
  }

  /** As the server stores them; those that are being built too. Empty where the collection is gone. */
  async stored(name: string): Promise<StoredIndex[]> {
    return (await this.database.collection(name).listIndexes().toArray()) as StoredIndex[];
  }

  /** @throws AppError NAMESPACE_INVALID, COLLECTION_NOT_FOUND, CONFLICT for a view */
  async list(name: string): Promise<IndexView[]> {
    const entry = await this.collection(name);
    const members = await this.usage.members();
    const [stored, usage, builds, { indexSizes }] = await Promise.all([
      this.stored(name),
      this.usage.of(name, members),
      this.builds.of(name),
      this.catalogue.figures(entry),
    ]);
    return stored.map((index) => {
      const build = builds.get(index.name) ?? null;
      return {
        ...describe(index),
        isOfModel: isOfModel(name, index),
        sizeBytes: indexSizes[index.name] ?? null,
        usage: build ? null : (usage.get(index.name) ?? null),
        build,
      };
    });
  }

  /** @throws AppError as `list`, INDEX_NOT_FOUND */
  async get(name: string, index: string): Promise<IndexView> {
    const found = (await this.list(name)).find((view) => view.name === index);
    if (found) return found;
    throw new AppError('INDEX_NOT_FOUND', `${name} has no index ${JSON.stringify(index.slice(0, 127))}`);
  }
}

/** Is it among those of the collection's model? The initializer may have given it a name with a number. */
export function isOfModel(collection: string, { key }: StoredIndex): boolean {
  const keys = JSON.stringify(
    Object.entries(key).map(([field, kind]) => [field, isNaN(Number(kind)) ? kind : Number(kind)]),
  );
  const wanted = modelOfCollection(collection)?.indexes ?? [];
  return wanted.some((index) => JSON.stringify(Object.entries(index.keys)) === keys);
}

function describe({
  name,
  key,
  v: _v,
  ns: _ns,
  hidden,
  ...options
}: StoredIndex): Pick<IndexView, 'name' | 'keys' | 'options' | 'hidden'> {
  return {
    name,
    keys: toExtendedJson(key) as Record<string, number | string>,
    options: toExtendedJson(options) as Record<string, unknown>,
    hidden: hidden === true,
  };
}

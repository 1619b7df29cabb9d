import type { CacheClient } from '@lucid/clients/redis/cache-client';
import { documentCacheId, type DocumentKeys } from '@lucid/clients/redis/document-keys';
import { forgetDocuments } from '@lucid/clients/redis/forget-documents';
import { isHiddenCollection } from '../collections/collection-names.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import type { DocumentChange } from './document-changes.ts';

/** Of so many collections, all of the database are forgotten in one pass instead. */
const MOST_COLLECTIONS = 10;

export interface ChangeBatchOptions {
  readonly client: CacheClient;
  readonly keys: DocumentKeys;
  readonly metrics: CacheMetrics;
}

/** Changes on their way out of the cache: documents at once and many at a time, whole collections when the batch is settled. */
export class ChangeBatch {
  readonly #options: ChangeBatchOptions;
  readonly #removals: Promise<unknown>[] = [];
  readonly #collections = new Set<string>();
  #isEverything = false;

  constructor(options: ChangeBatchOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#removals.length;
  }

  add({ operationType, ns, to, documentKey }: DocumentChange): void {
    const collections = [ns?.coll, to?.coll].filter((name) => name !== undefined && !isHiddenCollection(name));
    const [collection] = collections;
    if (documentKey === undefined) {
      if (operationType === 'dropDatabase') this.#isEverything = true;
      for (const one of collections) this.#collections.add(one as string);
    } else if (collection !== undefined) this.#remove(collection, documentKey._id);
  }

  /** Ends when everything added is out of the cache. @throws what Redis threw, AppError REDIS_UNAVAILABLE, the signal's reason */
  async settle(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#removals);
    if (this.#isEverything || this.#collections.size > MOST_COLLECTIONS) return this.#flush(undefined, signal);
    for (const collection of this.#collections) await this.#flush(collection, signal);
  }

  #remove(collection: string, id: unknown): void {
    const { client, keys, metrics } = this.#options;
    const cacheId = documentCacheId(id);
    const removal = client.del(keys.document(collection, cacheId), keys.fill(collection, cacheId));
    removal.catch(() => undefined); // `settle` throws it.
    this.#removals.push(removal);
    metrics.forgot('change', 1);
  }

  async #flush(collection: string | undefined, signal: AbortSignal): Promise<void> {
    const { client, keys, metrics } = this.#options;
    metrics.forgot('flush', await forgetDocuments(client, keys.patterns(collection), signal));
  }
}

import type { CacheFreshness } from './cache-freshness.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import type { DocumentFigures } from './cache-stats.dto.ts';
import { ratio } from './server-figures.ts';
import type { DocumentStore } from './document-store.ts';

export interface CachedRead {
  /** The body; `null` where there is no such document. */
  readonly value: Buffer | null;
  readonly hit: boolean;
}

/** One read of the database that several requests wait for. */
interface Flight {
  readonly number: number;
  /** With `isCurrent`, nobody changed the document between the beginning of the flight and its end. */
  readonly landed: Promise<{ value: Buffer | null; isCurrent: boolean }>;
}

/**
 * Documents by id, read through Redis. What it promises: a read that begins after `forget` has resolved never sees what was before, in any
 * process (where Redis answered; else within five seconds); a change that does not come through this service is out of the cache as soon
 * as the change stream has it, and nothing is served from the cache while the stream is more than five seconds behind. Without Redis, or
 * without the stream, every read goes to the database. A document that is not there is not remembered: several ids can name one document
 * (1 as int or double, texts under a collation), so its creation could not be told to all of them.
 */
export class DocumentCache {
  readonly #store: DocumentStore;
  readonly #freshness: CacheFreshness;
  readonly #metrics: CacheMetrics;
  readonly #flights = new Map<string, Flight>();
  #number = 0;

  constructor(store: DocumentStore, freshness: CacheFreshness, metrics: CacheMetrics) {
    this.#store = store;
    this.#freshness = freshness;
    this.#metrics = metrics;
  }

  /**
   * `id` is made by `documentCacheId`, of the `_id` as it is stored. `load` must read from the primary with read concern majority: a member
   * that lags, or a write that is rolled back, would leave an old value that no later change takes out. One `load` at a time runs for
   * a document; its error reaches everyone who waits for it.
   */
  async read(collection: string, id: string, load: () => Promise<Buffer | null>): Promise<CachedRead> {
    const isFresh = this.#freshness.isFresh();
    if (isFresh) {
      const value = await this.#store.get(collection, id);
      if (value && this.#freshness.isFresh()) {
        this.#metrics.read('hit');
        return { value, hit: true };
      }
      this.#metrics.read(value === null ? 'miss' : 'bypass');
    } else this.#metrics.read('bypass');
    return { value: await this.#loadOnce(collection, id, load), hit: false };
  }

  /** How reads of this process went. */
  figures(): DocumentFigures {
    const { hit: hits, miss: misses, bypass: bypasses } = this.#metrics.reads;
    const hitRate = ratio(hits, hits + misses + bypasses);
    return { hits, misses, bypasses, hitRate, isServing: this.#freshness.isFresh() };
  }

  /**
   * To be awaited after a write and before it is answered. Never throws: where Redis fails, the change stream takes them out.
   * Ids as for `read`.
   */
  async forget(collection: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#flights.delete(flightKey(collection, id));
    if (await this.#store.forget(collection, ids)) this.#metrics.forgot('write', ids.length);
  }

  /**
   * Who comes while a flight is under way may share it only if it began after he came, or if it turns out that nothing changed since it
   * began; else it may have read what was before a write he knows of. He then shares the next one.
   */
  async #loadOnce(collection: string, id: string, load: () => Promise<Buffer | null>): Promise<Buffer | null> {
    const key = flightKey(collection, id);
    const cameAt = this.#number;
    for (;;) {
      const flight = this.#flights.get(key) ?? this.#start(key, () => this.#load(collection, id, load));
      const { value, isCurrent } = await flight.landed;
      if (isCurrent || flight.number > cameAt) return value;
    }
  }

  #start(key: string, run: () => Promise<{ value: Buffer | null; isCurrent: boolean }>): Flight {
    const number = (this.#number += 1);
    const landed = run().finally(() => {
      if (this.#flights.get(key)?.number === number) this.#flights.delete(key);
    });
    const flight = { number, landed };
    this.#flights.set(key, flight);
    return flight;
  }

  async #load(
    collection: string,
    id: string,
    load: () => Promise<Buffer | null>,
  ): Promise<{ value: Buffer | null; isCurrent: boolean }> {
    const stamp = this.#freshness.isFresh() ? await this.#store.begin(collection, id) : undefined;
    const value = await load();
    const isCurrent = value !== null && stamp !== undefined && (await this.#store.fill(collection, id, stamp, value));
    return { value, isCurrent };
  }
}

function flightKey(collection: string, id: string): string {
  return `${collection}$${id}`;
}

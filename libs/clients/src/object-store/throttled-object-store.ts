import type { ByteRange, CallOptions, ObjectStat, ObjectStore } from './object-store.ts';
import type { TokenBucket } from './token-bucket.ts';

/**
 * Keeps the bytes of objects, written and read together, below the limits of its buckets; a bucket may be shared by several
 * stores. A write waits before it begins; a read, whose size is known only afterwards, before it hands out. Listings and the
 * like are free, and what is sent again because a call failed is not counted.
 */
export class ThrottledObjectStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #buckets: readonly TokenBucket[];

  constructor(store: ObjectStore, buckets: readonly TokenBucket[]) {
    this.#store = store;
    this.#buckets = buckets;
  }

  async get(key: string, range?: ByteRange, options?: CallOptions): Promise<Buffer | undefined> {
    const bytes = await this.#store.get(key, range, options);
    if (bytes) await this.#take(bytes.length, options);
    return bytes;
  }

  async putIfAbsent(key: string, bytes: Uint8Array, options?: CallOptions): Promise<boolean> {
    await this.#take(bytes.length, options);
    return this.#store.putIfAbsent(key, bytes, options);
  }

  list(prefix: string, options?: CallOptions): AsyncIterable<string> {
    return this.#store.list(prefix, options);
  }

  stat(key: string, options?: CallOptions): Promise<ObjectStat | undefined> {
    return this.#store.stat(key, options);
  }

  remove(key: string, options?: CallOptions): Promise<void> {
    return this.#store.remove(key, options);
  }

  flush(): Promise<void> {
    return this.#store.flush();
  }

  async #take(bytes: number, options: CallOptions | undefined): Promise<void> {
    await Promise.all(this.#buckets.map((bucket) => bucket.take(bytes, options?.signal)));
  }
}

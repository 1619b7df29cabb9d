import type { AppError } from '@lucid/core/app-error';
import type { ByteRange, CallOptions, ObjectStat, ObjectStore } from './object-store.ts';

/** A store that is only read: whatever would change it fails with the reason, whoever asks. */
export class GuardedObjectStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #reason: () => AppError;

  constructor(store: ObjectStore, reason: () => AppError) {
    this.#store = store;
    this.#reason = reason;
  }

  get(key: string, range?: ByteRange, options?: CallOptions): Promise<Buffer | undefined> {
    return this.#store.get(key, range, options);
  }

  async putIfAbsent(): Promise<boolean> {
    throw this.#reason();
  }

  list(prefix: string, options?: CallOptions): AsyncIterable<string> {
    return this.#store.list(prefix, options);
  }

  stat(key: string, options?: CallOptions): Promise<ObjectStat | undefined> {
    return this.#store.stat(key, options);
  }

  async remove(): Promise<void> {
    throw this.#reason();
  }

  async flush(): Promise<void> {
    // Nothing was written.
  }
}

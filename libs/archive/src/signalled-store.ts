import type { ByteRange, CallOptions, ObjectStat, ObjectStore } from '@lucid/clients/object-store/object-store';

/** A store whose calls all end with one signal: what hangs, or is tried again, stops when its job is cancelled. */
export class SignalledStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #options: CallOptions;

  constructor(store: ObjectStore, signal: AbortSignal) {
    this.#store = store;
    this.#options = { signal };
  }

  /** The same store, or the store with a signal where there is one. */
  static of(store: ObjectStore, signal: AbortSignal | undefined): ObjectStore {
    return signal ? new SignalledStore(store, signal) : store;
  }

  get(key: string, range?: ByteRange): Promise<Buffer | undefined> {
    return this.#store.get(key, range, this.#options);
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.#store.putIfAbsent(key, bytes, this.#options);
  }

  list(prefix: string): AsyncIterable<string> {
    return this.#store.list(prefix, this.#options);
  }

  stat(key: string): Promise<ObjectStat | undefined> {
    return this.#store.stat(key, this.#options);
  }

  remove(key: string): Promise<void> {
    return this.#store.remove(key, this.#options);
  }

  flush(): Promise<void> {
    return this.#store.flush();
  }
}

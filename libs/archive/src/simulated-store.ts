import {
  assertObjectKey,
  type ByteRange,
  type ObjectStat,
  type ObjectStore,
} from '@lucid/clients/object-store/object-store';

/** For specs: objects in memory, with a listing that others may overlap, as the port allows it. */
export class MemoryStore implements ObjectStore {
  readonly objects: Map<string, Buffer>;

  /** @param other is copied */
  constructor(other?: MemoryStore) {
    this.objects = new Map(other?.objects);
  }

  async get(key: string, { offset = 0, length = Infinity }: Partial<ByteRange> = {}): Promise<Buffer | undefined> {
    const bytes = this.objects.get(key);
    return bytes && Buffer.from(Uint8Array.from(bytes.subarray(offset, offset + length)).buffer);
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    assertObjectKey(key);
    const isNew = !this.objects.has(key);
    if (isNew) this.objects.set(key, Buffer.from(Uint8Array.from(bytes).buffer));
    return isNew;
  }

  async *list(prefix: string): AsyncIterable<string> {
    for (let key = this.after(prefix, ''); key !== undefined; key = this.after(prefix, key)) yield key;
  }

  async stat(key: string): Promise<ObjectStat | undefined> {
    const bytes = this.objects.get(key);
    return bytes && { key, sizeBytes: bytes.length };
  }

  async remove(key: string): Promise<void> {
    this.objects.delete(key);
  }

  async flush(): Promise<void> {
    // Memory has nothing to sync.
  }

  /** The keys below a prefix, sorted. */
  keys(prefix = ''): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  /** The first key of the prefix behind another one. */
  after(prefix: string, key: string): string | undefined {
    let next: string | undefined;
    for (const one of this.objects.keys()) {
      if (one > key && one.startsWith(prefix) && (next === undefined || one < next)) next = one;
    }
    return next;
  }
}

/** What happens before each call of a process on its store: it waits for its turn, it fails, it dies. */
export type BeforeCall = (call: string) => Promise<void> | void;

/** A store as one process sees it. `before` throws to keep a call from happening, `after` to lose its answer. */
export class ProcessStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #before: BeforeCall;
  readonly #after: BeforeCall;

  constructor(store: ObjectStore, before: BeforeCall, after: BeforeCall = () => undefined) {
    this.#store = store;
    this.#before = before;
    this.#after = after;
  }

  get(key: string, range?: ByteRange): Promise<Buffer | undefined> {
    return this.#call('get', () => this.#store.get(key, range));
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.#call('putIfAbsent', () => this.#store.putIfAbsent(key, bytes));
  }

  async *list(prefix: string): AsyncIterable<string> {
    await this.#before('list');
    let listed = 0;
    for await (const key of this.#store.list(prefix)) {
      if (listed++ % 3 === 0) await this.#before('list');
      yield key;
    }
  }

  stat(key: string): Promise<ObjectStat | undefined> {
    return this.#call('stat', () => this.#store.stat(key));
  }

  remove(key: string): Promise<void> {
    return this.#call('remove', () => this.#store.remove(key));
  }

  flush(): Promise<void> {
    return this.#call('flush', () => this.#store.flush());
  }

  async #call<T>(name: string, action: () => Promise<T>): Promise<T> {
    await this.#before(name);
    const value = await action();
    await this.#after(name);
    return value;
  }
}

/** A process that dies at its n-th call: that one may still have happened, and nothing after it. */
export function dyingStore(store: ObjectStore, dieAt: number, turn: BeforeCall = () => undefined): ProcessStore {
  let calls = 0;
  let isDead = false;
  const die = (): never => {
    isDead = true;
    throw new Error('the process died');
  };
  const before: BeforeCall = async (call) => {
    if (isDead) die();
    calls++;
    if (calls >= dieAt && calls % 2 === 0) die();
    await turn(call);
    if (isDead) die();
  };
  return new ProcessStore(store, before, () => {
    if (isDead || calls >= dieAt) die();
  });
}

/** Lets waiting calls go on one at a time, in a random order: processes so overlap in every way. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #seed: number;
  #isRunning = false;

  constructor(seed: number) {
    this.#seed = seed | 1;
  }

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#isRunning) return;
      this.#isRunning = true;
      setImmediate(() => this.#next());
    });
  }

  /** A whole number below `limit` (xorshift32). */
  random(limit: number): number {
    this.#seed ^= this.#seed << 13;
    this.#seed ^= this.#seed >>> 17;
    this.#seed ^= this.#seed << 5;
    return (this.#seed >>> 0) % limit;
  }

  #next(): void {
    this.#isRunning = this.#waiting.length > 0;
    this.#waiting.splice(this.random(this.#waiting.length || 1), 1)[0]?.();
    if (this.#isRunning) setImmediate(() => this.#next());
  }
}

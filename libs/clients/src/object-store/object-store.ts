export interface ObjectStat {
  /** Path-like name: parts of [A-Za-z0-9._-] joined by `/`, no part starts with a dot. */
  readonly key: string;
  readonly sizeBytes: number;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
  /** The bytes go here where they fit and the store can do so: the answer then lies in this memory. */
  readonly into?: Uint8Array;
}

export interface CallOptions {
  /**
   * Ends waiting (for the network, a retry, bandwidth): the call rejects with the signal's reason. Whether a write that was
   * under way took effect is then not known. A store on a local disk, whose calls are short, need not look at it.
   */
  readonly signal?: AbortSignal;
}

/**
 * Where a repository keeps its objects. Contract, the same for every implementation and proved by
 * `object-store.conformance.ts`:
 * - An object is whole or absent: a reader never sees a part of one, whatever dies during a write.
 * - Objects are at most some tens of MiB, so they are handed over in one piece.
 * - Everything may be called again: a repeated write or removal does no harm. No method retries by itself; a wrapper does.
 * - What was written or removed survives a power cut only after the next `flush`, which is cheap when nothing is new.
 * - A key that is not path-like is a programming error (RangeError), never a way out of the store.
 * @throws AppError STORAGE_FULL, PERMISSION_DENIED, OBJECT_STORE_UNAVAILABLE; anything else of the operating system as it is
 */
export interface ObjectStore {
  /** The object's bytes, or the range of them (cut off at its end); undefined where there is none. The caller owns the buffer. */
  get(key: string, range?: ByteRange, options?: CallOptions): Promise<Buffer | undefined>;
  /** Writes the object unless the key is taken; of racing writers exactly one is told true. Does not change `bytes`. */
  putIfAbsent(key: string, bytes: Uint8Array, options?: CallOptions): Promise<boolean>;
  /** Every key that starts with `prefix`, in no order, while others write: those present throughout are listed once. */
  list(prefix: string, options?: CallOptions): AsyncIterable<string>;
  /** The size, or undefined where there is none. */
  stat(key: string, options?: CallOptions): Promise<ObjectStat | undefined>;
  /** Removes the object; none there is fine. */
  remove(key: string, options?: CallOptions): Promise<void>;
  /**
   * Makes everything survive a power cut that this store object wrote, removed or was told about by `list` before the call:
   * a listed object may come from a writer that was killed before its own flush.
   */
  flush(): Promise<void>;
}

/** A store that lists in the order of the keys' bytes, so that a listing which was cut can go on where it was. */
export interface SortedObjectStore extends ObjectStore {
  /** As `list`, in ascending order, and only the keys after `after`. */
  listAfter(prefix: string, after: string | undefined, options?: CallOptions): AsyncIterable<string>;
}

const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

export function isObjectKey(key: string): boolean {
  return key.length <= 512 && KEY.test(key);
}

/** @throws RangeError where the prefix is neither empty, nor a key, nor a key and a slash */
export function assertPrefix(prefix: string): void {
  if (prefix !== '') assertObjectKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
}

/** @throws RangeError where the key is not path-like or longer than 512 characters */
export function assertObjectKey(key: string): void {
  if (!isObjectKey(key)) throw new RangeError('not an object key');
}

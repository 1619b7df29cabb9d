import type { Namespace } from './restore-names.ts';

export interface RestoreWriteOptions {
  /** An abort ends the wait at once, also where the server hangs; what it was sent may still be done, to the collection of `uuid` alone. */
  readonly signal?: AbortSignal;
  /** Hex, of the collection: none of that name but this one is written to. */
  readonly uuid?: string;
}

/**
 * The way of documents to and from the target, as bytes. A change of primary comes out as MONGODB_UNAVAILABLE or as
 * the driver's error; the caller decides what it means.
 */
export interface RestoreWriter {
  /**
   * Inserts whole documents, unordered, acknowledged by the primary alone, past the validator; answers how many were refused because their `_id` is there.
   * Not repeated by itself. @param documents at most 100,000, at most 16 MiB or one document
   */
  insert(target: Namespace, documents: Buffer, options?: RestoreWriteOptions): Promise<number>;
  /**
   * Applies entries made by `rewriteOperation`, in order, none of them an upsert. After an error the first of them may have been
   * applied; the same list may be sent again. @param signal as `RestoreWriteOptions` has it; no collection is made by an entry
   */
  applyOps(entries: readonly Buffer[], signal?: AbortSignal): Promise<void>;
  /** The documents of a collection from the primary, in natural order: whole ones in each buffer, which is valid until the next. */
  read(target: Namespace, signal: AbortSignal): AsyncIterable<Buffer>;
}

import type { JsonValue } from './snapshot-types.ts';

/** A place in a log: seconds since 1970 and the ordinal within the second. */
export type SliceTime = { readonly t: number; readonly i: number };

/** What a slice covers: everything after `from`, up to and including `to`. */
export interface SliceRange {
  readonly from: SliceTime;
  readonly to: SliceTime;
}

/** A stored slice as its successor names it. */
export interface SliceLink extends SliceRange {
  /** SHA-256 of the stored object, in hex. */
  readonly hash: string;
}

export interface SliceOptions extends SliceRange {
  /** The slice that ends at `from`; null where a chain begins. */
  readonly previous: SliceLink | null;
  readonly documents: number;
  /** Whatever the reader of the log needs at the end of this slice. */
  readonly meta: JsonValue;
  /** Token of the lease under which it is written. */
  readonly fencingToken: number;
  /** `lease.assertHeld`: called immediately before the slice becomes visible; throws LEASE_LOST. */
  readonly assertHeld: () => Promise<void>;
}

/** What a slice says of itself; authenticated. */
export interface SliceHeader extends SliceRange {
  readonly previous: SliceLink | null;
  readonly documents: number;
  readonly meta: JsonValue;
  readonly ownerEpoch: number;
  readonly fencingToken: number;
  /** By the clock of the host that wrote it, ISO 8601 UTC. */
  readonly createdAt: string;
}

export interface Slice {
  readonly header: SliceHeader;
  /** The documents, one after the other. */
  readonly bytes: Buffer;
  readonly hash: string;
  readonly storedBytes: number;
}

/** Why nothing can be followed from `from` to `to`; where both are the same, what came before and after do not belong together. */
export interface SliceGap extends SliceRange {
  /** [A-Za-z0-9_-], at most 80 characters. */
  readonly id: string;
  readonly reason: string;
  /** ISO 8601 UTC. */
  readonly foundAt: string;
}

/**
 * The slices of one log. Contract:
 * - A slice is visible, whole and durable once `append` resolved, and never changes. Calls of one writer follow each other.
 * - Two writers at the same time can leave two slices that begin at one place; both are true parts of the same log, and
 *   `chainsOf` goes on along the one that has a successor.
 * - Nothing here is retried. Reading needs no lease and no ownership.
 * @throws AppError REPOSITORY_OWNED (where written or removed), STORAGE_FULL …
 */
export interface SliceLog {
  readonly stream: string;
  /**
   * @param documents whole ones, in pieces of any number
   * @throws AppError LEASE_LOST (the lease, or another writer stored a slice of this range)
   */
  append(
    documents: readonly Uint8Array[],
    options: SliceOptions,
  ): Promise<SliceLink & { readonly storedBytes: number }>;
  /** Every slice, by its start, then its end. */
  list(): Promise<SliceRange[]>;
  /** @throws AppError CHUNK_MISSING, CHUNK_CORRUPT */
  read(range: SliceRange): Promise<Slice>;
  /** Keeps account of a gap; the first of an id stands. @returns false where it was there already */
  addGap(gap: SliceGap): Promise<boolean>;
  /** By their start. A damaged one is an error: without it a window would look unbroken. @throws AppError MANIFEST_CORRUPT */
  listGaps(): Promise<SliceGap[]>;
  /** Removes slices that end at or before `time`, oldest first, and gaps that end there. @returns the number of slices */
  removeBefore(time: SliceTime): Promise<number>;
}

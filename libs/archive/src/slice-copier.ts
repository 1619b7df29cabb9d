import { isAppError } from '@lucid/core/app-error';
import { assertReplica, copyGaps, copyOne } from './copy-slices.ts';
import { copyDataKeys } from './replica.ts';
import type { RepositoryContext } from './repository-context.ts';
import { SLICE_KEYS } from './slice-format.ts';
import { StoredSliceLog } from './slice-log.ts';
import type { SliceRange } from './slice-types.ts';

/**
 * Copies the slices and gaps of a stream that a replica lacks, as they are stored, each checked before, the oldest first: so its chains have no hole that
 * the source has not. Damaged ones of the source are passed over, for the others to be safe, and thrown at the end. Everything may run
 * twice, and be killed anywhere; calls of one copier follow each other.
 */
export class SliceCopier {
  readonly #source: RepositoryContext;
  readonly #target: RepositoryContext;
  readonly #stream: string;
  /** Both were compared since the last failure: what is stored from now on is all that is lacking. */
  #isCompared = false;
  #gaps = new Set<string>();

  constructor(source: RepositoryContext, target: RepositoryContext, stream: string) {
    this.#source = source;
    this.#target = target;
    this.#stream = stream;
  }

  /**
   * @param stored these slices alone, oldest first, which costs the same however many there are already. Left out, and at the first call
   * and after one that failed: both sides are listed and compared.
   * @returns the number of slices that were copied
   * @throws AppError REPOSITORY_MISMATCH (no replica), REPOSITORY_OWNED (the replica), CHUNK_CORRUPT (the source), the signal's reason
   */
  async copy(stored?: readonly SliceRange[], signal?: AbortSignal): Promise<number> {
    const [source, target] = [this.#source.under(signal), this.#target.under(signal)];
    const isComparing = stored === undefined || !this.#isCompared;
    this.#isCompared = false;
    assertReplica(source, target);
    await target.ownership.assertOwn();
    if (isComparing) this.#gaps = new Set();
    const lacking = isComparing ? await this.#compare(source, target) : stored;
    let copied = 0;
    let damage: unknown;
    for (const range of lacking) {
      signal?.throwIfAborted();
      try {
        if (await copyOne(source, target, SLICE_KEYS.slice(this.#stream, range))) copied += 1;
      } catch (error) {
        if (!isAppError(error, 'CHUNK_CORRUPT')) throw error;
        damage ??= error;
      }
    }
    await copyGaps(source, target, this.#stream, this.#gaps);
    await target.store.flush();
    // Reading a damaged one again mends nothing; the next comparison finds it when it is mended.
    this.#isCompared = true;
    if (damage) throw damage;
    return copied;
  }

  async #compare(source: RepositoryContext, target: RepositoryContext): Promise<SliceRange[]> {
    await copyDataKeys(source, target);
    const keyOf = (range: SliceRange): string => SLICE_KEYS.slice(this.#stream, range);
    const there = new Set((await new StoredSliceLog(target, this.#stream).list()).map(keyOf));
    return (await new StoredSliceLog(source, this.#stream).list()).filter((range) => !there.has(keyOf(range)));
  }
}

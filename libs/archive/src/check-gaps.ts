import type { RepositoryContext } from './repository-context.ts';
import { decodeRecord } from './signed-record.ts';
import { chainsOf } from './slice-chain.ts';
import { compareSliceTimes, SLICE_KEYS } from './slice-format.ts';
import { listSliceStreams, StoredSliceLog } from './slice-log.ts';
import type { SliceGap, SliceRange } from './slice-types.ts';

/** The record of a gap that is not what was written, or a break between slices that no record tells of. */
export type GapDefect = DamagedGap | UnknownGap;

export interface DamagedGap {
  readonly stream: string;
  readonly code: 'MANIFEST_CORRUPT';
  readonly id: string;
}

/** Slices are missing there, or the record is. */
export interface UnknownGap extends SliceRange {
  readonly stream: string;
  readonly code: 'CHUNK_MISSING';
}

/**
 * Reads the record of every gap, and looks for breaks in the slices that none of them tells of. A record that only divides (`from` and `to` are the
 * same) and is gone leaves no trace in the slices: a replica has it. @throws what the store throws, and the signal's reason
 */
export async function checkGaps(context: RepositoryContext, signal?: AbortSignal): Promise<GapDefect[]> {
  const defects: GapDefect[] = [];
  for (const stream of await listSliceStreams(context.store)) {
    signal?.throwIfAborted();
    const found = await defectsOf(context, stream);
    // What expires while it is listed looks like a break: only what is there twice counts.
    defects.push(...(found.length > 0 ? await defectsOf(context, stream) : found));
  }
  return defects;
}

/** The record as it was written; undefined where it is not, or is not there. */
export async function readGapRecord({ store, keys }: RepositoryContext, key: string): Promise<SliceGap | undefined> {
  const bytes = await store.get(key);
  return bytes && (decodeRecord(keys.authKey, key, bytes) as SliceGap | undefined);
}

async function defectsOf(context: RepositoryContext, stream: string): Promise<GapDefect[]> {
  // A gap is recorded before the first slice after it, so the slices are listed first.
  const ranges = await new StoredSliceLog(context, stream).list();
  const gaps: SliceGap[] = [];
  const damaged: DamagedGap[] = [];
  const prefix = SLICE_KEYS.gaps(stream);
  for await (const key of context.store.list(prefix)) {
    const gap = await readGapRecord(context, key);
    if (gap) gaps.push(gap);
    else if (await context.store.stat(key))
      damaged.push({ stream, code: 'MANIFEST_CORRUPT', id: key.slice(prefix.length) });
  }
  const unknown = breaksOf(ranges).filter((one) => !isTold(one, gaps));
  return [...damaged, ...unknown.map(({ from, to }): UnknownGap => ({ stream, code: 'CHUNK_MISSING', from, to }))];
}

/** From the end of each chain to the beginning of the next; after a rollback the next one begins before that end. */
function breaksOf(ranges: readonly SliceRange[]): SliceRange[] {
  const chains = chainsOf(ranges);
  return chains.slice(1).map((next, index) => {
    const end = chains[index]?.to ?? next.from;
    return compareSliceTimes(end, next.from) <= 0 ? { from: end, to: next.from } : { from: next.from, to: end };
  });
}

/** Do gaps cover it, one or several that follow each other? (The oplog may roll over again before a slice is stored.) */
function isTold({ from, to }: SliceRange, gaps: readonly SliceGap[]): boolean {
  let reached = from;
  for (const gap of [...gaps].sort((a, b) => compareSliceTimes(a.from, b.from))) {
    if (compareSliceTimes(gap.from, reached) > 0) break;
    if (compareSliceTimes(gap.to, reached) > 0) reached = gap.to;
  }
  return compareSliceTimes(reached, to) >= 0;
}

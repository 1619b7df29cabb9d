import { AppError } from '@lucid/core/app-error';
import { chainsOf, unbrokenEnd, type SliceChain } from '@lucid/archive/slice-chain';
import type { Slice, SliceGap, SliceLog, SliceRange, SliceTime } from '@lucid/archive/slice-types';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import type { SliceMeta } from './slice-cutter.ts';

/** Of the ids of gaps in the oplog; a division by a restore has another one. */
export const GAP_PREFIX = 'gap-';

export interface StoredChains {
  readonly chains: readonly SliceChain[];
  readonly gaps: readonly SliceGap[];
}

/** @throws AppError MANIFEST_CORRUPT (the record of a gap) */
export async function readChains(log: SliceLog): Promise<StoredChains> {
  return { chains: chainsOf(await log.list()), gaps: await log.listGaps() };
}

/** The id of the gap that ends a chain at this time; there is one at most. */
export function gapIdAfter({ t, i }: ClusterTime): string {
  return `${GAP_PREFIX}${t}-${i}`;
}

/** The chain that a capture goes on with: the newest one that no gap has ended. */
export function openChain({ chains, gaps }: StoredChains): SliceChain | undefined {
  const ended = new Set(gaps.map(({ id }) => id));
  return chains
    .filter(({ to }) => !ended.has(gapIdAfter(to)))
    .sort((a, b) => compareClusterTimes(a.to, b.to))
    .at(-1);
}

/** The end of the last gap that was found in an oplog; undefined where there was none. */
export function endOfGaps(gaps: readonly SliceGap[]): SliceTime | undefined {
  const ends = gaps.filter(({ id }) => id.startsWith(GAP_PREFIX)).map(({ to }) => to);
  return ends.sort(compareClusterTimes).at(-1);
}

/** The chain that covers `time` without a gap there, and how far it reaches from it. */
export function chainAt(
  { chains, gaps }: StoredChains,
  time: SliceTime,
): { chain: SliceChain; end: SliceTime } | undefined {
  for (const chain of chains) {
    const end = unbrokenEnd(chain, gaps, time);
    if (end) return { chain, end };
  }
  return undefined;
}

export function metaOf({ header }: Slice): SliceMeta {
  return header.meta as unknown as SliceMeta;
}

/**
 * Reads slices that follow each other, one at a time, and checks the chain: each names its predecessor by the hash of its bytes.
 * @throws AppError CHUNK_MISSING, CHUNK_CORRUPT
 */
export async function* readSlices(log: SliceLog, ranges: readonly SliceRange[]): AsyncGenerator<Slice> {
  let before: (SliceRange & { hash: string }) | undefined;
  for (const range of ranges) {
    const slice = await log.read(range);
    if (before) await assertFollows(log, before, slice);
    before = { ...range, hash: slice.hash };
    yield slice;
  }
}

/** Where two writers had met, the slice may name the other one, which covers the same entries and must be there as well. */
export async function assertFollows(log: SliceLog, before: SliceRange & { hash: string }, slice: Slice): Promise<void> {
  const { previous } = slice.header;
  if (previous && compareClusterTimes(previous.to, before.to) === 0) {
    const isSame = compareClusterTimes(previous.from, before.from) === 0;
    const hash = isSame ? before.hash : (await log.read(previous)).hash;
    if (hash === previous.hash) return;
  }
  throw new AppError('CHUNK_CORRUPT', 'An oplog slice follows another one than was written before it.');
}

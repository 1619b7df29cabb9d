import type { SliceLog, SliceRange } from '@lucid/archive/slice-types';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import type { OplogPieces } from '../captures/mongodb/point-in-time-source.ts';
import { assertFollows, chainAt, metaOf, readChains } from './slice-chains.ts';

/**
 * The slices that lead from `after` to `to`, beginning early enough to hold every transaction that is open at `after`.
 * @returns undefined where no unbroken chain does. @throws AppError CHUNK_MISSING, CHUNK_CORRUPT, MANIFEST_CORRUPT
 */
export async function slicePieces(
  log: SliceLog,
  after: ClusterTime,
  to: ClusterTime,
): Promise<OplogPieces | undefined> {
  const found = chainAt(await readChains(log), after);
  if (!found || compareClusterTimes(to, found.end) > 0) return undefined;
  const { slices } = found.chain;
  const next = slices.findIndex((slice) => compareClusterTimes(slice.to, after) > 0);
  if (next < 0) return { pieces: [], read: () => Promise.resolve(Buffer.alloc(0)) };
  const first = await firstNeeded(log, slices, next);
  const last = slices.findIndex((slice) => compareClusterTimes(slice.to, to) >= 0);
  const ranges = new Map(slices.slice(first, last + 1).map((range) => [nameOf(range), range]));
  return { pieces: [...ranges.keys()], read: checkedReader(log, ranges) };
}

/** Where the oldest transaction began that is open at the beginning of the slice `next`. */
export async function firstNeeded(log: SliceLog, slices: readonly SliceRange[], next: number): Promise<number> {
  const before = slices[next - 1];
  if (!before) return next;
  const { open } = metaOf(await log.read(before));
  const starts = open.map(({ from }) => slices.findIndex((slice) => compareClusterTimes(slice.to, from) >= 0));
  return Math.min(next, ...starts.filter((index) => index >= 0));
}

/** The first time that the slices are read, in their order, each is compared with the one before. */
function checkedReader(log: SliceLog, ranges: ReadonlyMap<string, SliceRange>): OplogPieces['read'] {
  const names = [...ranges.keys()];
  const hashes = new Map<string, string>();
  return async (name) => {
    const range = ranges.get(name) as SliceRange;
    const slice = await log.read(range);
    const beforeName = names[names.indexOf(name) - 1] ?? '';
    const [before, hash] = [ranges.get(beforeName), hashes.get(beforeName)];
    if (before && hash !== undefined && !hashes.has(name)) await assertFollows(log, { ...before, hash }, slice);
    hashes.set(name, slice.hash);
    return slice.bytes;
  };
}

function nameOf({ from, to }: SliceRange): string {
  return `slice:${from.t}.${from.i}-${to.t}.${to.i}`;
}

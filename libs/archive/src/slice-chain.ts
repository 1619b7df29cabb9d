import { compareSliceTimes } from './slice-format.ts';
import type { SliceGap, SliceRange, SliceTime } from './slice-types.ts';

/** Slices that follow each other without a break, oldest first. */
export interface SliceChain extends SliceRange {
  readonly slices: readonly SliceRange[];
}

/**
 * The unbroken chains that these slices make, oldest first. Found from their ends backwards, so that a slice nobody goes on
 * from (of a writer that had lost its lease) is in no chain while another way leads past it.
 */
export function chainsOf(ranges: readonly SliceRange[]): SliceChain[] {
  const left = [...ranges].sort((a, b) => compareSliceTimes(a.to, b.to) || compareSliceTimes(b.from, a.from));
  const chains: SliceChain[] = [];
  while (left.length > 0) {
    const chain: SliceRange[] = [];
    let next = left.pop();
    while (next) {
      chain.push(next);
      const { from } = next;
      const at = findLastIndexTo(left, from);
      [next] = at < 0 ? [] : left.splice(at, 1);
    }
    chain.reverse();
    const [first, last] = [chain[0], chain.at(-1)];
    if (first && last) chains.push({ from: first.from, to: last.to, slices: chain });
  }
  return chains
    .filter((one) => !chains.some((other) => other !== one && covers(other, one)))
    .sort((a, b) => compareSliceTimes(a.from, b.from));
}

/** The part of the chain that no gap divides from `time`, and its end; undefined where the chain does not cover `time`. */
export function unbrokenEnd(chain: SliceChain, gaps: readonly SliceGap[], time: SliceTime): SliceTime | undefined {
  if (compareSliceTimes(chain.from, time) > 0 || compareSliceTimes(chain.to, time) < 0) return undefined;
  let end = chain.to;
  for (const { from, to } of gaps) {
    const isAfter = compareSliceTimes(from, time) >= 0;
    const isAround = compareSliceTimes(from, time) < 0 && compareSliceTimes(time, to) < 0;
    if (isAround) return undefined;
    if (isAfter && compareSliceTimes(from, end) < 0) end = from;
  }
  return end;
}

/** Sorted by `to`: binary search for the last one that ends at `time`. */
function findLastIndexTo(sorted: readonly SliceRange[], time: SliceTime): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareSliceTimes((sorted[middle] as SliceRange).to, time) <= 0) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low - 1];
  return found && compareSliceTimes(found.to, time) === 0 ? low - 1 : -1;
}

function covers(outer: SliceRange, inner: SliceRange): boolean {
  return compareSliceTimes(outer.from, inner.from) <= 0 && compareSliceTimes(outer.to, inner.to) >= 0;
}

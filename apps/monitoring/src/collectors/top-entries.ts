/** Series of one kind at most: beyond it the small ones are summed up as `overflow`, so that a page stays readable. */
export const TOP_ENTRIES = 200;
export const OVERFLOW = 'overflow';

/** The `limit` heaviest entries, heaviest first, and the rest. */
export function splitTop<T>(entries: readonly T[], weight: (entry: T) => number, limit = TOP_ENTRIES): [T[], T[]] {
  const sorted = [...entries].sort((a, b) => weight(b) - weight(a));
  return [sorted.slice(0, limit), sorted.slice(limit)];
}

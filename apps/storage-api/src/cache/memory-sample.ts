import { encodingOf } from './cache-names.ts';
import { ratio } from './server-figures.ts';

const MOST_PREFIXES = 50;
const MOST_BIGGEST = 20;
const LONGEST_PREFIX = 64;

export interface PrefixFigures {
  readonly prefix: string;
  readonly keys: number;
  readonly bytes: number;
  readonly share: number | null;
  readonly estimatedBytes: number;
  readonly withoutTtl: number;
}

/** Keys that were measured. What SCAN gives first is a random choice, because it goes by hash. */
export class MemorySample {
  keys = 0;
  bytes = 0;
  withoutTtl = 0;
  readonly #databasePrefix: number;
  readonly #prefixes = new Map<string, { keys: number; bytes: number; withoutTtl: number }>();
  #biggest: { key: string; bytes: number }[] = [];

  constructor(databasePrefix: string) {
    this.#databasePrefix = Buffer.byteLength(databasePrefix);
  }

  add(stored: Buffer, bytes: number, hasTtl: boolean): void {
    const key = stored.subarray(this.#databasePrefix);
    const text = key.toString(encodingOf(key) === 'utf8' ? 'utf8' : 'base64url');
    const prefix = prefixOf(text);
    const found = this.#prefixes.get(prefix) ?? { keys: 0, bytes: 0, withoutTtl: 0 };
    this.#prefixes.set(prefix, found);
    for (const sums of [found, this]) {
      sums.keys += 1;
      sums.bytes += bytes;
      if (!hasTtl) sums.withoutTtl += 1;
    }
    if (this.#biggest.length >= MOST_BIGGEST && bytes <= (this.#biggest.at(-1)?.bytes ?? 0)) return;
    this.#biggest.push({ key: text, bytes });
    this.#biggest = this.#biggest.sort((a, b) => b.bytes - a.bytes).slice(0, MOST_BIGGEST);
  }

  /** The largest first; `total` is how many keys there are, of which these are a sample. */
  prefixes(total: number): PrefixFigures[] {
    const factor = this.keys === 0 ? 0 : Math.max(1, total / this.keys);
    return [...this.#prefixes]
      .sort(([, a], [, b]) => b.bytes - a.bytes)
      .slice(0, MOST_PREFIXES)
      .map(([prefix, { keys, bytes, withoutTtl }]) => ({
        ...{ prefix, keys, bytes, withoutTtl, share: ratio(bytes, this.bytes) },
        estimatedBytes: Math.round(bytes * factor),
      }));
  }

  biggest(): { key: string; bytes: number }[] {
    return this.#biggest;
  }
}

/** Up to the first colon; a key without one stands under the empty prefix. */
function prefixOf(key: string): string {
  const end = key.indexOf(':');
  return end < 0 || end > LONGEST_PREFIX ? '' : key.slice(0, end + 1);
}

import { randomBytes } from 'node:crypto';

const LEAST_SLOTS = 1024;

/** One of several sets that share the keys among them, where all together would take too much memory. */
export interface KeyPart {
  readonly seed: Buffer;
  readonly parts: number;
  readonly part: number;
}

export function newSeed(): Buffer {
  return randomBytes(8);
}

/**
 * Remembers which keys were seen by 64 bits of each: 16 to 32 bytes a key, whatever its length. The hash is seeded anew each time; that a
 * key is taken for another has a chance of about keys² / 2⁶⁴, one in ten million for a million keys.
 */
export class KeyHashes {
  #low = new Uint32Array(LEAST_SLOTS);
  #high = new Uint32Array(LEAST_SLOTS);
  #count = 0;
  readonly #seed: Buffer;
  readonly #part: KeyPart;
  #hashLow = 0;
  #hashHigh = 0;

  constructor(part: KeyPart = { seed: newSeed(), parts: 1, part: 0 }) {
    this.#seed = part.seed;
    this.#part = part;
  }

  /** Does the key belong to the part that is remembered here? */
  covers(space: number, key: Buffer): boolean {
    if (this.#part.parts === 1) return true;
    this.#hash(space, key);
    return this.#hashHigh % this.#part.parts === this.#part.part;
  }

  get size(): number {
    return this.#count;
  }

  /** @returns false where it was there already */
  add(space: number, key: Buffer): boolean {
    const at = this.#find(space, key);
    if (this.#isUsed(at)) return false;
    this.#low[at] = this.#hashLow;
    this.#high[at] = this.#hashHigh;
    this.#count += 1;
    if (this.#count * 2 > this.#low.length) this.#grow();
    return true;
  }

  has(space: number, key: Buffer): boolean {
    return this.#isUsed(this.#find(space, key));
  }

  #isUsed(at: number): boolean {
    return this.#low[at] !== 0 || this.#high[at] !== 0;
  }

  #find(space: number, key: Buffer): number {
    this.#hash(space, key);
    const mask = this.#low.length - 1;
    let at = this.#hashLow & mask;
    while (this.#isUsed(at) && (this.#low[at] !== this.#hashLow || this.#high[at] !== this.#hashHigh)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /** Two lanes of MurmurHash3's 32-bit rounds (Appleby, public domain), byte by byte, with seeds of their own. */
  #hash(space: number, key: Buffer): void {
    let low = this.#seed.readInt32LE(0) ^ space;
    let high = this.#seed.readInt32LE(4) ^ key.length;
    for (let at = 0; at < key.length; at++) {
      const byte = (key[at] as number) + 1;
      low = Math.imul((low ^ Math.imul(byte, 0xcc9e2d51)) >>> 0, 5) + 0x6b64e654;
      low = (low << 13) | (low >>> 19);
      high = Math.imul(high ^ Math.imul(byte, 0x1b873593), 0x85ebca6b);
      high = (high << 15) | (high >>> 17);
    }
    this.#hashLow = finish(low ^ Math.imul(high, 0x9e3779b1));
    // Zero in both halves marks a free slot.
    this.#hashHigh = finish(high ^ Math.imul(low, 0xc2b2ae35)) || 1;
  }

  #grow(): void {
    const low = this.#low;
    const high = this.#high;
    this.#low = new Uint32Array(low.length * 2);
    this.#high = new Uint32Array(low.length * 2);
    const mask = this.#low.length - 1;
    for (let from = 0; from < low.length; from++) {
      if (low[from] === 0 && high[from] === 0) continue;
      let at = (low[from] as number) & mask;
      while (this.#isUsed(at)) at = (at + 1) & mask;
      this.#low[at] = low[from] as number;
      this.#high[at] = high[from] as number;
    }
  }
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

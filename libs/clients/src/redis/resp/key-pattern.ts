const STAR = 42;
const QUESTION = 63;
const OPEN = 91;
const CLOSE = 93;
const CARET = 94;
const ESCAPE = 92;
const DASH = 45;
/** As Redis: a pattern with more stars than that matches nothing. */
const MOST_NESTING = 1000;

/**
 * Does the key match, by the rules of `SCAN … MATCH` (stringmatchlen of util.c): `*`, `?`, `[a-z]`, `[^a]`, `\` before a character that
 * stands for itself. Compared are bytes, with case. Like Redis it gives up early where a longer match cannot help, so that no pattern
 * takes exponential time.
 */
export function matchesPattern(pattern: Buffer, key: Buffer): boolean {
  // SCAN does not ask the matcher about `*`, which would not match the empty key.
  return (pattern.length === 1 && pattern[0] === STAR) || new PatternMatch(pattern, key).match(0, 0, 0);
}

class PatternMatch {
  readonly #pattern: Buffer;
  readonly #key: Buffer;
  #isHopeless = false;

  constructor(pattern: Buffer, key: Buffer) {
    this.#pattern = pattern;
    this.#key = key;
  }

  match(patternAt: number, keyAt: number, nesting: number): boolean {
    if (nesting > MOST_NESTING) return false;
    const pattern = this.#pattern;
    const key = this.#key;
    let at = patternAt;
    let place = keyAt;
    while (at < pattern.length && place < key.length) {
      const byte = pattern[at];
      if (byte === STAR) return this.#star(at, place, nesting);
      if (byte === OPEN) {
        const { end, isMatch } = this.#set(at, key[place] as number);
        if (!isMatch) return false;
        at = end;
      } else if (byte !== QUESTION) {
        if (byte === ESCAPE && at + 1 < pattern.length) at += 1;
        if (pattern[at] !== key[place]) return false;
      }
      place += 1;
      at += 1;
      if (place === key.length) while (pattern[at] === STAR) at += 1;
    }
    return at >= pattern.length && place === key.length;
  }

  #star(starAt: number, keyAt: number, nesting: number): boolean {
    let at = starAt;
    while (this.#pattern[at + 1] === STAR) at += 1;
    if (at + 1 === this.#pattern.length) return true;
    for (let place = keyAt; place < this.#key.length; place += 1) {
      if (this.match(at + 1, place, nesting + 1)) return true;
      if (this.#isHopeless) return false;
    }
    this.#isHopeless = true;
    return false;
  }

  /** A set that begins at `open`: where its last byte is, and whether it holds the byte. */
  #set(open: number, byte: number): { end: number; isMatch: boolean } {
    const pattern = this.#pattern;
    let at = open + 1;
    const isNegated = pattern[at] === CARET;
    if (isNegated) at += 1;
    let isFound = false;
    for (; ; at += 1) {
      if (pattern[at] === ESCAPE && at + 1 < pattern.length) {
        at += 1;
        if (pattern[at] === byte) isFound = true;
      } else if (pattern[at] === CLOSE) break;
      else if (at >= pattern.length) {
        at = pattern.length - 1;
        break;
      } else if (at + 2 < pattern.length && pattern[at + 1] === DASH) {
        if (isBetween(byte, pattern[at] as number, pattern[at + 2] as number)) isFound = true;
        at += 2;
      } else if (pattern[at] === byte) isFound = true;
    }
    return { end: at, isMatch: isFound !== isNegated };
  }
}

/** Redis compares `char`s, which are signed on the machines it runs on most. */
function isBetween(byte: number, one: number, other: number): boolean {
  const [value, a, b] = [byte, one, other].map((unsigned) => (unsigned << 24) >> 24) as [number, number, number];
  return value >= Math.min(a, b) && value <= Math.max(a, b);
}

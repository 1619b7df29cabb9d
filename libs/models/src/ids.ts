import { randomBytes } from 'node:crypto';

/** Prefix of an id: it tells what kind of thing the id names. */
export type IdKind = 'bkp' | 'job' | 'vol' | 'key' | 'sch' | 'rst' | 'evt';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** `length` random characters of [0-9a-z], without modulo bias. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 252 && text.length < length) text += ALPHABET[byte % 36];
    }
  }
  return text;
}

/** A new id such as `bkp_3k9f0a7c1x2m8q4z`: the kind, then 16 random characters (82 bits). */
export function newId(kind: IdKind): string {
  return `${kind}_${randomText(16)}`;
}

/** The id of a job: `<kind>_YYYYMMDD_HHMMSS_xxxx` in UTC, with four random characters, e.g. `backup_20250109_020000_k3f9`. */
export function newJobId(kind: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '_').slice(0, 15);
  return `${kind}_${stamp}_${randomText(4)}`;
}

import { type Cipheriv, createCipheriv, createHash } from 'node:crypto';

const BLOCK_BYTES = 256 * 1024;
const ZEROS = Buffer.alloc(BLOCK_BYTES);

/** Pseudo-random hex text and numbers: the key stream of AES-128-CTR, the same for the same seed on every machine. */
export class SeededText {
  hex: Buffer = Buffer.alloc(0);
  private at = 0;
  private readonly cipher: Cipheriv;

  constructor(seed: string) {
    const key = createHash('sha256').update(seed).digest();
    this.cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16));
  }

  /** Position in `hex` of `size` fresh characters (0-9, a-f); valid until the next call. */
  next(size: number): number {
    if (this.at + size > this.hex.length) {
      this.hex = Buffer.from(this.cipher.update(ZEROS).toString('hex'), 'latin1');
      this.at = 0;
    }
    const from = this.at;
    this.at += size;
    return from;
  }

  /** A whole number from 0 to `limit - 1`; `limit` is at most 2^24. */
  number(limit: number): number {
    const from = this.next(6);
    let value = 0;
    for (let at = from; at < from + 6; at++) {
      const code = this.hex[at] ?? 0;
      value = value * 16 + (code < 58 ? code - 48 : code - 87);
    }
    return value % limit;
  }
}

import { CRC64_SLICES as SLICES, crc64Tables } from '../crc64-tables.ts';

/** The ECMA-182 polynomial, reflected. */
const { low, high } = crc64Tables(0xc96c5795d7870f42n);

/**
 * CRC-64/XZ (ECMA-182 reflected, all ones before and after), eight bytes a step: what the archives of mongodump carry for each
 * namespace. Halves of 32 bits, because BigInt is far too slow for it.
 */
export class Crc64 {
  private low = -1;
  private high = -1;

  update(bytes: Uint8Array): this {
    let { low: l, high: h } = this;
    const { length } = bytes;
    const whole = length - (length % SLICES);
    let at = 0;
    for (; at < whole; at += SLICES) {
      const a = (bytes[at] as number) ^ (l & 0xff);
      const b = (bytes[at + 1] as number) ^ ((l >>> 8) & 0xff);
      const c = (bytes[at + 2] as number) ^ ((l >>> 16) & 0xff);
      const d = (bytes[at + 3] as number) ^ (l >>> 24);
      const e = (bytes[at + 4] as number) ^ (h & 0xff);
      const f = (bytes[at + 5] as number) ^ ((h >>> 8) & 0xff);
      const g = (bytes[at + 6] as number) ^ ((h >>> 16) & 0xff);
      const i = (bytes[at + 7] as number) ^ (h >>> 24);
      l =
        (low[1792 + a] as number) ^
        (low[1536 + b] as number) ^
        (low[1280 + c] as number) ^
        (low[1024 + d] as number) ^
        (low[768 + e] as number) ^
        (low[512 + f] as number) ^
        (low[256 + g] as number) ^
        (low[i] as number);
      h =
        (high[1792 + a] as number) ^
        (high[1536 + b] as number) ^
        (high[1280 + c] as number) ^
        (high[1024 + d] as number) ^
        (high[768 + e] as number) ^
        (high[512 + f] as number) ^
        (high[256 + g] as number) ^
        (high[i] as number);
    }
    for (; at < length; at += 1) {
      const index = (l ^ (bytes[at] as number)) & 0xff;
      l = ((l >>> 8) | (h << 24)) ^ (low[index] as number);
      h = (h >>> 8) ^ (high[index] as number);
    }
    this.low = l;
    this.high = h;
    return this;
  }

  /** As the signed 64-bit integer that BSON holds. */
  value(): bigint {
    return (BigInt(~this.high) << 32n) | BigInt(~this.low >>> 0);
  }
}

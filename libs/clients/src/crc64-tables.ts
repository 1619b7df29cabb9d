const BYTES = 256;

/** Bytes that one step takes with these tables ("slicing by eight"). */
export const CRC64_SLICES = 8;

/**
 * Tables of a reflected CRC-64, in two halves of 32 bits because BigInt is far too slow for the sum itself: entry `256 * n + byte` is
 * the checksum of `byte` followed by n zero bytes. @param polynomial reflected
 */
export function crc64Tables(polynomial: bigint): { low: Int32Array; high: Int32Array } {
  const low = new Int32Array(CRC64_SLICES * BYTES);
  const high = new Int32Array(CRC64_SLICES * BYTES);
  for (let byte = 0; byte < BYTES; byte += 1) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    low[byte] = Number(BigInt.asIntN(32, crc));
    high[byte] = Number(BigInt.asIntN(32, crc >> 32n));
  }
  for (let at = BYTES; at < CRC64_SLICES * BYTES; at += 1) {
    const [l, h] = [low[at - BYTES] as number, high[at - BYTES] as number];
    low[at] = (low[l & 0xff] as number) ^ ((l >>> 8) | (h << 24));
    high[at] = (high[l & 0xff] as number) ^ (h >>> 8);
  }
  return { low, high };
}

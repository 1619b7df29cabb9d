import { crc64Tables } from '../../crc64-tables.ts';

/** CRC-64/Jones as Redis has it (crc64.c): polynomial 0xad93d23594c935a9, reflected, start 0, nothing inverted at the end. */
const { low: LOW, high: HIGH } = crc64Tables(0x95ac9329ac4bc9b5n);

/** A running checksum, eight bytes at a step ("slicing by eight"), in two 32-bit halves. */
export class Crc64 {
  low = 0;
  high = 0;

  reset(): void {
    this.low = 0;
    this.high = 0;
  }

  update(bytes: Uint8Array, start: number, end: number): void {
    let low = this.low;
    let high = this.high;
    let at = start;
    for (const stop = end - 7; at < stop; at += 8) {
      // The first byte has the longest way to go: it takes the last table.
      const a = 1792 + (((bytes[at] as number) ^ low) & 255);
      const b = 1536 + (((bytes[at + 1] as number) ^ (low >>> 8)) & 255);
      const c = 1280 + (((bytes[at + 2] as number) ^ (low >>> 16)) & 255);
      const d = 1024 + ((bytes[at + 3] as number) ^ (low >>> 24));
      const e = 768 + (((bytes[at + 4] as number) ^ high) & 255);
      const f = 512 + (((bytes[at + 5] as number) ^ (high >>> 8)) & 255);
      const g = 256 + (((bytes[at + 6] as number) ^ (high >>> 16)) & 255);
      const h = (bytes[at + 7] as number) ^ (high >>> 24);
      low = xor(LOW, a, b, c, d) ^ xor(LOW, e, f, g, h);
      high = xor(HIGH, a, b, c, d) ^ xor(HIGH, e, f, g, h);
    }
    for (; at < end; at++) {
      const index = (low ^ (bytes[at] as number)) & 255;
      low = ((low >>> 8) | (high << 24)) ^ (LOW[index] as number);
      high = (high >>> 8) ^ (HIGH[index] as number);
    }
    this.low = low >>> 0;
    this.high = high >>> 0;
  }

  /** Eight bytes, little-endian, as RDB files and DUMP payloads end with them. */
  writeTo(target: Buffer, at: number): void {
    target.writeUInt32LE(this.low, at);
    target.writeUInt32LE(this.high, at + 4);
  }

  equals(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32LE(at) === this.low && bytes.readUInt32LE(at + 4) === this.high;
  }
}

function xor(table: Int32Array, a: number, b: number, c: number, d: number): number {
  return (table[a] as number) ^ (table[b] as number) ^ (table[c] as number) ^ (table[d] as number);
}

import fc from 'fast-check';
import { Crc64 } from './crc64.ts';

function crcOf(bytes: Buffer): string {
  const crc = new Crc64();
  crc.update(bytes, 0, bytes.length);
  const written = Buffer.alloc(8);
  crc.writeTo(written, 0);
  return written.readBigUInt64LE().toString(16);
}

describe('CRC-64/Jones', () => {
  it('has the check value of Redis (crc64.c)', () => {
    expect(crcOf(Buffer.from('123456789'))).toBe('e9c6d914c4b8d9ca');
    const long = 'This is a test of the emergency broadcast system.';
    expect(crcOf(Buffer.from(long))).toBe(bitwise(Buffer.from(long)));
  });

  it('is the same bit by bit, and piece by piece', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 200 }), (array, at) => {
        const bytes = Buffer.from(array);
        const middle = Math.min(at, bytes.length);
        const crc = new Crc64();
        crc.update(bytes, 0, middle);
        crc.update(bytes, middle, bytes.length);
        const written = Buffer.alloc(8);
        crc.writeTo(written, 0);
        expect(crc.equals(written, 0)).toBe(true);
        expect(written.readBigUInt64LE().toString(16)).toBe(bitwise(bytes));
      }),
    );
  });
});

/** The definition: one bit at a time. */
function bitwise(bytes: Buffer): string {
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x95ac9329ac4bc9b5n : crc >> 1n;
  }
  return crc.toString(16);
}

import fc from 'fast-check';
import { Crc64 } from './dump-archive-crc.ts';

/** The definition, bit by bit. */
function slowCrc(bytes: Uint8Array): bigint {
  let crc = 0xffff_ffff_ffff_ffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n;
  }
  return BigInt.asIntN(64, crc ^ 0xffff_ffff_ffff_ffffn);
}

describe('the checksum of mongodump archives', () => {
  it('has the check value of CRC-64/XZ', () => {
    expect(new Crc64().update(Buffer.from('123456789')).value()).toBe(BigInt.asIntN(64, 0x995dc9bbdf1939fan));
    expect(new Crc64().value()).toBe(0n);
  });

  it('is the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 8 }), (parts) => {
        const crc = new Crc64();
        for (const part of parts) crc.update(part);
        expect(crc.value()).toBe(slowCrc(Buffer.concat(parts)));
      }),
    );
  });
});

import fc from 'fast-check';
import { isAppError } from '@lucid/core/app-error';
import { decompressLzf } from './lzf.ts';

describe('LZF', () => {
  it('reads literals, references, long runs and references into themselves', () => {
    expect(decompressLzf(Buffer.from([2, 0x61, 0x62, 0x63]), 3).toString()).toBe('abc');
    // One `a`, then a run of 9 + 5 of it.
    expect(decompressLzf(Buffer.from([0, 0x61, 0xe0, 5, 0]), 15).toString()).toBe('a'.repeat(15));
    expect(decompressLzf(Buffer.from([2, 0x61, 0x62, 0x63, 0x20, 2]), 6).toString()).toBe('abcabc');
  });

  it('never reads or writes out of bounds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat({ max: 2 ** 31 }), (source, length) => {
        try {
          expect(decompressLzf(source, length)).toHaveLength(length);
        } catch (error) {
          expect(isAppError(error, 'RDB_INVALID')).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

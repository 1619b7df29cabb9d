import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { chunkId, openFrame, sealFrame, unpackFrame, type CodecKeys } from './frame-codec.ts';
import { FrameError, HEADER_BYTES, TAG_BYTES, readHeader } from './frame-header.ts';

const LIMIT = 1_000_000;
const base = {
  idKey: randomBytes(32),
  authKey: randomBytes(32),
  dataKeys: [
    { id: 1, key: randomBytes(32) },
    { id: 2, key: randomBytes(32) },
  ],
};
const encrypted: CodecKeys = { ...base, activeDataKey: 2, encrypted: true, compressed: true };
const plain: CodecKeys = { ...base, activeDataKey: 0, encrypted: false, compressed: false };

function open(keys: CodecKeys, id: Uint8Array, frame: Buffer): Buffer {
  return unpackFrame(openFrame(keys, 'chunk', id, frame, LIMIT));
}

describe.each([
  ['encrypted', encrypted],
  ['plain', plain],
])('A frame, %s', (_, keys) => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.integer({ min: 1, max: 20 }), (bytes, repeat) => {
        const content = Buffer.concat(Array.from({ length: repeat }, () => bytes));
        const id = chunkId(keys, content);
        expect(open(keys, id, sealFrame(keys, 'chunk', id, content)).equals(content)).toBe(true);
        const roomy = sealFrame(keys, 'chunk', id, content, new ArrayBuffer(content.length + 100));
        expect(open(keys, id, roomy).equals(content)).toBe(true);
      }),
    );
  });

  it('shows every flipped bit, every truncation, and bytes added', () => {
    const content = Buffer.from('{"status":"active"}'.repeat(4));
    const id = chunkId(keys, content);
    const frame = sealFrame(keys, 'chunk', id, content);
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const flipped = Buffer.from(frame);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => open(keys, id, flipped)).toThrow(FrameError);
    }
    for (let length = 0; length < frame.length; length++)
      expect(() => open(keys, id, frame.subarray(0, length))).toThrow(FrameError);
    expect(() => open(keys, id, Buffer.concat([frame, Buffer.alloc(1)]))).toThrow(FrameError);
  });

  it('opens neither under another id, nor as another kind, nor with other keys', () => {
    const [one, two] = [Buffer.from('one'), Buffer.from('two')];
    const frame = sealFrame(keys, 'chunk', chunkId(keys, one), one);
    expect(() => open(keys, chunkId(keys, two), frame)).toThrow(FrameError);
    expect(() => openFrame(keys, 'manifest', chunkId(keys, one), frame, LIMIT)).toThrow(FrameError);
    const others = { ...keys, authKey: randomBytes(32), dataKeys: [{ id: 2, key: randomBytes(32) }] };
    expect(() => open(others, chunkId(keys, one), frame)).toThrow(FrameError);
    expect(() => open(keys === plain ? encrypted : plain, chunkId(keys, one), frame)).toThrow(FrameError);
  });

  it('refuses more than the reader allows', () => {
    const content = Buffer.alloc(LIMIT + 1);
    const id = chunkId(keys, content);
    expect(() => open(keys, id, sealFrame(keys, 'chunk', id, content))).toThrow(FrameError);
  });
});

describe('sealFrame', () => {
  it('encrypts the same content differently each time, and opens frames of earlier data keys', () => {
    const content = Buffer.from('content');
    const id = chunkId(encrypted, content);
    const earlier = sealFrame({ ...encrypted, activeDataKey: 1 }, 'chunk', id, content);
    expect(sealFrame(encrypted, 'chunk', id, content).equals(sealFrame(encrypted, 'chunk', id, content))).toBe(false);
    expect(open(encrypted, id, earlier)).toEqual(content);
  });

  it('stores what does not compress as it is', () => {
    const content = randomBytes(1_000);
    expect(sealFrame(encrypted, 'chunk', chunkId(encrypted, content), content)).toHaveLength(
      1_000 + HEADER_BYTES + TAG_BYTES,
    );
  });
});

describe('readHeader', () => {
  it('answers any bytes with a header within the limits or a FrameError', () => {
    const start = sealFrame(encrypted, 'chunk', randomBytes(32), Buffer.alloc(10)).subarray(0, HEADER_BYTES);
    const hostile = fc
      .tuple(fc.uint8Array({ maxLength: 80 }), fc.boolean(), fc.nat(HEADER_BYTES))
      .map(([bytes, like, keep]) => {
        return like ? Buffer.concat([start.subarray(0, keep), bytes]) : Buffer.from(bytes);
      });
    fc.assert(
      fc.property(hostile, (bytes) => {
        try {
          const header = readHeader(bytes, 'chunk', LIMIT);
          expect(header.plainBytes).toBeLessThanOrEqual(LIMIT);
          expect([0, 1]).toContain(header.codec);
          expect([0, 1]).toContain(header.cipher);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

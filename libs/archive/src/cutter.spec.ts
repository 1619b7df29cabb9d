import { createHash } from 'node:crypto';
import { ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import { BsonCutter } from './bson-cutter.ts';
import { ByteCutter } from './byte-cutter.ts';
import type { Cutter } from './cutter.ts';

const params = { packBytes: 256, minBytes: 512, averageBytes: 2_048, maxBytes: 8_192 };
const kinds = [
  ['BsonCutter', () => new BsonCutter(params, 7)],
  ['ByteCutter', () => new ByteCutter(params, 7)],
] as const;

/** The chunks of a stream that is handed over in the given pieces. */
function cut(cutter: Cutter, pieces: Buffer[]): Buffer[] {
  const chunks: Buffer[] = [];
  let filled: Buffer[] = [];
  let size = 0;
  for (const piece of pieces) {
    for (let start = 0; start < piece.length;) {
      const end = cutter.next(piece, start, size);
      const part = piece.subarray(start, end < 0 ? piece.length : end);
      filled.push(part);
      size += part.length;
      start += part.length;
      if (end < 0) continue;
      chunks.push(Buffer.concat(filled));
      [filled, size] = [[], 0];
    }
  }
  return size > 0 ? [...chunks, Buffer.concat(filled)] : chunks;
}

function pseudoRandom(seed: string, length: number): Buffer {
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`${seed} ${i}`).digest(),
  );
  return Buffer.concat(parts).subarray(0, length);
}

function documents(count: number, seed = 'a'): Buffer[] {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(serialize({ _id: new ObjectId(pseudoRandom(`${seed}${i}`, 12)), text: 'x'.repeat((i * 37) % 300) })),
  );
}

function distinct(chunks: Buffer[]): Set<string> {
  return new Set(chunks.map((chunk) => createHash('sha256').update(chunk).digest('hex')));
}

const anyId = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.uint8Array(),
  fc.object({ maxDepth: 1 }),
  fc.constant(null),
);
const anyDocument = fc
  .record({ _id: anyId, more: fc.dictionary(fc.string(), fc.string({ maxLength: 400 })) }, { requiredKeys: [] })
  .map((document) => Buffer.from(serialize(document)));

describe.each(kinds)('%s', (name, make) => {
  it('cuts any documents at any places without losing a byte, the same however they arrive', () => {
    fc.assert(
      fc.property(fc.array(anyDocument, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (all, group) => {
        const groups = Array.from({ length: Math.ceil(all.length / group) }, (_, i) =>
          Buffer.concat(all.slice(i * group, (i + 1) * group)),
        );
        const chunks = cut(make(), groups);
        expect(Buffer.concat(chunks)).toEqual(Buffer.concat(all));
        expect(chunks).toEqual(cut(make(), [Buffer.concat(all)]));
      }),
    );
  });

  it('keeps the sizes', () => {
    // A rolling hash needs bytes that vary; documents of one repeated letter would stretch its chunks.
    const stream = name === 'ByteCutter' ? pseudoRandom('bytes', 1_000_000) : Buffer.concat(documents(5_000));
    const chunks = cut(make(), [stream]);
    const sizes = chunks.slice(0, -1).map(({ length }) => length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(params.minBytes - 400);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(params.maxBytes);
    const average = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(average).toBeGreaterThan(params.averageBytes / 2);
    expect(average).toBeLessThan(params.averageBytes * 2);
  });

  it('changes only chunks nearby when a document is inserted', () => {
    const all = documents(3_000);
    const before = distinct(cut(make(), [Buffer.concat(all)]));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: all.length }), (at) => {
        const [inserted] = documents(1, 'new') as [Buffer];
        const after = distinct(cut(make(), [Buffer.concat(all.toSpliced(at, 0, inserted))]));
        const fresh = [...after].filter((hash) => !before.has(hash));
        expect(fresh.length).toBeGreaterThan(0);
        expect(fresh.length).toBeLessThanOrEqual(before.size / 4);
      }),
      { numRuns: 30 },
    );
  });

  it(`starts ${name} anew with each chunk`, () => {
    const bytes = Buffer.concat(documents(2_000));
    const chunks = cut(make(), [bytes]);
    expect(cut(make(), [bytes.subarray(chunks[0]!.length)])).toEqual(chunks.slice(1));
  });
});

describe('BsonCutter', () => {
  it('counts documents and cuts only between them', () => {
    const all = documents(500);
    const cutter = new BsonCutter(params, 7);
    const chunks = cut(cutter, [Buffer.concat(all)]);
    expect(cutter.documents).toBe(500);
    const starts = new Set<number>();
    all.reduce((at, { length }) => (starts.add(at), at + length), 0);
    chunks.reduce((at, { length }) => (expect(starts.has(at)).toBe(true), at + length), 0);
  });

  it('gives a document over the limit a chunk of its own', () => {
    const large = Buffer.from(serialize({ _id: 1, text: 'x'.repeat(20_000) }));
    const [small] = documents(1) as [Buffer];
    expect(cut(new BsonCutter(params, 7), [Buffer.concat([small, large, small])])).toContainEqual(large);
  });

  it('refuses hostile bytes with an error and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        try {
          expect(cut(new BsonCutter(params, 7), [Buffer.from(bytes)]).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
    for (const bad of [
      [4, 0, 0, 0, 0],
      [255, 255, 255, 255, 0],
      [6, 0, 0, 0, 0],
      [5, 0, 0, 0, 1],
      [5, 0, 0],
    ]) {
      expect(() => cut(new BsonCutter(params, 7), [Buffer.from(bad)])).toThrow(RangeError);
    }
  });
});

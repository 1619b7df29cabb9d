import { serialize } from 'bson';
import fc from 'fast-check';
import { removeArrayKeys } from './batch-array.ts';
import { elementsOf } from './bson-walk.ts';

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.date({ noInvalidDate: true }),
    fc.constant(/a.c/i),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,6}$/), tie('any'), { maxKeys: 4 }),
  ),
})).any;
const documents = fc.array(fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), value, { maxKeys: 6 }), {
  maxLength: 120,
});

/** A reply's batch with bytes before and after it, and where the array lies. */
function batchOf(list: object[]): { buffer: Buffer; start: number; end: number } {
  const buffer = Buffer.from(serialize({ before: 'x', batch: list, after: 1 }));
  const array = [...elementsOf(buffer, 0, buffer.length)].find(({ name }) => name === 'batch')!;
  return { buffer, start: array.start, end: array.end };
}

it('leaves the documents of any batch, byte for byte and in order', () => {
  fc.assert(
    fc.property(documents, (list) => {
      const { buffer, start, end } = batchOf(list);
      const result = removeArrayKeys(buffer, start, end);
      expect(result.count).toBe(list.length);
      expect(result.documents.equals(Buffer.concat(list.map((document) => serialize(document))))).toBe(true);
    }),
  );
});

it('handles keys of every length', () => {
  const list = Array.from({ length: 10_050 }, (_, _id) => ({ _id }));
  const { buffer, start, end } = batchOf(list);
  expect(removeArrayKeys(buffer, start, end).documents.equals(Buffer.concat(list.map((one) => serialize(one))))).toBe(
    true,
  );
});

it('never reads past the array, whatever bytes are damaged', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(documents, damage, (list, changes) => {
      const { buffer, start, end } = batchOf(list);
      for (const [at, byte] of changes) buffer[start + (at % (end - start))] = byte;
      const tail = Buffer.from(buffer.subarray(end));
      try {
        const { documents: left } = removeArrayKeys(buffer, start, end);
        expect(left.length).toBeLessThanOrEqual(end - start);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
      expect(buffer.subarray(end).equals(tail)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('refuses an array of anything but documents', () => {
  const buffer = Buffer.from(serialize({ batch: [1, 2] }));
  const array = [...elementsOf(buffer, 0, buffer.length)][0]!;
  expect(() => removeArrayKeys(buffer, array.start, array.end)).toThrow(RangeError);
});

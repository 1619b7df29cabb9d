import { BSON } from 'mongodb';
import fc from 'fast-check';
import { documentIdPath, parseDocumentId } from './document-id.ts';

const bytesOf = (id: unknown): string => Buffer.from(BSON.serialize({ id })).toString('hex');

describe('ids in addresses', () => {
  const id = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '')),
    fc.constantFrom<unknown>('export', '5', '-5', '{', '"', '[', '[1]', '', 'a/b', '%41', null, true, 0.5, new Date(5)),
    fc.integer(),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .filter((n) => n > 2n ** 31n || n < -(2n ** 31n))
      .map((n) => BSON.Long.fromBigInt(n)),
    fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new BSON.ObjectId(bytes)),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new BSON.Binary(bytes, 4)),
    fc.record({ a: fc.string(), b: fc.integer() }),
  );

  it('are read back as what they were, with their type', () => {
    fc.assert(
      fc.property(id, (value) => {
        const path = documentIdPath(value);
        expect(path).not.toMatch(/[/?#]/);
        expect(bytesOf(parseDocumentId(decodeURIComponent(path)))).toBe(bytesOf(value));
      }),
    );
  });

  it.each(['', 'x'.repeat(1025), '9223372036854775808', '{x', '[1,2]', '[]', '{"$oid":1}', '"a'])(
    'refuses %j',
    (text) => {
      expect(() => parseDocumentId(text)).toThrow(expect.objectContaining({ status: 400 }));
    },
  );
});

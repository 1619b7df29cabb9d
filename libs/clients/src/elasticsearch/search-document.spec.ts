import type { SearchDefinition } from '@lucid/models/model-definition';
import { Binary, Decimal128, Double, Int32, Long, MaxKey, ObjectId, Timestamp, UUID } from 'bson';
import fc from 'fast-check';
import { mongodbIdOf, searchDocumentOf, searchIdOf } from './search-document.ts';

const search: SearchDefinition = {
  ...{ index: 'blocks', refreshSeconds: 1, retentionDays: null, bestCompression: false },
  mapping: { dynamic: false, _source: { excludes: ['secret', 'items.signature'] }, properties: {} },
};

describe('a document of a search index', () => {
  it('has every field but those that the model keeps out, arrays of documents included', () => {
    const document = {
      _id: 'a',
      secret: { deep: 1 },
      kept: { secret: 1 },
      items: [{ id: 1, signature: 'x' }, { signature: 'y' }, {}, [{ signature: 'z' }], 5, null],
      'items.signature': 'dotted',
      'secret.deep': 1,
      empty: [{}, []],
    };
    expect(searchDocumentOf(document, search)).toEqual({
      id: 'a',
      source: { kept: { secret: 1 }, items: [{ id: 1 }, 5, null], empty: [{}, []] },
    });
    expect(searchDocumentOf({ _id: 'b', items: { signature: 'x' } }, search)?.source).toEqual({});
  });

  it('has values that JSON and Elasticsearch hold exactly', () => {
    const document = {
      _id: new ObjectId('65a1b2c3d4e5f60718293a4b'),
      reference: new ObjectId('65a1b2c3d4e5f60718293a4c'),
      small: Long.fromNumber(42),
      large: Long.MAX_VALUE,
      int: new Int32(7),
      minusZero: -0,
      nothing: new Double(Number.NaN),
      amount: Decimal128.fromString('12345678901234567890.000001'),
      notANumber: Decimal128.fromString('NaN'),
      at: new Date('2026-01-09T14:03:10.123Z'),
      far: new Date(Date.UTC(12_000, 0, 1)),
      bytes: new Binary(Buffer.from('abc')),
      uuid: new UUID('01234567-89ab-4def-8123-456789abcdef'),
      pattern: /a.b/i,
      operation: Timestamp.fromBits(3, 5),
      last: new MaxKey(),
      gone: undefined,
    };
    expect(searchDocumentOf(document, search)).toEqual({
      id: '65a1b2c3d4e5f60718293a4b',
      source: {
        reference: '65a1b2c3d4e5f60718293a4c',
        small: 42,
        large: '9223372036854775807',
        int: 7,
        minusZero: 0,
        nothing: null,
        amount: '12345678901234567890.000001',
        notANumber: null,
        at: '2026-01-09T14:03:10.123Z',
        far: Date.UTC(12_000, 0, 1),
        bytes: 'YWJj',
        uuid: '01234567-89ab-4def-8123-456789abcdef',
        pattern: { $regularExpression: { pattern: 'a.b', options: 'i' } },
        operation: { $timestamp: { t: 5, i: 3 } },
        last: { $maxKey: 1 },
        gone: null,
      },
    });
  });

  it('has none where the id is longer than Elasticsearch takes', () => {
    expect(searchDocumentOf({ _id: 'é'.repeat(257) }, search)).toBeUndefined();
    expect(searchIdOf('x'.repeat(512))).toBe('x'.repeat(512));
  });

  it.each([
    [new ObjectId('65a1b2c3d4e5f60718293a4b'), '65a1b2c3d4e5f60718293a4b'],
    ['65a1b2c3d4e5f60718293a4b', '"65a1b2c3d4e5f60718293a4b"'],
    ['session:1', 'session:1'],
    ['17', '"17"'],
    [17, '17'],
    [new Int32(17), '17'],
    [Long.MAX_VALUE, '9223372036854775807'],
    [2 ** 60, '1152921504606846976'],
    [-1e20, '-100000000000000000000'],
    ['', '""'],
    ['null', '"null"'],
    [null, 'null'],
    [true, 'true'],
    [{ b: 1, a: 'x' }, '{"b":{"$numberInt":"1"},"a":"x"}'],
  ])('has an id of its own for %p', (id, expected) => {
    expect(searchIdOf(id)).toBe(expected);
    expect(searchIdOf(mongodbIdOf(expected))).toBe(expected);
  });

  it('has an id that leads back to that of MongoDB, whatever it is', () => {
    const ids = fc.oneof(
      fc.string({ maxLength: 100 }),
      fc.integer().map(String),
      fc.json({ maxDepth: 1 }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
      fc.date({ noInvalidDate: true }),
      fc.record({ region: fc.string(), number: fc.integer() }),
    );
    fc.assert(
      fc.property(ids, (id) => {
        const text = searchIdOf(id);
        if (text !== undefined) expect(mongodbIdOf(text)).toEqual(id === 0 ? 0 : id);
      }),
    );
  });

  it('has another id wherever MongoDB has', () => {
    const ids = fc.oneof(fc.string({ maxLength: 6 }), fc.integer({ min: -9, max: 9 }), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        expect(searchIdOf(one) === searchIdOf(other)).toBe(one === other);
      }),
      { numRuns: 2_000 },
    );
  });
});

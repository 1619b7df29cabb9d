import { BSON, EJSON, type Document } from 'bson';
import fc from 'fast-check';
import { bsonDocument } from './bson-values.fixture.ts';
import { fromExtendedJson, toExtendedJson } from './extended-json.ts';

const OPTIONS = { promoteValues: false, bsonRegExp: true } as const;
const bytesOf = (value: unknown): string => Buffer.from(BSON.serialize(value as Document)).toString('hex');
const throughText = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('Extended JSON', () => {
  it('brings every BSON value back with its type, and so does every other reader of canonical parsers', () => {
    fc.assert(
      fc.property(bsonDocument, (document) => {
        const bytes = BSON.serialize(document);
        const json = throughText(toExtendedJson(BSON.deserialize(bytes, OPTIONS)));
        expect(bytesOf(fromExtendedJson(json))).toBe(Buffer.from(bytes).toString('hex'));
        expect(bytesOf(EJSON.parse(JSON.stringify(json), { relaxed: false }))).toBe(Buffer.from(bytes).toString('hex'));
      }),
      { numRuns: 500 },
    );
  });

  it('reads what others write as canonical Extended JSON', () => {
    fc.assert(
      fc.property(bsonDocument, (document) => {
        const canonical = JSON.parse(EJSON.stringify(document, { relaxed: false })) as unknown;
        expect(bytesOf(fromExtendedJson(canonical))).toBe(bytesOf(document));
      }),
      { numRuns: 500 },
    );
  });

  it('is plain where that loses nothing', () => {
    const bytes = BSON.serialize({
      a: 1,
      b: 0.5,
      c: BSON.Long.fromString('5000000000'),
      d: 'x',
      e: new Date(0),
      f: null,
    });
    expect(toExtendedJson(BSON.deserialize(bytes, OPTIONS))).toEqual({
      ...{ a: 1, b: 0.5, c: 5_000_000_000, d: 'x', e: { $date: '1970-01-01T00:00:00Z' }, f: null },
    });
    const typed = { a: new BSON.Double(1), b: BSON.Long.fromNumber(1), c: BSON.Long.MAX_VALUE, d: new BSON.Double(-0) };
    expect(toExtendedJson(typed)).toEqual({
      ...{ a: { $numberDouble: '1.0' }, b: { $numberLong: '1' }, c: { $numberLong: '9223372036854775807' } },
      d: { $numberDouble: '-0.0' },
    });
  });

  it('gives back what holds nothing to convert, and leaves its input as it was', () => {
    const plain = { a: 'x', b: [1, { c: null }], $gt: 5 };
    expect(fromExtendedJson(plain)).toBe(plain);
    const typed = Object.freeze({ a: Object.freeze({ $numberLong: '5' }), b: 'x' });
    expect(fromExtendedJson(typed)).toEqual({ a: BSON.Long.fromNumber(5), b: 'x' });
  });

  const broken: [string, string][] = [
    ['{"a":{"$oid":"xyz"}}', '/a'],
    ['{"a":{"$oid":5}}', '/a'],
    ['{"a":[{"$numberLong":"9223372036854775808"}]}', '/a/0'],
    ['{"a":{"$numberLong":5}}', '/a'],
    ['{"a":{"$numberInt":"2147483648"}}', '/a'],
    ['{"a":{"$numberDouble":"1,5"}}', '/a'],
    ['{"a":{"$numberDecimal":"x"}}', '/a'],
    ['{"a":{"$date":"2025-02-30T00:00:00Z"}}', '/a'],
    ['{"a":{"$date":"yesterday"}}', '/a'],
    ['{"a":{"$date":5}}', '/a'],
    ['{"a":{"$date":{"$numberLong":"9223372036854775807"}}}', '/a'],
    ['{"a":{"$binary":{"base64":"a","subType":"00"}}}', '/a'],
    ['{"a":{"$binary":"YQ==","$type":"00"}}', '/a'],
    ['{"a":{"$uuid":"1"}}', '/a'],
    ['{"a":{"$timestamp":{"t":-1,"i":0}}}', '/a'],
    ['{"a":{"$regularExpression":{"pattern":"a","options":"q"}}}', '/a'],
    ['{"a":{"$minKey":2}}', '/a'],
    ['{"a":{"$code":1}}', '/a'],
    ['{"a":{"$undefined":true}}', '/a'],
    ['{"a/b":{"$oid":"5f1c0d5f1c0d5f1c0d5f1c0d","x":1}}', '/a~1b'],
    ['{"a":9007199254740993}', '/a'],
    ['{"a":{"__proto__":{"admin":true}}}', '/a/__proto__'],
    ['{"a":{"_bsontype":"ObjectId"}}', '/a/_bsontype'],
    ['{"a\\u0000b":1}', ''],
  ];
  it.each(broken)('refuses %s', (text, pointer) => {
    expect(() => fromExtendedJson(JSON.parse(text))).toThrow(
      expect.objectContaining({ code: 'EXTENDED_JSON_INVALID', errors: [expect.objectContaining({ pointer })] }),
    );
  });

  it('refuses what is nested without end, wherever it stands', () => {
    const nested = (levels: number): unknown => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));
    expect(fromExtendedJson(nested(100), '/documents/0')).toEqual(nested(100));
    for (const levels of [102, 100_000])
      expect(() => fromExtendedJson(nested(levels))).toThrow(
        expect.objectContaining({ code: 'EXTENDED_JSON_INVALID' }),
      );
  });

  it('never fails in another way, whatever comes', () => {
    const keys = fc.constantFrom(
      '$oid',
      '$date',
      '$binary',
      '$code',
      '$scope',
      '$ref',
      '$timestamp',
      '$numberLong',
      'a',
      '',
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        fc.jsonValue(),
        fc.dictionary(keys, tie('tree'), { maxKeys: 3 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        try {
          fromExtendedJson(throughText(value));
        } catch (error) {
          expect(error).toMatchObject({ code: 'EXTENDED_JSON_INVALID' });
        }
      }),
    );
  });
});

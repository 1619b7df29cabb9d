import { BSON } from 'mongodb';
import fc from 'fast-check';
import { BsonJsonWriter, bsonToJson } from './bson-to-json.ts';
import { bsonDocument } from './bson-values.fixture.ts';
import { fromExtendedJson, toExtendedJson } from './extended-json.ts';

describe('JSON from the bytes of BSON', () => {
  it('is what the objects would give, and is read back to the same bytes', () => {
    fc.assert(
      fc.property(bsonDocument, (document) => {
        const bytes = BSON.serialize(document);
        const json: unknown = JSON.parse(bsonToJson(bytes).toString('utf8'));
        const objects = BSON.deserialize(bytes, { promoteValues: false, bsonRegExp: true });
        expect(json).toEqual(JSON.parse(JSON.stringify(toExtendedJson(objects))));
        const back = BSON.serialize(fromExtendedJson(json) as BSON.Document);
        expect(Buffer.from(back).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('escapes what JSON wants escaped, in short and in long texts', () => {
    const texts = [
      '"',
      '\\',
      '\n\r\t\b\f',
      '\u0000\u001f',
      'ä€😀',
      'x'.repeat(100),
      `${'x'.repeat(99)}"${'é'.repeat(99)}\\`,
    ];
    const document = Object.fromEntries(texts.map((text, index) => [`${text.replaceAll('\0', '')}${index}`, text]));
    expect(JSON.parse(bsonToJson(BSON.serialize(document)).toString('utf8'))).toEqual(document);
  });

  it('names the types that nobody can write any more', () => {
    // {a: undefined, b: DBPointer("c", 0101…)}, which no driver serializes.
    const id = Buffer.alloc(12, 1);
    const body = Buffer.concat([
      ...[Buffer.from('\x06a\0', 'latin1'), Buffer.from('\x0cb\0\x02\0\0\0c\0', 'latin1'), id, Buffer.from([0])],
    ]);
    const head = Buffer.alloc(4);
    head.writeInt32LE(body.length + 4);
    expect(JSON.parse(bsonToJson(Buffer.concat([head, body])).toString('utf8'))).toEqual({
      ...{ a: { $undefined: true }, b: { $dbPointer: { $ref: 'c', $id: { $oid: '01'.repeat(12) } } } },
    });
  });

  it('keeps a time that no Date can hold', () => {
    const bytes = Buffer.from(BSON.serialize({ a: new Date(0) }));
    bytes.writeBigInt64LE(2n ** 63n - 1n, 7);
    expect(bsonToJson(bytes).toString('utf8')).toBe('{"a":{"$date":{"$numberLong":"9223372036854775807"}}}');
  });

  it('joins documents and leaves a field out', () => {
    const writer = new BsonJsonWriter().ascii('[');
    writer
      .document(BSON.serialize({ k: 1, a: { k: 2 } }), 'k')
      .ascii(',')
      .document(BSON.serialize({ a: 1, k: 2 }), 'k');
    expect(writer.json(',"ä"]').bytes().toString('utf8')).toBe('[{"a":{"k":2}},{"a":1},"ä"]');
  });
});

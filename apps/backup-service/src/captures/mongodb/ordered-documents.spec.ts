import { Double, Int32, Long, serialize } from 'bson';
import { decodeOrdered, definitionText, keepDocument, readKept } from './ordered-documents.ts';

const KEY = new Map([
  ['2', 1],
  ['1', -1],
]);

function bytesOf(document: object): Buffer {
  return Buffer.from(serialize(document));
}

describe('documents with names that look like integers', () => {
  it.each([
    ['an index', { v: 2, key: KEY, name: 'x' }],
    [
      'a validator',
      {
        validator: {
          $jsonSchema: {
            properties: new Map([
              ['9', {}],
              ['a', {}],
              ['1', { deep: KEY }],
            ]),
          },
        },
      },
    ],
    ['a pipeline', { viewOn: 'c', pipeline: [{ $project: KEY }] }],
    ['numbers of every type', { a: new Int32(1), b: new Double(1), c: Long.fromInt(1), d: /x/i }],
  ])('come back byte by byte: %s', (_what, document) => {
    const bytes = bytesOf(document);
    expect(bytesOf(decodeOrdered(bytes)).equals(bytes)).toBe(true);
    const { ejson, bson } = keepDocument(bytes);
    expect(bytesOf(readKept(ejson, bson)).equals(bytes)).toBe(true);
  });

  it('are kept as bytes only where Extended JSON would change them', () => {
    expect(keepDocument(bytesOf({ key: { a: 1, b: -1 } })).bson).toBeUndefined();
    expect(keepDocument(bytesOf({ key: KEY })).bson).toBeDefined();
  });

  it('differ when their order does, but not by the order of the options or the type of a number', () => {
    const other = new Map([...KEY].reverse());
    expect(definitionText({ key: KEY, name: 'x' })).not.toBe(definitionText({ key: other, name: 'x' }));
    expect(definitionText({ key: KEY, v: new Int32(2) })).toBe(definitionText({ v: 2, key: KEY }));
    expect(definitionText({ key: { a: 1 } })).not.toBe(definitionText({ key: { b: 1 } }));
  });
});

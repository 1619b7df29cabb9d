import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import {
  Binary,
  Code,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import { ChunkRanges } from './chunk-ranges.ts';
import { compareShardKeys, ShardKey, type ShardKeyValue } from './shard-key.ts';

/** Values that lie close together, of every type that a shard key may have. */
const VALUES: readonly unknown[] = [
  ...[new MinKey(), new MaxKey(), null, true, false, '', 'a', 'A', 'ab', 'ä', '\u{1f600}', '\ufffd'],
  ...[new Int32(0), new Int32(-7), new Int32(7), new Double(7), new Double(7.5), new Double(-7.5), new Double(NaN)],
  ...[new Double(Infinity), new Double(-Infinity), new Double(1e300), new Double(5e-324), new Double(-0)],
  ...[Long.MAX_VALUE, Long.MIN_VALUE, Long.fromString('9007199254740993'), new Double(9007199254740992)],
  ...['7', '7.50', '7.25', '0.1', '1E+6000', '-1E+6000', 'NaN', 'Infinity', '-Infinity', '9007199254740992.5'].map(
    (text) => Decimal128.fromString(text),
  ),
  ...[new Double(0.1), new Double(2 ** 63), new Date(0), new Date(-5), new Date(1.7e12)],
  ...[new Timestamp({ t: 1, i: 2 }), new Timestamp({ t: 0xffff_ffff, i: 1 })],
  ...[new ObjectId('000000000000000000000001'), new ObjectId('ff0000000000000000000000')],
  ...[new Binary(Buffer.from('ab')), new Binary(Buffer.from('b')), new Binary(Buffer.from('ab'), 0x80)],
  ...[{}, { a: 1 }, { b: 1 }, { a: 'x' }, { a: new Double(1), b: null }, { a: { b: [1, { c: 2 }] } }, new Code('f()')],
];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('shard_keys');
  const documents = VALUES.map((v, n) => ({ _id: n as never, v }));
  await database.db.collection('values').insertMany([...documents, { _id: VALUES.length as never }]);
  await database.db.collection('values').createIndexes([{ key: { v: 1 } }, { key: { v: 'hashed' } }]);
});
afterAll(() => database.close());

function valueIn(pattern: Document, document: Document): ShardKeyValue {
  const value = new ShardKey(Buffer.from(serialize(pattern))).valueOf(Buffer.from(serialize(document)));
  if (!value) throw new Error('an array');
  return value;
}

function documentOf(id: number): Document {
  return id === VALUES.length ? { _id: id } : { _id: id, v: VALUES[id] };
}

describe('ShardKey', () => {
  it('orders values as an index of the server does', async () => {
    const options = { hint: { v: 1 }, projection: { _id: 1 } };
    const listed = (await database.db.collection('values').find({}, options).toArray()).map(({ _id }) => Number(_id));
    const places = new Map(listed.map((id, place) => [id, place]));
    expect(listed).toHaveLength(VALUES.length + 1);
    for (const [place, id] of listed.entries())
      for (const other of listed) {
        const order = compareShardKeys(valueIn({ v: 1 }, documentOf(id)), valueIn({ v: 1 }, documentOf(other)));
        // Equal ones stand in the order of their insertion.
        if (order !== 0)
          expect([id, other, Math.sign(order)]).toEqual([id, other, Math.sign(place - places.get(other)!)]);
      }
    const pairs = listed.slice(1).map((id, at) => [listed[at]!, id] as const);
    const equal = pairs.filter(
      ([a, b]) => compareShardKeys(valueIn({ v: 1 }, documentOf(a)), valueIn({ v: 1 }, documentOf(b))) === 0,
    );
    const asServer = [];
    for (const [a, b] of pairs) {
      const same = { $expr: { $eq: [{ $cmp: ['$v', { $literal: documentOf(b)['v'] ?? null }] }, 0] }, _id: a as never };
      if ((await database.db.collection('values').countDocuments(same)) === 1) asServer.push([a, b]);
    }
    // A missing value is null in an index, and not for $cmp.
    const isThere = (pair: readonly number[]): boolean => !pair.includes(VALUES.length);
    expect(equal.filter(isThere)).toEqual(asServer.filter(isThere));
  });

  it('hashes values as an index of the server does', async () => {
    const options = { hint: { v: 'hashed' }, returnKey: true, promoteValues: false };
    for (let id = 0; id <= VALUES.length; id += 1) {
      const [key] = await database.db
        .collection('values')
        .find({ _id: id as never }, options)
        .toArray();
      const [hash] = valueIn({ v: 'hashed' }, documentOf(id));
      expect([id, hash?.value.readBigInt64LE()]).toEqual([id, (key?.['v'] as Long).toBigInt()]);
    }
  });

  it('hashes 42 as the sources of the server say', () => {
    expect(valueIn({ v: 'hashed' }, { v: 42 })[0]?.value.readBigInt64LE()).toBe(-944302157085130861n);
  });

  it('follows paths, and owns nothing behind an array', () => {
    expect(valueIn({ 'a.b': 1 }, { a: { b: 7 } })).toEqual(valueIn({ c: 1 }, { c: 7 }));
    expect(valueIn({ 'a.b': 1 }, { a: 7 })).toEqual(valueIn({ c: 1 }, {}));
    expect(() => valueIn({ 'a.b': 1 }, { a: [{ b: 7 }] })).toThrow('an array');
  });
});

describe('ChunkRanges', () => {
  const bytes = (document: Document): Buffer => Buffer.from(serialize(document));
  const ranges = new ChunkRanges(bytes({ a: 1, b: 1 }), [
    { min: bytes({ a: 5, b: 'm' }), shard: 'south' },
    { min: bytes({ a: new MinKey(), b: new MinKey() }), shard: 'north' },
    { min: bytes({ a: 9, b: new MinKey() }), shard: 'north' },
  ]);

  it.each([
    [{}, 'north'],
    [{ a: 5, b: 'l' }, 'north'],
    [{ a: 5, b: 'm' }, 'south'],
    [{ a: new Long(5), b: 'z' }, 'south'],
    [{ a: 8.9 }, 'south'],
    [{ a: 9 }, 'north'],
    [{ a: 'text' }, 'north'],
    [{ a: [5], b: 'm' }, undefined],
  ])('%j is owned by %s', (document, shard) => {
    expect(ranges.ownerOf(bytes(document))).toBe(shard);
  });

  it('takes no bounds of another key', () => {
    expect(() => new ChunkRanges(bytes({ a: 1 }), [{ min: bytes({ b: 1 }), shard: 'north' }])).toThrow(RangeError);
    expect(() => new ChunkRanges(bytes({ a: 1 }), [])).toThrow(RangeError);
  });
});

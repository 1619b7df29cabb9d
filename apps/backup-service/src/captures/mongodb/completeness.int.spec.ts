import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { type Document, serialize } from 'bson';
import { Binary, Long } from 'mongodb';
import { startSingleMemberSet, type SingleMemberSet } from '../../../../../tests/setup/single-member-set.ts';
import { CaptureFixture } from './capture.fixture.ts';
import { fieldsOf, textOf } from './oplog-bson.ts';
import { bytesById, padded, readBytes, type RestoreSetting } from './restore.fixture.ts';
import { WireRestoreWriter } from './restore-wire-writer.ts';

const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** Integer-like names: their order is lost in a JavaScript object. */
const NUMBERED = new Map<string, unknown>([
  ['10', 1],
  ['9', -1],
  ['b', 1],
]);

/** Of its own: a restore in place holds everybody's writes. */
let set: SingleMemberSet;
let database: TestDatabase;
let setting: RestoreSetting;
let fixture: CaptureFixture;

beforeAll(async () => {
  set = await startSingleMemberSet({ oplogMegabytes: 500, checkpointSeconds: 60 });
  database = await createTestDatabase('complete', set.uri);
  const { client, uri, name } = database;
  setting = { client, uri, controlDatabase: database.sibling('completecontrol'), mainDatabase: name };
  fixture = await CaptureFixture.open(setting);
});
afterAll(async () => {
  await fixture?.close();
  await database?.close();
  await set?.stop();
});

/** Everything that is visible of a database, as the bytes in which the server says it: options, indexes, documents in order. */
async function stateOf(name: string): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = {};
  const db = database.client.db(name);
  const raw = (await db.listCollections({}, { raw: true } as never).toArray()) as unknown as Uint8Array[];
  for (const bytes of raw) {
    const listed = parse(bytes);
    const { name: collection, type } = listed;
    if (collection === 'system.views') continue;
    const indexes = type === 'view' ? [] : await db.collection(collection).listIndexes({ raw: true }).toArray();
    const read = type === 'collection' ? await readBytes(setting.uri, name, collection) : [];
    const documents = read.map((one) => one.toString('base64'));
    // Members may have one batch of inserts in different orders, but for capped collections.
    if (!listed.options.includes('capped')) documents.sort();
    state[collection] = {
      type,
      options: listed.options.replaceAll(Buffer.from(name).toString('latin1'), '<db>'),
      indexes: indexes.map((one) => Buffer.from(one as unknown as Uint8Array).toString('latin1')).sort(),
      documents,
    };
  }
  return state;
}

function parse(bytes: Uint8Array): { name: string; type: string; options: string } {
  const fields = new Map(fieldsOf(Buffer.from(bytes)).map((field) => [field.name, field]));
  return {
    name: textOf(fields.get('name')) ?? '',
    type: textOf(fields.get('type')) ?? '',
    options: fields.get('options')!.value.toString('latin1'),
  };
}

async function fillCollections(name: string): Promise<void> {
  const db = database.client.db(name);
  await db.createCollection('checked', {
    validator: { $jsonSchema: { bsonType: 'object', properties: NUMBERED_SCHEMA } } as never,
  });
  await db.createCollection('levels', { validator: { a: 1 }, validationLevel: 'moderate', validationAction: 'warn' });
  await db.createCollection('actionOnly', { validator: { a: { $exists: true } }, validationAction: 'warn' });
  await db.collection('levels').insertOne({ a: 2 });
  await db.createCollection('capped', { capped: true, size: 65_536, max: 50 });
  await db.collection('capped').insertMany(Array.from({ length: 60 }, (_, n) => ({ n })));
  await db.createCollection('clustered', {
    clusteredIndex: { key: { _id: 1 }, unique: true, name: 'by id' },
    expireAfterSeconds: 900_000_000,
  } as never);
  await db.collection<Document>('clustered').insertMany([3, 1, 2].map((_id) => ({ _id })) as never);
  await db.createCollection('german', { collation: { locale: 'de', strength: 2, caseLevel: true } });
  await db.collection('german').insertMany([{ a: 'ä' }, { a: 'Ä' }]);
  await db.collection('german').createIndexes([
    { key: { a: 1 }, name: 'own' },
    { key: { a: -1 }, name: 'simple', collation: { locale: 'simple' } },
  ]);
  await db.createCollection('images', { changeStreamPreAndPostImages: { enabled: true } });
  await db.createCollection('empty');
  await db.createCollection('ticks', {
    timeseries: { timeField: 't', metaField: 'm', granularity: 'minutes' },
    expireAfterSeconds: 900_000_000,
  });
  await db
    .collection('ticks')
    .insertMany(Array.from({ length: 300 }, (_, n) => ({ t: new Date(1.79e12 + n * 1e3), m: { k: n % 3 }, v: n })));
  await db.collection('ticks').createIndex({ 'm.k': 1, t: -1 });
}

const NUMBERED_SCHEMA = new Map(
  ['10', '9', 'b'].map((field): [string, unknown] => [field, new Map([['bsonType', ['int', 'string']]])]),
);

async function fillIndexesAndViews(name: string): Promise<void> {
  const db = database.client.db(name);
  const places = { place: { type: 'Point', coordinates: [2, 3] }, flat: [1, 2], words: 'chains', tags: ['a', 'b'] };
  await db.collection('kinds').insertMany([places, { day: new Date('2099-01-01'), n: 7, deep: { x: { y: 1 } } }]);
  await db.command({
    createIndexes: 'kinds',
    indexes: [
      { key: { words: 'text', title: 'text', n: 1 }, name: 'text', default_language: 'german', weights: { words: 3 } },
      { key: { place: '2dsphere', n: 1 }, name: 'sphere' },
      { key: { flat: '2d' }, name: 'flat', min: -500, max: 500, bits: 20 },
      { key: { day: 1 }, name: 'ttl', expireAfterSeconds: 86_400 },
      {
        key: { n: 1 },
        name: 'partial',
        partialFilterExpression: new Map([
          [
            '$and',
            [
              new Map([
                ['10', 1],
                ['9', 1],
              ]),
            ],
          ],
        ]),
      },
      { key: { n: -1 }, name: 'hidden', hidden: true },
      { key: { '$**': 1 }, name: 'wild', wildcardProjection: { 'deep.x': 1, tags: 1 } },
      { key: { 'deep.$**': 1 }, name: 'wildPath' },
      { key: { words: 'hashed' }, name: 'hashed' },
      { key: { n: 1, words: 'hashed', day: -1 }, name: 'compoundHashed' },
      { key: { u: 1 }, name: 'sparse', sparse: true, unique: true },
      { key: { a: 1, 'b.c': -1, d: 1 }, name: 'compound' },
      { key: NUMBERED, name: 'numbered' },
      { key: { tags: 1 }, name: 'multikey', collation: { locale: 'fr', strength: 1 } },
    ],
  });
  await db.command({ create: 'seen', viewOn: 'kinds', pipeline: [{ $project: NUMBERED }] });
  await db.command({ create: 'above', viewOn: 'seen', pipeline: [] });
  await db.command({ create: 'collated', viewOn: 'kinds', pipeline: [], collation: { locale: 'de' } });
  await db.command({ create: 'aboveSeries', viewOn: 'ticks', pipeline: [{ $match: { v: { $gt: 5 } } }] });
}

it('brings options, indexes, views and documents back as the server tells them, beside and in place', async () => {
  const name = database.sibling('options');
  await fillCollections(name);
  await fillIndexesAndViews(name);
  const before = await stateOf(name);
  const captured = await fixture.capture(name);
  const target = database.sibling('optionsbeside');
  const { uncompared } = await fixture.restore(captured, { targetDatabase: target });
  expect(uncompared).toEqual([]);
  expect(await stateOf(target)).toEqual(before);
  await database.client.db(name).collection('kinds').deleteMany({});
  await database.client.db(name).collection('ticks').drop();
  await database.client.db(name).command({ collMod: 'above', viewOn: 'kinds', pipeline: [] });
  await fixture.restore(captured, {});
  expect(await stateOf(name)).toEqual(before);
  expect(await database.client.db(name).collection('aboveSeries').countDocuments()).toBe(294);
});

/** Elements that no driver would write: undefined, DBPointer, a symbol, a date far outside. */
function oddDocument(id: number): Buffer {
  const element = (type: number, name: string, value: Buffer): Buffer =>
    Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), value]);
  const text = Buffer.from([3, 0, 0, 0, 0x61, 0x62, 0]);
  const far = Buffer.alloc(8);
  far.writeBigInt64LE(9_000_000_000_000_000_000n);
  const idBytes = Buffer.alloc(4);
  idBytes.writeInt32LE(id);
  const elements = [
    element(0x10, '_id', idBytes),
    element(0x06, 'undefined', Buffer.alloc(0)),
    element(0x0c, 'pointer', Buffer.concat([text, Buffer.alloc(12, 7)])),
    element(0x0e, 'symbol', text),
    element(0x09, 'date', far),
  ];
  const length = Buffer.alloc(4);
  length.writeInt32LE(elements.reduce((sum, one) => sum + one.length, 5));
  return Buffer.concat([length, ...elements, Buffer.alloc(1)]);
}

it('brings back documents that no driver could write, of the data and of the oplog', async () => {
  const name = database.sibling('odd');
  const target = database.sibling('oddbeside');
  const writer = new WireRestoreWriter(new Topology(setting.uri));
  const odd = { database: name, collection: 'odd' };
  try {
    await writer.insert(odd, Buffer.concat([oddDocument(1), oddDocument(2)]));
    const captured = await fixture.capture(name, async () => {
      await writer.insert(odd, oddDocument(3));
      const collection = database.client.db(name).collection<{ _id: number }>('odd');
      await collection.updateOne({ _id: 2 }, {
        $set: new Map<string, unknown>([
          ['10', 1],
          ['9', 2],
        ]),
      } as never);
    });
    await fixture.restore(captured, { targetDatabase: target });
  } finally {
    writer.close();
  }
  const restored = await bytesById(setting.uri, target, 'odd');
  expect(restored).toHaveLength(3);
  expect(restored).toEqual(await bytesById(setting.uri, name, 'odd'));
});

it('brings back documents of 16 MiB, of the data and of the oplog', async () => {
  const name = database.sibling('large');
  const target = database.sibling('largebeside');
  const writer = new WireRestoreWriter(new Topology(setting.uri));
  const insert = async (id: number): Promise<unknown> =>
    writer.insert({ database: name, collection: 'large' }, Buffer.from(serialize(padded(id, MAX_DOCUMENT_BYTES))));
  await insert(1);
  await insert(2);
  const captured = await fixture.capture(name, async () => {
    await insert(3);
  });
  writer.close();
  expect(captured.manifest.oplog.entries).toBeGreaterThan(0);
  await fixture.restore(captured, { targetDatabase: target });
  const sizes = (await readBytes(setting.uri, target, 'large')).map(({ length }) => length);
  expect(sizes).toEqual([MAX_DOCUMENT_BYTES, MAX_DOCUMENT_BYTES, MAX_DOCUMENT_BYTES]);
  expect(await bytesById(setting.uri, target, 'large')).toEqual(await bytesById(setting.uri, name, 'large'));
});

it('brings a capped collection back in its order that wrapped while it was read', async () => {
  const name = database.sibling('wrapping');
  const target = database.sibling('wrappingbeside');
  const db = database.client.db(name);
  const log = await db.createCollection<Document>('log', { capped: true, size: 4_194_304 });
  let next = 0;
  const write = (count: number): Promise<unknown> =>
    log.insertMany(Array.from({ length: count }, () => ({ _id: (next += 1), pad: 'x'.repeat(8_000) })) as never);
  await write(700);
  const captured = await fixture.capture(name, async (stream) => {
    // Twice around while the cursor stands in the first batch.
    if (stream.endsWith('/log')) for (let round = 0; round < 4; round += 1) await write(350);
  });
  await fixture.restore(captured, { targetDatabase: target });
  const idsOf = async (from: string): Promise<unknown[]> =>
    (
      await database.client
        .db(from)
        .collection('log')
        .find({}, { projection: { _id: 1 } })
        .sort({ $natural: 1 })
        .toArray()
    ).map(({ _id }) => _id);
  const expected = await idsOf(name);
  expect(expected.length).toBeGreaterThan(400);
  expect(await idsOf(target)).toEqual(expected);
});

it('brings back the edges of 64-bit integers and long binaries', async () => {
  const name = database.sibling('wide');
  const target = database.sibling('widebeside');
  const documents = [{ _id: 1, a: Long.MAX_VALUE, b: new Binary(Buffer.alloc(70_000, 1)) }];
  await database.client
    .db(name)
    .collection('wide')
    .insertMany(documents as never);
  await fixture.restore(await fixture.capture(name), { targetDatabase: target });
  expect(await bytesById(setting.uri, target, 'wide')).toEqual(await bytesById(setting.uri, name, 'wide'));
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { systemClock } from '@lucid/core/clock';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import type { Document } from 'bson';
import type { Db } from 'mongodb';
import { captureInMemory, contextOf } from '../captures/mongodb/restore.fixture.ts';
import { restoreMongodb } from '../captures/mongodb/restore-mongodb.ts';
import type { RestoreSource } from '../captures/mongodb/restore-source.ts';
import { fillDatabase, mongodProgram } from '../interchange/interchange.fixture.ts';
import { compareRestored } from './compare-restored.ts';
import { type DisposableMongod, startDisposableMongod } from './disposable-mongod.ts';

const signal = new AbortController().signal;
let folder: string;
let database: TestDatabase;
let server: DisposableMongod;
let source: RestoreSource;
let restored: Db;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucid-compare-'));
  database = await createTestDatabase('drill');
  const db = database.client.db(database.sibling('source'));
  await fillDatabase(db);
  const orders = db.collection<Document>('orders');
  await orders.insertMany([
    { _id: 'gone', n: -1 },
    { _id: 'again', n: -2 },
  ] as Document[]);
  source = await captureInMemory(database.client, database.uri, db.databaseName, async () => {
    await orders.updateMany(
      { n: { $gte: 0, $lt: 300 } },
      { $set: { 'list.1': 'changed', late: true }, $unset: { long: 1 } },
    );
    await orders.updateMany({ n: { $gte: 0, $lt: 200 } }, { $push: { list: { deep: { er: 1 } } as never } });
    await orders.updateMany({ n: { $gte: 0, $lt: 100 } }, { $set: { 'list.2.deep.er': 2, 'new.path': [] } });
    await orders.replaceOne({ n: 400 }, { n: 400, replaced: true });
    await orders.deleteMany({ _id: { $in: ['gone', 'again'] } } as Document);
    await orders.insertOne({ _id: 'again', n: -2, text: 'new' } as Document);
    await orders.updateOne({ _id: 'again' } as Document, { $set: { text: 'newer' } });
    await db.collection('nothing').insertOne({ a: 1 });
  });
  server = await startDisposableMongod({
    program: await mongodProgram(),
    parent: folder,
    clock: systemClock,
    signal,
  });
  restored = server.client.db(db.databaseName);
});

afterAll(async () => {
  await server?.stop();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

async function restore(id: string): Promise<void> {
  await restored.dropDatabase();
  const setting = { client: server.client, uri: server.uri, controlDatabase: 'control', mainDatabase: 'other' };
  const context = await contextOf(setting, source, {}, id);
  try {
    await restoreMongodb(context, 'bkp_test');
  } finally {
    context.writer.close();
  }
}

function compare() {
  const { client, uri } = server;
  return compareRestored(source, { client, topology: new Topology(uri), targetOf: (name) => name }, signal);
}

describe('what was restored', () => {
  it('is the backup, documents that the oplog changed included', async () => {
    await restore('rst_same');
    const { differences, uncomparedDocuments, documents, indexes, collections, warnings } = await compare();
    expect(differences).toEqual([]);
    expect(warnings).toEqual([]);
    expect(uncomparedDocuments).toBe(0);
    expect(collections).toBe(5);
    expect(indexes).toBeGreaterThan(5);
    // Each time-series bucket is a document.
    const buckets = await restored.collection('system.buckets.weather').countDocuments();
    expect(documents).toBe(3000 + 1 + 1 + 20 + 1 + buckets);
  });

  const changes: [string, (db: Db) => Promise<unknown>, RegExp][] = [
    [
      'a document more',
      (db) => db.collection('orders').insertOne({ n: 70_000 }),
      /orders has 2\d+ instead of 2\d+ documents/,
    ],
    ['a document of the oplog gone', (db) => db.collection('orders').deleteOne({ n: 60 }), /lacks 1 documents/],
    [
      'a document of the oplog other than its differences',
      (db) => db.collection('orders').updateOne({ n: 50 }, { $set: { 'list.2.deep.er': 3 } }),
      /differs from what the oplog made of it/,
    ],
    [
      'a document of the oplog other than it was written',
      (db) => db.collection('orders').updateOne({ n: 400 }, { $set: { replaced: false } }),
      /other bytes/,
    ],
    ['a deleted document', (db) => db.collection('orders').insertOne({ _id: 'gone' } as Document), /was deleted/],
    ['an index less', (db) => db.collection('orders').dropIndex('by_n'), /orders has not the index by_n/],
    ['an index more', (db) => db.collection('orders').createIndex({ z: 1 }), /has the index z_1/],
    ['a collection more', (db) => db.createCollection('more'), /more is not in the backup/],
    ['a collection less', (db) => db.dropCollection('nothing'), /nothing/],
    ['a view less', (db) => db.dropCollection('cheap'), /cheap is not there/],
    ['a bucket less', (db) => db.collection('weather').deleteMany({ 'where.city': 1 }), /weather has \d+ instead of/],
  ];
  it('is not where anything differs', async () => {
    for (const [name, change] of changes) {
      await change(restored).catch((cause: unknown) => {
        throw new Error(name, { cause });
      });
    }
    const { differences } = await compare();
    for (const [name, , expected] of changes) {
      expect([name, differences]).toEqual([name, expect.arrayContaining([expect.stringMatching(expected)])]);
    }
  });

  it.each([
    ['bytes', { n: 2001 }, { text: '' }],
    ['type', { n: 2002 }, { long: 2002.5 }],
  ])('is not with another %s in one document', async (name, filter, $set) => {
    await restore(`rst_${name}`);
    await restored.collection('orders').updateOne(filter, { $set });
    expect((await compare()).differences).toEqual([expect.stringMatching(/orders has documents with other bytes/)]);
  });
});

import { readlink } from 'node:fs/promises';
import { engineVariable } from '@lucid/testing/engines';
import { differencesOf, readImage } from '@lucid/testing/mongodb-oracle';
import { Decimal128, type Document, Long } from 'bson';
import type { Db } from 'mongodb';

/** For specs: everything that mongodump and mongorestore carry over. */
export async function fillDatabase(db: Db): Promise<void> {
  const orders = await db.createCollection('orders', {
    validator: { n: { $type: 'int' } },
    validationLevel: 'moderate',
    validationAction: 'warn',
    collation: { locale: 'de' },
  });
  await orders.insertMany(
    Array.from({ length: 3000 }, (_, n) => ({
      n,
      long: Long.fromNumber(n),
      price: Decimal128.fromString(`${n}.10`),
      text: 'x'.repeat(n % 500),
      list: [n, [n]],
    })) as Document[],
  );
  await orders.createIndex(
    { n: 1, text: -1 },
    { name: 'by_n', unique: true, partialFilterExpression: { n: { $gt: 5 } } },
  );
  await orders.createIndex({ n: 'hashed' });
  await db.createCollection('nothing');
  await db.createCollection('ring', { capped: true, size: 8192, max: 20 });
  await db.collection('ring').insertMany(Array.from({ length: 30 }, (_, n) => ({ n })));
  await db.collection('odd: name/%2F.x').insertOne({ _id: 1 } as Document);
  await db.collection('odd: name/%2F.x').createIndex({ text: 'text' });
  await db.createCollection('cheap', { viewOn: 'orders', pipeline: [{ $match: { n: { $lt: 5 } } }] });
  await db.createCollection('weather', {
    timeseries: { timeField: 'at', metaField: 'where' },
    expireAfterSeconds: 9e8,
  });
  await db.collection('weather').createIndex({ 'where.city': 1, degrees: -1 });
  await db.collection('weather').createIndex({ where: 1, at: -1 });
  await db
    .collection('weather')
    .createIndex({ 'where.city': 1, at: 1 }, { partialFilterExpression: { 'where.city': { $gt: 1 } } });
  await db.collection('weather').insertMany(
    Array.from({ length: 200 }, (_, n) => ({
      at: new Date(1.7e12 + n * 60_000),
      where: { city: n % 3 },
      degrees: n,
    })),
  );
}

export interface Place {
  readonly db: Db;
  readonly uri: string;
}

/** Documents byte by byte, options and indexes. */
export async function expectSameDatabase(expected: Place, actual: Place): Promise<void> {
  const catalogue = await catalogueOf(expected.db);
  expect(await catalogueOf(actual.db)).toEqual(catalogue);
  for (const [name, { type }] of Object.entries(catalogue)) {
    if (type !== 'collection') continue;
    const before = await readImage(expected.uri, expected.db.databaseName, name);
    const after = await readImage(actual.uri, actual.db.databaseName, name);
    expect([name, differencesOf(before, after).slice(0, 5), after.size]).toEqual([name, [], before.size]);
  }
}

async function catalogueOf(db: Db): Promise<Record<string, Document>> {
  const catalogue: Record<string, Document> = {};
  for (const { name, type, options } of (await db.listCollections().toArray()) as Document[]) {
    if (name === 'system.views') continue;
    const indexes = type === 'view' ? [] : await db.collection(name).listIndexes().toArray();
    const sorted = indexes.sort((a, b) => (a['name'] < b['name'] ? -1 : 1));
    catalogue[name as string] = { type, options, indexes: sorted };
  }
  return catalogue;
}

/** The mongod that the tests' replica set runs, for a server of a spec's own. */
export function mongodProgram(): Promise<string> {
  return readlink(`/proc/${engineVariable('LUCID_MONGODB_PIDS').split(',')[0]}/exe`);
}

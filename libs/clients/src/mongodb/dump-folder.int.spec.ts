import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { BSON, Double } from 'mongodb';
import { importDumpFolder } from './dump-folder.ts';

const SAMPLE = join(import.meta.dirname, '../../../../tests/fixtures/sample_dump');

describe('importDumpFolder', () => {
  let test: TestDatabase;
  let folder: string;
  let databases: Record<string, string>;

  beforeAll(async () => {
    test = await createTestDatabase('dump');
    folder = await mkdtemp(join(tmpdir(), 'dump-folder-'));
    const names = ['sample_analytics', 'sample_geospatial', 'sample_mflix'];
    databases = Object.fromEntries(names.map((name) => [name, test.sibling(`dump_${name}`)]));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await test.close();
  });

  function load(options: object = {}) {
    return importDumpFolder({ client: test.client, folder: SAMPLE, databases, ...options });
  }

  /** The stored documents as bytes, in natural order. */
  async function bytesOf(database: string, collection: string): Promise<Buffer> {
    const stored = test.client.db(database).collection(collection).find({}, { raw: true }).sort({ $natural: 1 });
    return Buffer.concat((await stored.toArray()) as unknown as Buffer[]);
  }

  function hash(bytes: Buffer): string {
    return createHash('sha256').update(bytes).digest('hex');
  }

  /** A dump of one collection `d.c` with this data. */
  async function dumpOf(name: string, data: Buffer, metadata = '{"options":{},"indexes":[]}'): Promise<string> {
    const path = join(folder, name);
    await mkdir(join(path, 'd'), { recursive: true });
    await writeFile(join(path, 'd', 'c.bson'), data);
    await writeFile(join(path, 'd', 'c.metadata.json'), metadata);
    return path;
  }

  it('loads the sample dump byte for byte', async () => {
    const { collections, skipped } = await load();
    expect(skipped).toEqual([]);
    expect(collections.reduce((sum, { documents }) => sum + documents, 0)).toBe(15_091);
    for (const { database, collection } of collections) {
      const source = Object.entries(databases).find(([, target]) => target === database)?.[0] ?? '';
      const file = join(SAMPLE, source, `${collection}.bson`);
      const expected = await readFile(file).catch(async () => gunzipSync(await readFile(`${file}.gz`)));
      expect(hash(await bytesOf(database, collection))).toBe(hash(expected));
    }
  });

  it('has built the indexes, with their numbers as they were', async () => {
    const mflix = test.client.db(databases['sample_mflix']);
    const answer = await mflix.command({ listIndexes: 'sessions' }, { promoteValues: false });
    const [, userId] = (answer['cursor'] as { firstBatch: { key: Record<string, unknown>; unique: boolean }[] })
      .firstBatch;
    expect(userId).toMatchObject({ key: { user_id: new Double(1) }, unique: true });
    const ships = await test.client.db(databases['sample_geospatial']).collection('shipwrecks').listIndexes().toArray();
    expect(ships.map(({ name }) => name)).toEqual(['_id_', 'coordinates_2dsphere']);
    expect(ships[1]).toMatchObject({ '2dsphereIndexVersion': 3 });
  });

  it('refuses targets that hold documents before it touches anything, and replaces them when asked', async () => {
    const before = await bytesOf(databases['sample_mflix'] ?? '', 'users');
    await expect(load()).rejects.toMatchObject({ code: 'RESTORE_CONFLICT' });
    expect((await bytesOf(databases['sample_mflix'] ?? '', 'users')).equals(before)).toBe(true);
    const { collections } = await load({ drop: true });
    expect(collections).toHaveLength(6);
  });

  it('keeps what a decoded document would lose: the order of number-like keys, doubles, longs, repeated keys', async () => {
    const plain = BSON.serialize(
      new Map<string, unknown>([
        ['_id', 1],
        ['b', new Double(2)],
        ['2', BSON.Long.fromNumber(5)],
        ['1', 'x'],
      ]),
    );
    const twice = Buffer.from('1c000000105f69640002000000106100010000001061000200000000', 'hex');
    const data = Buffer.concat([plain, twice]);
    await load({ folder: await dumpOf('exact', data), databases: { d: test.name } });
    expect((await bytesOf(test.name, 'c')).equals(data)).toBe(true);
  });

  it('refuses a document that is whole and not BSON, with file and offset', async () => {
    const bad = Buffer.from(BSON.serialize({ _id: 1, text: 'abcdef' }));
    bad.writeInt32LE(1_000_000, bad.indexOf('text') + 5);
    const options = { folder: await dumpOf('inner', bad), databases: { d: test.sibling('dump_inner') } };
    await expect(load(options)).rejects.toMatchObject({
      code: 'DUMP_INVALID',
      message: expect.stringContaining('c.bson, offset 0') as unknown,
    });
  });

  it('refuses a truncated file, a repeated _id and options the server does not know', async () => {
    const one = Buffer.from(BSON.serialize({ _id: 1 }));
    const invalid = { code: 'DUMP_INVALID' };
    const to = () => ({ databases: { d: test.sibling('dump_bad') } });
    await expect(load({ folder: await dumpOf('cut', one.subarray(0, 9)), ...to() })).rejects.toMatchObject(invalid);
    await expect(load({ folder: await dumpOf('twice', Buffer.concat([one, one])), ...to() })).rejects.toMatchObject(
      invalid,
    );
    const odd = '{"options":{"nonsense":true},"indexes":[]}';
    await expect(load({ folder: await dumpOf('odd', one, odd), ...to() })).rejects.toMatchObject(invalid);
  });

  it('loads past a validator, into a capped collection and a view', async () => {
    const metadata = '{"options":{"capped":true,"size":4096,"validator":{"must":{"$exists":true}}},"indexes":[]}';
    const path = await dumpOf('options', Buffer.from(BSON.serialize({ _id: 1 })), metadata);
    await writeFile(join(path, 'd', 'shown.metadata.json'), '{"options":{"viewOn":"c","pipeline":[]},"indexes":[]}');
    const database = test.sibling('dump_options');
    await load({ folder: path, databases: { d: database } });
    expect(await test.client.db(database).collection('shown').countDocuments()).toBe(1);
    const [created] = await test.client.db(database).listCollections({ name: 'c' }).toArray();
    expect(created).toMatchObject({ options: { capped: true, size: 4096, validator: { must: { $exists: true } } } });
  });

  it('loads a time series from its buckets', async () => {
    const source = test.client.db(test.sibling('dump_series'));
    await source.createCollection('m', { timeseries: { timeField: 'time', metaField: 'source' } });
    const rows = [1, 2, 3].map((value) => ({ time: new Date(value * 1000), source: 's', value }));
    await source.collection('m').insertMany(rows);
    const path = join(folder, 'series');
    await mkdir(join(path, 'd'), { recursive: true });
    await writeFile(join(path, 'd', 'system.buckets.m.bson'), await bytesOf(source.databaseName, 'system.buckets.m'));
    await writeFile(
      join(path, 'd', 'm.metadata.json'),
      '{"options":{"timeseries":{"timeField":"time","metaField":"source"}},"indexes":[]}',
    );
    const target = test.sibling('dump_series_copy');
    await load({ folder: path, databases: { d: target } });
    expect(
      await test.client
        .db(target)
        .collection('m')
        .find({}, { sort: { time: 1 }, projection: { _id: 0 } })
        .toArray(),
    ).toMatchObject(rows.map(({ time, source: from, value }) => ({ time, source: from, value })));
  });

  it('stops when it is told to', async () => {
    const copy = join(folder, 'copy');
    await cp(SAMPLE, copy, { recursive: true });
    const reason = new Error('enough');
    const options = {
      folder: copy,
      databases: Object.fromEntries(Object.keys(databases).map((name) => [name, test.sibling('dump_stop')])),
    };
    await expect(load({ ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

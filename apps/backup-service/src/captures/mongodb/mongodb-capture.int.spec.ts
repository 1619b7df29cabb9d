import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@lucid/archive/repository';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import { differencesOf, readImage } from '@lucid/testing/mongodb-oracle';
import type { Db, Document } from 'mongodb';
import type { CaptureContext } from '../capture-port.ts';
import type { MongodbManifest } from './manifest.ts';
import { captureMongodb } from './mongodb-capture.ts';
import { ReadingMember } from './reading-member.ts';
import { contextOf } from './restore.fixture.ts';
import { snapshotSource } from './restore-manifest-source.ts';
import { restoreMongodb } from './restore-mongodb.ts';

const DOCUMENTS = 4_000;
let database: TestDatabase;
let control: string;
let folder: string;
let repository: Repository;
let number = 0;

beforeAll(async () => {
  database = await createTestDatabase('capture');
  control = database.sibling('control');
  folder = await mkdtemp(join(tmpdir(), 'lucid-capture-'));
  const store = await FileObjectStore.open(folder);
  repository = await Repository.create(store, { clusterId: 'a', encryption: 'none', compression: 'zstd', workers: 1 });
});
afterAll(async () => {
  await repository.close();
  await rm(folder, { recursive: true, force: true });
  await database.close();
});

/** A database with `names`, each with many documents of 1.5 kB. */
async function filled(label: string, names: readonly string[]): Promise<Db> {
  const db = database.client.db(database.sibling(label));
  for (const name of names) {
    const documents = Array.from({ length: DOCUMENTS }, (_, n) => ({
      _id: n,
      n,
      list: [1, 2, 3],
      pad: 'x'.repeat(1_500),
    }));
    await db.collection<Document>(name).insertMany(documents as never);
    await db.collection(name).createIndex({ n: 1 });
  }
  return db;
}

/** Backs `db` up. `during` is called once, when the first bytes have been read. */
async function backup(
  db: Db,
  during: () => Promise<void> = () => Promise.resolve(),
  signal = new AbortController().signal,
) {
  const writer = await repository.beginSnapshot({
    id: `bkp_${(number += 1)}`,
    fencingToken: 1,
    assertHeld: () => Promise.resolve(),
  });
  let running: Promise<void> | undefined;
  const sink = {
    openStream(name: string, options: { kind: 'bson' | 'bytes' }) {
      const stream = writer.openStream(name, options);
      return {
        end: (meta: Parameters<typeof stream.end>[0]) => stream.end(meta),
        async write(buffer: Buffer) {
          await stream.write(buffer);
          await (running ??= during());
        },
      };
    },
  };
  const context: CaptureContext = {
    signal,
    clock: systemClock,
    logger: createLogger('test', 'silent'),
    onProgress: () => {},
  };
  const plan = { uri: database.uri, database: db.databaseName, controlDatabase: control };
  try {
    const manifest = await captureMongodb(plan, sink, context);
    await writer.commit({ mongodb: manifest });
    return { manifest, reader: await repository.readSnapshot(writer.id) };
  } finally {
    await writer.abort();
  }
}

/** Restores beside the original and compares with the original at Tend. */
async function expectRestoredAsAtTend(db: Db, { manifest, reader }: Awaited<ReturnType<typeof backup>>): Promise<Db> {
  const target = database.sibling('restored');
  const source = snapshotSource(reader, manifest, [db.databaseName]);
  const setting = { client: database.client, uri: database.uri, controlDatabase: control, mainDatabase: database.name };
  const context = await contextOf(setting, source, { targetDatabase: target }, `rst_${(number += 1)}`);
  try {
    await restoreMongodb(context, 'bkp_test');
  } finally {
    context.writer.close();
  }
  for (const { collection, database: from } of manifest.collections) {
    const expected = await readImage(database.uri, from, collection, manifest.tend);
    const actual = await readImage(database.uri, target, collection);
    expect([collection, differencesOf(expected, actual).slice(0, 10)]).toEqual([collection, []]);
    expect(actual.size).toBe(expected.size);
  }
  const restored = database.client.db(target);
  const names = (await restored.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
  expect(names.filter((name) => name !== 'system.views')).toEqual(namesOf(manifest));
  return restored;
}

function namesOf({ collections, views, timeSeries }: MongodbManifest): string[] {
  return [
    ...collections.map(({ collection }) => collection),
    ...[...views, ...timeSeries].map(({ name }) => name),
  ].sort();
}

/** Writes to every collection until stopped: inserts, updates, deletes, replaces and transactions. */
function startWriter(db: Db, names: readonly string[]): { rounds(): number; stop(): Promise<void> } {
  let isStopped = false;
  let round = 0;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      round += 1;
      for (const name of names) await writeRound(db.collection<Document>(name), round);
      await database.client.withSession((session) =>
        session.withTransaction(async () => {
          for (const name of names) {
            await db.collection<Document>(name).insertOne({ _id: `t${round}` as never, round }, { session });
            await db.collection<Document>(name).updateOne({ _id: 7 as never }, { $inc: { 'list.1': 1 } }, { session });
          }
        }),
      );
    }
  };
  const running = run();
  return {
    rounds: () => round,
    stop() {
      isStopped = true;
      return running;
    },
  };
}

async function writeRound(collection: ReturnType<Db['collection']>, round: number): Promise<void> {
  const id = (round * 37) % DOCUMENTS;
  await collection.insertOne({ _id: `i${round}` as never, round });
  await collection.updateMany(
    { n: { $gte: id, $lt: id + 5 } },
    { $set: { [`f${round % 3}`]: round }, $unset: { list: 1 } },
  );
  await collection.deleteOne({ _id: ((round * 101) % DOCUMENTS) as never });
  await collection.replaceOne({ _id: ((round * 53) % DOCUMENTS) as never }, { replaced: round }, { upsert: true });
}

it('restores the state at one cluster time while writers insert, update, delete and run transactions', async () => {
  const names = ['alpha', 'beta', 'gamma'];
  const db = await filled('busy', names);
  await db.createCollection('seen', { viewOn: 'alpha', pipeline: [{ $match: { n: { $gt: 5 } } }] });
  await db.createCollection('ticks', { timeseries: { timeField: 't', metaField: 'm' } });
  await db
    .collection('ticks')
    .insertMany(Array.from({ length: 300 }, (_, n) => ({ t: new Date(1.79e12 + n), m: n % 3, n })));
  const writer = startWriter(db, names);
  const backed = backup(db, async () => {
    const begun = writer.rounds();
    await eventually('five rounds of writing', () => writer.rounds() > begun + 5);
  });
  await Promise.allSettled([backed]);
  await writer.stop();
  const taken = await backed;
  expect(taken.manifest.oplog.entries).toBeGreaterThan(20);
  await expectRestoredAsAtTend(db, taken);
});

it('keeps a transaction of more than 16 MiB whole', async () => {
  const db = await filled('large', ['one']);
  const taken = await backup(db, () =>
    database.client.withSession(async (session) => {
      await session.withTransaction(async () => {
        for (let n = 0; n < 20; n += 1) {
          await db
            .collection<Document>('one')
            .insertOne({ _id: `big${n}` as never, pad: 'y'.repeat(1_000_000) }, { session });
        }
      });
    }),
  );
  const restored = await expectRestoredAsAtTend(db, taken);
  expect(await restored.collection('one').countDocuments({ _id: /^big/ as never })).toBe(20);
});

it('gets collections right that are created, dropped or renamed after they were read, and indexes that change', async () => {
  const db = await filled('moving', ['a', 'b', 'c']);
  await db.collection('c').drop();
  const taken = await backup(db, async () => {
    await db.createCollection('made', { validator: { v: { $exists: true } } });
    await db.collection('made').insertOne({ v: 1 });
    await db.collection('made').createIndex({ v: -1 });
    await db.collection('shadow').insertOne({ v: 2 });
    await db.collection('shadow').rename('shown');
    await db.collection('b').drop();
    await db.collection('b').insertOne({ again: true });
    await db.collection('a').dropIndex('n_1');
  });
  const restored = await expectRestoredAsAtTend(db, taken);
  expect(namesOf(taken.manifest)).toEqual(['a', 'b', 'made', 'shown']);
  expect(await restored.collection('b').countDocuments()).toBe(1);
  expect((await restored.collection('a').indexes()).map(({ name }) => name)).toEqual(['_id_']);
  expect((await restored.collection('made').indexes()).map(({ name }) => name)).toEqual(['_id_', 'v_-1']);
});

it('begins again where a collection is renamed while it is read', async () => {
  const db = await filled('renamed', ['a', 'b']);
  const during = async (): Promise<void> => {
    await db.collection('a').rename('z');
    await db.collection('b').rename('y');
  };
  await expect(backup(db, during)).rejects.toMatchObject({ code: 'CAPTURE_RESTARTED', retryable: true });
  const again = await backup(db);
  expect(namesOf(again.manifest)).toEqual(['y', 'z']);
  await expectRestoredAsAtTend(db, again);
});

it('stores almost nothing for a second backup of unchanged data', async () => {
  const db = await filled('same', ['a', 'b']);
  const first = await backup(db);
  const second = await backup(db);
  expect(second.reader.commit.storedBytes).toBeLessThan(first.reader.commit.storedBytes * 0.2);
  expect(second.manifest.readingMember).toBe(first.manifest.readingMember);
});

it('ends with the reason of an abort, and refuses an empty scope', async () => {
  const db = await filled('ended', ['a']);
  const controller = new AbortController();
  const reason = new Error('stop');
  const during = (): Promise<void> => Promise.resolve(controller.abort(reason));
  await expect(backup(db, during, controller.signal)).rejects.toBe(reason);
  await expect(backup(database.client.db(database.sibling('none')))).rejects.toMatchObject({
    code: 'BACKUP_SCOPE_EMPTY',
  });
});

it('tells when the oplog no longer reaches back, and keeps to what is there', async () => {
  const topology = new Topology(database.uri);
  const member = await ReadingMember.open(topology, await topology.chooseReadingMember());
  const { signal } = new AbortController();
  try {
    await expect(member.assertOplogReaches({ t: 1, i: 1 }, signal)).rejects.toMatchObject({ code: 'OPLOG_GAP' });
    await expect(member.assertOplogReaches(await member.start(signal), signal)).resolves.toBeUndefined();
    await expect(member.assertNoRollback()).resolves.toBeUndefined();
  } finally {
    member.close();
  }
});

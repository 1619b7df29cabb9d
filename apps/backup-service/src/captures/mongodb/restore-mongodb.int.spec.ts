import { ensureRoles } from '@lucid/clients/mongodb/initializer/roles';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { Binary, Decimal128, type Document, Long, MaxKey, MongoClient, ObjectId, Timestamp } from 'mongodb';
import { startSingleMemberSet, type SingleMemberSet } from '../../../../../tests/setup/single-member-set.ts';
import { bytesById, captureInMemory, contextOf, padded, type RestoreSetting } from './restore.fixture.ts';
import { discardRestore, restoreMongodb } from './restore-mongodb.ts';
import { isStagingName } from './restore-names.ts';
import type { RestoreRequest } from './restore-plan.ts';
import type { RestoreSource } from './restore-source.ts';
import { listCollections } from './restore-target.ts';
import { restoreUsersAndRoles } from './restore-users.ts';
import { WriteBlocks } from './write-blocks.ts';

/** Of its own: writes that are held, step-downs, users and roles would be in everybody's way. */
let set: SingleMemberSet;
let database: TestDatabase;
let setting: RestoreSetting;
let number = 0;

beforeAll(async () => {
  set = await startSingleMemberSet({ oplogMegabytes: 500, checkpointSeconds: 60 });
  database = await createTestDatabase('restore', set.uri);
  setting = await asRestorer();
  await fill();
});
afterAll(async () => {
  await setting?.client.close();
  await database?.close().finally(() => set.stop());
});

/** Restores write as the user that the set-up makes for them, which has the role for restores and no other. */
async function asRestorer(): Promise<RestoreSetting> {
  const { name } = database;
  const controlDatabase = database.sibling('restorecontrol');
  const application = { username: 'application', password: 'of-this-test' };
  const restore = { username: 'restorer', password: 'of-this-test' };
  await ensureRoles(database.client, { database: name, controlDatabase, application, restore });
  const uri = database.uri.replace(/\/\/[^@]*@/, `//${restore.username}:${restore.password}@`);
  return { client: await MongoClient.connect(uri), uri, controlDatabase, mainDatabase: name };
}

async function fill(): Promise<void> {
  const { db } = database;
  await db.createCollection('kinds', {
    validator: { v: { $exists: true } },
    validationLevel: 'moderate',
    validationAction: 'error',
  });
  await db.collection('kinds').insertMany([
    { v: Long.MAX_VALUE, _id: 1 as never, w: Decimal128.fromString('1.50'), x: new Binary(Buffer.from('a')) },
    { _id: 2 as never, v: -0, nan: NaN, ts: new Timestamp({ t: 5, i: 6 }), max: new MaxKey(), '2': 1, '1': 2 },
    {
      _id: 3 as never,
      v: [],
      place: { type: 'Point', coordinates: [2, 3] },
      words: 'storage of chains',
      day: new Date('2099-01-01'),
    },
    { _id: new ObjectId(), v: /a/i, u: 'unique', deep: { b: 1, a: { c: [{ z: 1 }] } } },
  ]);
  await db.collection('kinds').createIndexes([
    { key: { place: '2dsphere' }, name: 'place_sphere' },
    { key: { u: 1 }, name: 'unique_u', unique: true, sparse: true },
    { key: { v: 1 }, name: 'partial_v', partialFilterExpression: { v: { $gt: 5 } } },
    { key: { day: 1 }, name: 'ttl_day', expireAfterSeconds: 3_000_000_000 % 2_147_483_647 },
    { key: { words: 'text' }, name: 'text_words', default_language: 'german', weights: { words: 3 } },
    { key: { 'deep.$**': 1 }, name: 'wild' },
    { key: { nan: -1, v: 1 }, name: 'hidden_nan', hidden: true },
  ]);
  await db.createCollection('capped', { capped: true, size: 65_536, max: 50 });
  await db.collection('capped').insertMany(Array.from({ length: 60 }, (_, n) => ({ n })));
  await db.createCollection('german', { collation: { locale: 'de', strength: 2 } });
  await db.collection('german').insertOne({ a: 'ä' });
  await db.collection('german').createIndex({ a: 1 });
  await db.createCollection('seen', { viewOn: 'kinds', pipeline: [{ $match: { v: { $exists: true } } }] });
  await db.createCollection('ticks', {
    timeseries: { timeField: 't', metaField: 'm', granularity: 'minutes' },
    expireAfterSeconds: 900_000_000,
  });
  await db
    .collection('ticks')
    .insertMany(Array.from({ length: 200 }, (_, n) => ({ t: new Date(1.79e12 + n * 1e3), m: n % 3, v: n })));
  await db.collection('ticks').createIndex({ m: 1, v: 1 });
  await db.collection<Document>('many').insertMany(Array.from({ length: 1_500 }, (_, n) => padded(n, 400)) as never);
  await db.createCollection('clustered', { clusteredIndex: { key: { _id: 1 }, unique: true } });
  await db.collection('clustered').insertOne({ a: 1 });
  await db.createCollection('empty');
}

/** Everything that can be compared of a database: bytes, options, indexes. */
async function stateOf(name: string, withUuids = false): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = {};
  for (const { name: collection, type, options, uuid } of await listCollections(database.client, name)) {
    if (collection === 'system.views') continue;
    const indexes =
      type === 'view' ? [] : await database.client.db(name).collection(collection).listIndexes().toArray();
    // collMod spells out the defaults that create leaves open.
    const checks = options.validator ? { validationLevel: 'strict', validationAction: 'error' } : {};
    const sorted = indexes.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
    const documents = type === 'collection' ? await bytesById(setting.uri, name, collection) : [];
    state[collection] = {
      type,
      options: { ...checks, ...options },
      indexes: sorted,
      documents,
      ...(withUuids && { uuid }),
    };
  }
  return state;
}

async function restore(source: RestoreSource, request: RestoreRequest, id = `rst_${(number += 1)}`) {
  const context = await contextOf(setting, source, request, id);
  try {
    return await restoreMongodb(context, 'bkp_test');
  } finally {
    context.writer.close();
  }
}

async function stagingIn(name: string): Promise<string[]> {
  return (await listCollections(database.client, name)).map((one) => one.name).filter(isStagingName);
}

describe('beside the live original', () => {
  it('brings back every byte, option and index, and leaves the original untouched', async () => {
    const target = database.sibling('beside');
    const before = await stateOf(database.name, true);
    const source = await captureInMemory(database.client, setting.uri, database.name);
    const result = await restore(source, { targetDatabase: target });
    expect(await stateOf(target)).toEqual(await stateOf(database.name));
    expect(await stateOf(database.name, true)).toEqual(before);
    expect(result.uncompared).toEqual([]);
    expect(await database.client.db(target).collection('ticks').countDocuments()).toBe(200);
    await expect(restore(source, { targetDatabase: target })).rejects.toMatchObject({ code: 'RESTORE_CONFLICT' });
  });

  it('converges while writers insert, update, delete and run transactions', async () => {
    const target = database.sibling('fuzzy');
    const origin = database.sibling('origin');
    const db = database.client.db(origin);
    for (const name of ['a', 'b', 'c', 'd']) {
      await db
        .collection(name)
        .insertMany(Array.from({ length: 50 }, (_, n) => ({ _id: n as never, n, list: [1, 2, 3] })));
      await db.collection(name).createIndex({ n: 1 }, { unique: true });
    }
    const source = await captureInMemory(database.client, setting.uri, origin, async () => {
      for (const name of ['a', 'b', 'c', 'd']) {
        const collection = db.collection<Document>(name);
        await collection.updateMany(
          { n: { $lt: 20 } },
          { $set: { 'list.1': 9, '7': 1, deep: { x: 1 } }, $unset: { missing: 1 } },
        );
        await collection.updateMany({ n: { $gte: 40 } }, { $inc: { soonGone: 1 } });
        await collection.deleteMany({ n: { $gte: 40 } });
        await collection.insertMany(Array.from({ length: 5 }, (_, n) => ({ _id: 40 + n, n: 100 + n }) as never));
        await collection.updateOne({ _id: 41 as never }, { $push: { grown: 1 } as never });
        await collection.replaceOne({ _id: 1 as never }, { n: 4_711 });
      }
      await database.client.withSession((session) =>
        session.withTransaction(async () => {
          await db.collection<Document>('a').updateOne({ _id: 2 as never }, { $set: { n: 900 } }, { session });
          await db.collection<Document>('d').insertOne({ _id: 901 as never, n: 901 }, { session });
        }),
      );
      // Over 16 MiB: the oplog has it as a chain of entries.
      await database.client.withSession((session) =>
        session.withTransaction(async () => {
          for (let big = 0; big < 5; big += 1) {
            await db
              .collection<Document>('d')
              .insertOne({ ...padded(2_000 + big, 4_000_000), n: 2_000 + big } as never, { session });
          }
        }),
      );
      await db.createCollection('made', { validator: { n: { $exists: true } } });
      await db.collection('made').insertOne({ n: 1 });
      await db.collection('made').createIndex({ n: 1 }, { expireAfterSeconds: 90_000_000 });
      await db.collection('d').rename('renamed');
      await db.collection('b').dropIndex('n_1');
      await db.command({ collMod: 'c', validator: { n: { $exists: true } } });
    });
    const expected = await stateOf(origin);
    const result = await restore(source, { targetDatabase: target });
    expect(result.oplogEntries).toBeGreaterThan(100);
    expect(await stateOf(target)).toEqual(expected);
  });
});

describe('in place', () => {
  it('replaces what changed, keeps what the backup does not have, and releases the write block', async () => {
    const origin = database.sibling('inplace');
    const db = database.client.db(origin);
    await db.collection('a').insertMany([{ n: 1 }, { n: 2 }]);
    await db.collection('a').createIndex({ n: 1 }, { unique: true });
    await db.collection('gone').insertOne({ n: 3 });
    await db.createCollection('series', { timeseries: { timeField: 't' } });
    await db.collection('series').insertOne({ t: new Date(0), v: 1 });
    await db.createCollection('view', { viewOn: 'a', pipeline: [] });
    const source = await captureInMemory(database.client, setting.uri, origin);
    const expected = await stateOf(origin);
    await db
      .collection('a')
      .updateMany({}, { $set: { n: null }, $inc: { m: 1 } })
      .catch(() => undefined);
    await db.collection('gone').drop();
    await db.collection('series').insertOne({ t: new Date(5), v: 2 });
    await db.collection('extra').insertOne({ stays: true });
    const { plan } = await contextOf(setting, source, {}, 'rst_plan');
    expect(plan.extra).toEqual([{ namespace: `${origin}.extra`, action: 'keep' }]);
    expect(
      plan.namespaces
        .filter(({ isDirect }) => isDirect)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['timeseries', 'view']);
    await restore(source, {});
    const { extra, ...rest } = await stateOf(origin);
    expect(extra).toBeDefined();
    expect(rest).toEqual(expected);
    await restore(source, { dropExtra: true });
    expect(await stateOf(origin)).toEqual(expected);
    const { repl } = await database.client.db('admin').command({ serverStatus: 1 });
    expect(repl.userWriteBlockMode).not.toBe(2);
  });

  it('lifts at boot the write block that a killed restore left', async () => {
    const controlDatabase = database.sibling('block');
    await new WriteBlocks(database.client, controlDatabase).hold('rst_block');
    const restarted = new WriteBlocks(database.client, controlDatabase);
    expect(await restarted.release(() => Promise.resolve(false))).toEqual([]);
    expect(await restarted.release()).toEqual(['rst_block']);
    const { repl } = await database.client.db('admin').command({ serverStatus: 1 });
    expect(repl.userWriteBlockMode).not.toBe(2);
    expect(await restarted.release()).toEqual([]);
  });
});

describe('a restore that dies', () => {
  const phases = ['data', 'oplog', 'indexes', 'verify', 'swap'] as const;

  it.each(phases)(
    'in %s leaves nothing under a final name that is half-made, and goes on when run again',
    async (phase) => {
      const target = database.sibling(`killed${phase}`);
      const source = await captureInMemory(database.client, setting.uri, database.name, async () => {
        await database.db.collection('many').insertOne({ phase });
      });
      const request = { targetDatabase: target, namespaces: [`${database.name}.*`] };
      const killed = new Error('killed');
      const context = await contextOf(setting, source, request, `rst_killed_${phase}`, {
        progress: (progress) => {
          if (progress.phase === phase && progress.done > 0) throw killed;
        },
      });
      await expect(restoreMongodb(context, 'bkp_test')).rejects.toBe(killed);
      context.writer.close();
      const names = (await listCollections(database.client, target)).map(({ name }) => name);
      if (phase !== 'swap')
        expect(names.filter((name) => !isStagingName(name) && !/ticks|system/.test(name))).toEqual([]);
      await restore(source, request, `rst_killed_${phase}`);
      expect(await stateOf(target)).toEqual(await stateOf(database.name));
      expect(await stagingIn(target)).toEqual([]);
    },
  );

  it('can be given up before the swap, and then leaves nothing', async () => {
    const target = database.sibling('givenup');
    const source = await captureInMemory(database.client, setting.uri, database.name);
    const abort = new AbortController();
    const reason = new Error('cancelled');
    const context = await contextOf(setting, source, { targetDatabase: target }, 'rst_givenup', {
      signal: abort.signal,
      progress: ({ done }) => done > 1_000 && abort.abort(reason),
    });
    await expect(restoreMongodb(context, 'bkp_test')).rejects.toBe(reason);
    context.writer.close();
    expect(await stagingIn(target)).not.toEqual([]);
    expect(await discardRestore(database.client, context.journal, 'rst_givenup')).toBe(true);
    expect(await listCollections(database.client, target)).toEqual([]);
  });
});

describe('a damaged source', () => {
  it('is found before anything gets its name', async () => {
    const target = database.sibling('damaged');
    const source = await captureInMemory(database.client, setting.uri, database.name);
    const short = {
      ...source,
      collections: source.collections.map((one) => ({ ...one, documents: one.documents + 1 })),
    };
    await expect(restore(short, { targetDatabase: target }, 'rst_short')).rejects.toMatchObject({
      code: 'MANIFEST_CORRUPT',
    });
    expect((await listCollections(database.client, target)).filter(({ name }) => !isStagingName(name))).toEqual([]);
  });
});

describe('what the target no longer is', () => {
  it('is found by verification', async () => {
    const target = database.sibling('altered');
    const source = await captureInMemory(database.client, setting.uri, database.name);
    const context = await contextOf(setting, source, { targetDatabase: target }, 'rst_altered');
    const { writer } = context;
    const altering = {
      ...context,
      writer: Object.assign(Object.create(writer) as typeof writer, {
        insert: (to: { database: string; collection: string }, documents: Buffer) => {
          const changed = Buffer.from(documents);
          const at = changed.indexOf('xxxx');
          if (at > 0) changed.write('y', at);
          return writer.insert(to, changed);
        },
      }),
    };
    await expect(restoreMongodb(altering, 'bkp_test')).rejects.toMatchObject({ code: 'RESTORE_MISMATCH' });
    writer.close();
    expect((await listCollections(database.client, target)).filter(({ name }) => !isStagingName(name))).toEqual([]);
    await restore(source, { targetDatabase: target }, 'rst_altered');
    expect(await stateOf(target)).toEqual(await stateOf(database.name));
  });
});

describe('a step-down in the data phase', () => {
  it('begins the unfinished collections again and loses nothing', async () => {
    const target = database.sibling('stepdown');
    const source = await captureInMemory(database.client, setting.uri, database.name);
    let isDone = false;
    const election = async (): Promise<string> =>
      String((await database.client.db('admin').command({ hello: 1 }, { readPreference: 'primary' })).electionId);
    const before = await election();
    const slow: RestoreSource = {
      ...source,
      async *read(stream, options) {
        for await (const chunk of source.read(stream, options)) {
          yield chunk;
          if (stream !== 'many' || isDone) continue;
          isDone = true;
          await database.client
            .db('admin')
            .command({ replSetStepDown: 5, force: true })
            .catch(() => undefined);
        }
      },
    };
    await restore(slow, { targetDatabase: target });
    expect(await election()).not.toBe(before);
    expect(await stateOf(target)).toEqual(await stateOf(database.name));
  });
});

describe('users and roles', () => {
  it('come back, and the user that restores is left as it is', async () => {
    const admin = database.client.db('admin');
    const role = `role_${database.name}`;
    const user = `user_${database.name}`;
    await admin.command({ createRole: role, privileges: [], roles: [{ role: 'read', db: database.name }] });
    await admin.command({ createUser: user, pwd: 'first-password-9', roles: [{ role, db: 'admin' }] });
    try {
      const users = await admin.collection('system.users').find().toArray();
      const roles = await admin.collection('system.roles').find({ role }).toArray();
      await admin.command({ dropUser: user });
      await admin.command({ dropRole: role });
      const own = users
        .filter((one) => one.user === user || one.user === 'lucid_root')
        .map((one) => (one.user === user ? one : { ...one, roles: [] }));
      const rolesBefore = (await admin.collection('system.users').findOne({ user: 'lucid_root' }))?.roles;
      await restoreUsersAndRoles(database.client, own, roles);
      expect(await admin.collection('system.users').findOne({ user })).toEqual(users.find((one) => one.user === user));
      expect(await admin.collection('system.roles').findOne({ role })).toEqual(roles[0]);
      expect((await admin.collection('system.users').findOne({ user: 'lucid_root' }))?.roles).toEqual(rolesBefore);
    } finally {
      await admin.command({ dropUser: user }).catch(() => undefined);
      await admin.command({ dropRole: role }).catch(() => undefined);
    }
  });
});

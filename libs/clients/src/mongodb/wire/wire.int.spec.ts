import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import {
  BSONRegExp,
  Binary,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import { readCollection } from './raw-reader.ts';
import { insertRaw } from './raw-writer.ts';
import { MongoServerReplyError } from './server-reply-error.ts';
import { Topology } from './topology.ts';
import type { WireConnection } from './wire-connection.ts';

let database: TestDatabase;
let topology: Topology;
let connection: WireConnection;

beforeAll(async () => {
  database = await createTestDatabase('wire');
  topology = new Topology(database.uri);
  connection = await topology.connectPrimary();
});
afterAll(async () => {
  connection.close();
  await database.close();
});

async function contents(collection: string, batchBytes?: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const batch of readCollection(connection, { database: database.name, collection, batchBytes })) {
    parts.push(Buffer.from(batch.documents));
    expect(batch.operationTime).toBeInstanceOf(Timestamp);
    batch.release();
  }
  return Buffer.concat(parts);
}

function insert(collection: string, documents: Buffer, ordered = true) {
  return insertRaw(connection, { database: database.name, collection, documents, ordered, writeConcern: { w: 1 } });
}

const EVERY_TYPE = {
  _id: new ObjectId(),
  double: new Double(1),
  negativeZero: new Double(-0),
  notANumber: new Double(NaN),
  string: 'ünï\u0000code',
  object: { b: 1, a: { '2': 1, '1': 2 } },
  array: [1, [2, { c: 3 }], 'x'],
  binary: new Binary(Buffer.from([1, 2, 3]), 0x80),
  uuid: new Binary(Buffer.alloc(16, 7), 4),
  oid: new ObjectId(),
  no: false,
  date: new Date(-1),
  nothing: null,
  regex: new BSONRegExp('^a', 'im'),
  code: new Code('return 1'),
  scoped: new Code('return x', { x: 1 }),
  int32: new Int32(-5),
  timestamp: new Timestamp({ t: 5, i: 6 }),
  int64: Long.MAX_VALUE,
  decimal: Decimal128.fromString('1.500'),
  min: new MinKey(),
  max: new MaxKey(),
};

it('brings every BSON type through a write and a read byte for byte', async () => {
  const documents = Buffer.from(serialize(EVERY_TYPE));
  expect(await insert('types', documents)).toEqual({ inserted: 1, refused: [] });
  expect((await contents('types')).equals(documents)).toBe(true);
});

it('reads in many batches, and nothing of a collection that is not there', async () => {
  const documents = Buffer.concat(Array.from({ length: 3_000 }, (_, _id) => serialize({ _id, pad: 'x'.repeat(300) })));
  await insert('many', documents);
  expect((await contents('many', 50_000)).equals(documents)).toBe(true);
  expect(await contents('absent')).toHaveLength(0);
});

it('carries documents of 16 MiB', async () => {
  const overhead = serialize({ _id: 1, pad: '' }).length;
  const one = (_id: number): Uint8Array => serialize({ _id, pad: 'z'.repeat(16_777_216 - overhead) });
  const documents = Buffer.concat([one(1), one(2), one(3), one(4)]);
  expect(await insert('large', documents)).toMatchObject({ inserted: 4 });
  expect((await contents('large')).equals(documents)).toBe(true);
});

it('splits an insert by the number of documents, and tells which were refused', async () => {
  const ids = Array.from({ length: 100_010 }, (_, n) => (n === 100_005 ? 3 : n));
  const documents = Buffer.concat(ids.map((_id) => serialize({ _id })));
  const { inserted, refused } = await insert('split', documents, false);
  expect(inserted).toBe(100_009);
  expect(refused).toEqual([expect.objectContaining({ index: 100_005, id: 3, code: 11_000 })]);
  await expect(insert('split', Buffer.from(serialize({ _id: 'x' })).subarray(0, 9))).rejects.toThrow(RangeError);
});

it('kills the cursor when the reader leaves or aborts, and the connection stays usable', async () => {
  const openCursors = async (): Promise<number> => {
    const stages = [
      { $currentOp: { idleCursors: true, allUsers: true } },
      { $match: { type: 'idleCursor', ns: `${database.name}.many` } },
    ];
    return (await database.client.db('admin').aggregate(stages).toArray()).length;
  };
  const options = { database: database.name, collection: 'many', batchBytes: 10_000 };
  for await (const batch of readCollection(connection, options)) {
    expect(batch.count).toBeGreaterThan(0);
    break;
  }
  // Whoever leaves waits no longer than two seconds for the server; by itself it would keep the cursor for ten minutes.
  await eventually('no cursor', async () => (await openCursors()) === 0);
  const controller = new AbortController();
  const reason = new Error('enough');
  const read = async (): Promise<void> => {
    for await (const batch of readCollection(connection, { ...options, signal: controller.signal })) {
      batch.release();
      controller.abort(reason);
    }
  };
  await expect(read()).rejects.toBe(reason);
  await eventually('no cursor', async () => (await openCursors()) === 0);
  expect(await connection.command('admin', { ping: 1 })).toMatchObject({ ok: 1 });
});

it('says what is wrong with the password, the server and the command', async () => {
  const wrong = new Topology(database.uri.replace(/:[^:@/]+@/, ':wrong@'));
  await expect(wrong.view()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(new Topology('mongodb://127.0.0.1:1/').view()).rejects.toMatchObject({ code: 'MONGODB_UNAVAILABLE' });
  const refused = await connection.command('admin', { noSuchCommand: 1 }).catch((error: unknown) => error);
  expect((refused as Error).cause).toBeInstanceOf(MongoServerReplyError);
  expect((refused as Error).cause).toMatchObject({ code: 59, codeName: 'CommandNotFound' });
});

it('fails at once and for good when the connection ends, and in time when the server does not answer', async () => {
  const other = await topology.connectPrimary();
  const sleeping = other.command('admin', { ping: 1 });
  other.close();
  await expect(sleeping).rejects.toMatchObject({ code: 'MONGODB_UNAVAILABLE' });
  await expect(other.command('admin', { ping: 1 })).rejects.toMatchObject({ code: 'MONGODB_UNAVAILABLE' });
  const late = await topology.connectPrimary();
  const count = { $reduce: { input: { $range: [0, 50_000] }, initialValue: 0, in: { $add: ['$$value', 1] } } };
  const slow = { find: 'many', filter: { $expr: { $gt: [count, 0] } }, batchSize: 100 };
  await expect(late.command(database.name, slow, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'TIMEOUT' });
});

it('prefers the named secondary, else another, and never the primary while there is one', async () => {
  const { primary, members } = await topology.view();
  const secondaries = members.filter((member) => member !== primary);
  expect(secondaries).toHaveLength(2);
  for (const member of secondaries) expect(await topology.chooseReadingMember(member)).toBe(member);
  expect(secondaries).toContain(await topology.chooseReadingMember('127.0.0.1:1'));
  expect(secondaries).toContain(await topology.chooseReadingMember(primary));
});

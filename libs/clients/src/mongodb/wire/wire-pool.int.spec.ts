import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { serialize } from 'bson';
import { insertRaw } from './raw-writer.ts';
import { Topology } from './topology.ts';
import type { WireConnection } from './wire-connection.ts';
import { WirePool } from './wire-pool.ts';

let database: TestDatabase;
let pool: WirePool;
let opened: WireConnection[];

beforeAll(async () => {
  database = await createTestDatabase('wire_pool');
});
afterAll(() => database.close());
beforeEach(() => {
  opened = [];
  const topology = new Topology(database.uri);
  pool = new WirePool(async () => {
    const connection = await topology.connectPrimary();
    opened.push(connection);
    return connection;
  });
});
afterEach(() => {
  for (const connection of opened) connection.close();
});

const ping = (connection: WireConnection) => connection.command('admin', { ping: 1 });

it('opens a connection for each call under way, and uses it again', async () => {
  await Promise.all([pool.use(undefined, ping), pool.use(undefined, ping)]);
  await pool.use(undefined, ping);
  expect(opened).toHaveLength(2);
});

it('keeps a connection whose command was refused, and gives one up that failed', async () => {
  const refused = pool.use(undefined, (connection) => connection.command('admin', { nothing: 1 }));
  await expect(refused).rejects.toMatchObject({ cause: { codeName: 'CommandNotFound' } });
  await pool.use(undefined, ping);
  expect(opened).toHaveLength(1);
  const failed = pool.use(undefined, () => Promise.reject(new Error('half an answer')));
  await expect(failed).rejects.toThrow('half an answer');
  expect(opened[0]?.isOpen).toBe(false);
  await pool.use(undefined, ping);
  expect(opened).toHaveLength(2);
});

it('gives the connection of a read back, wherever the reader stops', async () => {
  const documents = Buffer.concat([1, 2, 3].map((_id) => Buffer.from(serialize({ _id }))));
  const target = { database: database.name, collection: 'read' };
  await pool.use(undefined, (connection) => insertRaw(connection, { ...target, documents }));
  for await (const bytes of pool.read({ ...target, batchBytes: 1 })) {
    expect(documents.subarray(0, bytes.length).equals(bytes)).toBe(true);
    break;
  }
  const parts: Buffer[] = [];
  for await (const bytes of pool.read(target)) parts.push(Buffer.from(bytes));
  expect(Buffer.concat(parts).equals(documents)).toBe(true);
  expect(opened).toHaveLength(1);
});

it('hands out none that ended while it was idle', async () => {
  await pool.use(undefined, ping);
  opened[0]?.close();
  await pool.use(undefined, ping);
  expect(opened).toHaveLength(2);
});

it('reads from the primary alone, and asks for it anew once a member says that it is not', async () => {
  const topology = new Topology(database.uri);
  const { members, primary = '' } = await topology.view();
  const other = members.find((member) => member !== primary) ?? '';
  let leader = other;
  const changing = new WirePool(() => topology.connect(leader));
  await Promise.all([changing.use(undefined, ping), changing.use(undefined, ping)]);
  const read = async (): Promise<boolean | undefined> =>
    (await changing.read({ database: database.name, collection: 'none' }).next()).done;
  await expect(read()).rejects.toMatchObject({ code: 'MONGODB_UNAVAILABLE' });
  leader = primary;
  expect(await read()).toBe(true);
  changing.close();
});

it('waits for no connection any more once it is told to stop, and leaves none open', async () => {
  const abort = new AbortController();
  const reason = new Error('enough');
  let connected: (connection: WireConnection) => void = () => undefined;
  const slow = new WirePool(() => new Promise((resolve) => (connected = resolve)));
  const using = slow.use(abort.signal, ping);
  abort.abort(reason);
  await expect(using).rejects.toBe(reason);
  const late = await new Topology(database.uri).connectPrimary();
  connected(late);
  await new Promise(setImmediate);
  expect(late.isOpen).toBe(false);
});

it('closes what is idle at once, and what is in use when it comes back', async () => {
  await Promise.all([pool.use(undefined, ping), pool.use(undefined, ping)]);
  await pool.use(undefined, async (connection) => {
    pool.close();
    pool.close();
    expect(opened.filter(({ isOpen }) => isOpen)).toEqual([connection]);
    await ping(connection);
  });
  expect(opened.filter(({ isOpen }) => isOpen)).toEqual([]);
});

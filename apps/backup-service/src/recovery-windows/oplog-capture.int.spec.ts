import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@lucid/archive/repository';
import { chainsOf } from '@lucid/archive/slice-chain';
import type { SliceLog } from '@lucid/archive/slice-types';
import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { eventually } from '@lucid/testing/eventually';
import type { ClientSession, Document, Timestamp } from 'mongodb';
import { startSingleMemberSet, type SingleMemberSet } from '../../../../tests/setup/single-member-set.ts';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import { captureMongodb } from '../captures/mongodb/mongodb-capture.ts';
import { decodeExact, documentsOf } from '../captures/mongodb/oplog-bson.ts';
import { pitrSource } from '../captures/mongodb/point-in-time-source.ts';
import { toClusterTime } from '../captures/mongodb/reading-member.ts';
import { contextOf } from '../captures/mongodb/restore.fixture.ts';
import { snapshotSource } from '../captures/mongodb/restore-manifest-source.ts';
import { restoreMongodb } from '../captures/mongodb/restore-mongodb.ts';
import { OplogCapture, type OplogCaptureOptions } from './oplog-capture.ts';
import { gapIdAfter } from './slice-chains.ts';
import { slicePieces } from './slice-pieces.ts';

const CONTROL = 'lucid_control';
const signal = new AbortController().signal;
const logger = createLogger('test', 'silent');
type Broken = { end: ClusterTime; next: ClusterTime; reason: string };

let set: SingleMemberSet;
let folder: string;
let repository: Repository;
let broken: Broken[];

beforeAll(async () => {
  set = await startSingleMemberSet();
  // `prepareTransaction` is a command of members among themselves.
  const { username } = new URL(set.uri);
  await set.client.db('admin').command({ grantRolesToUser: username, roles: ['__system'] });
});
afterAll(() => set.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucid-oplog-capture-'));
  const store = await FileObjectStore.open(folder);
  repository = await Repository.create(store, { clusterId: 'a', encryption: 'none', compression: 'zstd', workers: 1 });
  broken = [];
});
afterEach(async () => {
  await repository.close();
  await rm(folder, { recursive: true, force: true });
});

/** Captures until `stop`, which stores what was read. */
function start(holder: string, changes: Partial<OplogCaptureOptions> = {}) {
  const stopping = new AbortController();
  const capture = new OplogCapture({
    repository,
    repositoryName: 'default',
    topology: new Topology(set.uri),
    leases: new MongoLeaseStore(set.client.db(CONTROL)),
    holder,
    controlDatabase: CONTROL,
    sliceBytes: 100_000,
    sliceSeconds: 1,
    clock: systemClock,
    logger,
    async onBroken(log, told) {
      broken.push(told);
      await log.addGap({ id: gapIdAfter(told.end), from: told.end, to: told.next, reason: told.reason, foundAt: '' });
    },
    ...changes,
  });
  const running = capture.run(stopping.signal);
  return {
    capture,
    /** Waits until everything that was written so far is stored. */
    async reach(time?: ClusterTime) {
      const until = time ?? (await now());
      await eventually('the slices', () => {
        const { durable } = capture.state;
        return durable && compareClusterTimes(durable, until) >= 0;
      });
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function now(): Promise<ClusterTime> {
  const hello = await set.client.db('admin').command({ hello: 1 });
  return toClusterTime(hello.lastWrite.opTime.ts as Timestamp);
}

async function openLog(): Promise<SliceLog> {
  const [stream = ''] = await repository.listSliceStreams();
  return repository.slices(stream);
}

/** What the slices hold of one database, decoded. */
async function captured(database: string): Promise<Document[]> {
  const log = await openLog();
  const found: Document[] = [];
  for (const range of await log.list()) {
    const { bytes } = await log.read(range);
    found.push(...[...documentsOf(bytes)].map(decodeExact).filter(({ ns }) => String(ns).startsWith(`${database}.`)));
  }
  return found;
}

describe('the capture of the oplog', () => {
  it('goes on exactly after the last slice, whoever has the lease', async () => {
    const collection = set.client.db('going').collection<Document>('on');
    const first = start('first');
    await first.reach();
    for (let n = 0; n < 300; n += 1) await collection.insertOne({ _id: n as never, pad: 'x'.repeat(1_000) });
    await first.stop();
    for (let n = 300; n < 400; n += 1) await collection.insertOne({ _id: n as never });
    const second = start('second');
    for (let n = 400; n < 500; n += 1) await collection.insertOne({ _id: n as never });
    await second.reach();
    await second.stop();
    const ids = (await captured('going')).filter(({ op }) => op === 'i').map(({ o }) => Number((o as Document)._id));
    expect(ids).toEqual(Array.from({ length: 500 }, (_, n) => n));
    const ranges = await (await openLog()).list();
    expect(ranges.length).toBeGreaterThan(3);
    expect(chainsOf(ranges)).toHaveLength(1);
    expect(broken).toEqual([]);
  });

  it('advances while nobody writes', async () => {
    const { capture, reach, stop } = start('idle');
    await reach();
    const { durable } = capture.state;
    // The server writes a no-op each ten seconds.
    await eventually('a later slice', () => capture.state.durable && capture.state.durable.t > (durable?.t ?? 0));
    await stop();
  });

  it('leaves out the control database, the server’s own and staging documents, not users', async () => {
    const { reach, stop } = start('choosy');
    await reach();
    await set.client.db(CONTROL).collection('jobs').insertOne({ secret: 1 });
    await set.client.db('shop').collection('__restore_r1_0').insertOne({ staged: 1 });
    await set.client.db('shop').collection('orders').insertOne({ kept: 1 });
    await set.client.db('admin').command({ createRole: 'reader', privileges: [], roles: [] });
    await reach();
    await stop();
    expect(await captured(CONTROL)).toEqual([]);
    expect(await captured('config')).toEqual([]);
    expect((await captured('shop')).map(({ ns, op }) => `${String(op)} ${String(ns)}`)).toEqual([
      'c shop.$cmd',
      'c shop.$cmd',
      'i shop.orders',
    ]);
    expect(JSON.stringify(await captured('admin'))).toContain('admin.reader');
    await set.client.db('admin').command({ dropRole: 'reader' });
  });

  it('tells a gap when the oplog rolled over while nobody captured, and begins a new chain', async () => {
    const before = start('before');
    await before.reach();
    await before.stop();
    const [last] = (await (await openLog()).list()).slice(-1);
    await set.rollOplogOver();
    const after = start('after');
    await eventually('a new chain', async () => chainsOf(await (await openLog()).list()).length === 2);
    await after.reach();
    await after.stop();
    expect(broken).toHaveLength(1);
    expect(broken[0]).toMatchObject({ end: last?.to, reason: expect.stringContaining('overwritten') as string });
    const third = start('third');
    await third.reach();
    await third.stop();
    expect(broken).toHaveLength(1);
    const [, chain] = chainsOf(await (await openLog()).list());
    expect(chain?.from).toEqual(broken[0]?.next);
  });

  it('tells a gap when the oplog holds another history than was captured', async () => {
    const before = start('before');
    await before.reach();
    await before.stop();
    const log = await openLog();
    const [last] = (await log.list()).slice(-1);
    // As after a rollback: what was captured last has another term in the oplog.
    const tail = await log.read(last as never);
    await set.client.db('going').collection('on').insertOne({ later: true });
    const to = await now();
    const meta = { ...(tail.header.meta as Document), term: 99 } as never;
    const options = {
      previous: { ...(last as never as { from: ClusterTime; to: ClusterTime }), hash: tail.hash },
      meta,
    };
    const lease = { fencingToken: 1, assertHeld: () => Promise.resolve() };
    await log.append([], { from: (last as never as { to: ClusterTime }).to, to, documents: 0, ...options, ...lease });
    const after = start('after');
    await eventually('the gap', () => broken.length === 1);
    await after.reach();
    await after.stop();
    expect(broken[0]).toMatchObject({ end: to, reason: expect.stringContaining('rolled back') as string });
  });
});

describe('a transaction that is prepared before the backup and committed after it', () => {
  it.each(['before', 'after'])('is restored whole where it committed %s the chosen time', async (when) => {
    const name = `crossing_${when}`;
    const db = set.client.db(name);
    await db.collection<Document>('accounts').insertMany([
      { _id: 1 as never, n: 0 },
      { _id: 2 as never, n: 0 },
    ]);
    const { reach, stop } = start(name);
    await reach();
    const session = set.client.startSession();
    let prepared: ClusterTime = { t: 0, i: 0 };
    // Whoever reads a prepared document waits for its transaction, so it has to come after the reading.
    const { manifest, reader } = await backupOf(name, async () => {
      prepared = await prepare(session, db.databaseName);
      await db.collection('accounts').insertOne({ _id: 3 as never, n: 3 });
    });
    const beforeCommit = await now();
    await commit(session, prepared);
    await session.endSession();
    const afterCommit = await now();
    await reach(afterCommit);
    await stop();
    expect(compareClusterTimes(prepared, manifest.t0)).toBeGreaterThan(0);
    expect(compareClusterTimes(manifest.tend, prepared)).toBeGreaterThan(0);
    const to = when === 'before' ? afterCommit : beforeCommit;
    const pieces = await slicePieces(await openLog(), manifest.tend, to);
    const base = snapshotSource(reader, manifest, [name]);
    const moment = { tend: manifest.tend, to, controlDatabase: CONTROL };
    const source = await pitrSource(base, moment, pieces as never, signal);
    const setting = { client: set.client, uri: set.uri, controlDatabase: CONTROL, mainDatabase: 'main' };
    const request = { targetDatabase: `${name}_copy`, namespaces: [`${name}.*`] };
    const context = await contextOf(setting, source, request, `r_${name}`);
    await restoreMongodb(context, 'bkp');
    context.writer.close();
    const restored = await set.client.db(`${name}_copy`).collection('accounts').find().sort({ _id: 1 }).toArray();
    const n = when === 'before' ? [10, -10, 3] : [0, 0, 3];
    expect(restored.map((one) => one.n as number)).toEqual(n);
  });

  /** The server's own first phase, which a sharded cluster sends. */
  async function prepare(session: ClientSession, database: string): Promise<ClusterTime> {
    session.startTransaction();
    const accounts = set.client.db(database).collection<Document>('accounts');
    await accounts.updateOne({ _id: 1 as never }, { $inc: { n: 10 } }, { session });
    await accounts.updateOne({ _id: 2 as never }, { $inc: { n: -10 } }, { session });
    const { prepareTimestamp } = await set.client.db('admin').command({ prepareTransaction: 1 }, { session });
    return toClusterTime(prepareTimestamp as Timestamp);
  }

  async function commit(session: ClientSession, { t, i }: ClusterTime): Promise<void> {
    const { Timestamp: Time } = await import('mongodb');
    const command = { commitTransaction: 1, commitTimestamp: new Time({ t, i }) };
    await set.client.db('admin').command(command, { session });
  }

  async function backupOf(database: string, beforeEnd: () => Promise<void>) {
    const writer = await repository.beginSnapshot({
      id: 'bkp_1',
      fencingToken: 1,
      assertHeld: () => Promise.resolve(),
    });
    const plan = { uri: set.uri, database, controlDatabase: CONTROL };
    const context = { signal, clock: systemClock, logger, onProgress: () => undefined, beforeEnd };
    const manifest = await captureMongodb(plan, writer, context);
    await writer.commit({ mongodb: manifest });
    return { manifest, reader: await repository.readSnapshot('bkp_1') };
  }
});

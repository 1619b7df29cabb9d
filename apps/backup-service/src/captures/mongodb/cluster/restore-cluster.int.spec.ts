import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import { differencesOf, readImage } from '@lucid/testing/mongodb-oracle';
import { type Collection, type Db, type Document, MongoClient } from 'mongodb';
import { startShardedCluster, type ShardedCluster } from '../../../../../../tests/setup/sharded-cluster.ts';
import type { RestoreRun } from '../../restore-port.ts';
import { type Captured, CaptureFixture } from '../capture.fixture.ts';
import { MongodbRestorer } from '../mongodb-restorer.ts';

const MIDDLE = 500;
const CUSTOMERS = 1_000;
const IS_OWNED = { orphan: { $ne: true } };

let cluster: ShardedCluster;
let router: MongoClient;
let fixture: CaptureFixture;
let restorer: MongodbRestorer;
let captured: Captured;

beforeAll(async () => {
  cluster = await startShardedCluster();
  router = await MongoClient.connect(cluster.uri);
  const databases = { controlDatabase: 'lucid_control', mainDatabase: 'lucid' };
  fixture = await CaptureFixture.open({ client: router, uri: cluster.uri, ...databases });
  restorer = new MongodbRestorer({ client: router, uri: cluster.uri, ...databases });
  await fill();
  captured = await captureUnderWriters();
});
afterAll(async () => {
  await fixture?.close();
  await router?.close();
  await cluster?.stop();
});

/** Orders by customer and number, half of the customers on each shard; events by hash; settings on the first shard. */
async function fill(): Promise<void> {
  const admin = router.db('admin');
  const shop = router.db('shop');
  await admin.command({ balancerStop: 1 });
  await admin.command({ shardCollection: 'shop.orders', key: { customer: 1, n: 1 }, unique: true });
  const [min, max] = [
    { customer: MIDDLE, n: Number.MIN_SAFE_INTEGER },
    { customer: CUSTOMERS * 2, n: 0 },
  ];
  await admin.command({ moveRange: 'shop.orders', min, max, toShard: cluster.shards[1] });
  await admin.command({ shardCollection: 'shop.events', key: { _id: 'hashed' } });
  await shop.collection('orders').insertMany(Array.from({ length: 4_000 }, (_, n) => order(n)));
  await shop.collection('orders').createIndex({ at: 1 }, { expireAfterSeconds: 1e9 });
  await shop.collection<Document>('events').insertMany(Array.from({ length: 2_000 }, (_, n) => event(n)));
  await shop.collection('settings').insertMany([
    { _id: 'a' as never, value: 1 },
    { _id: 'b' as never, value: 2 },
  ]);
  await shop.createCollection('dear', { viewOn: 'orders', pipeline: [{ $match: { total: { $gt: 90 } } }] });
  await fillOthers(shop);
  await plantOrphans();
}

/** One sharded by a path below a collation, served by a longer index; and kinds that cannot be sharded. */
async function fillOthers(shop: Db): Promise<void> {
  const collation = { locale: 'simple' };
  await shop.createCollection('visits', { collation: { locale: 'de', strength: 1 } });
  await shop.createIndex('visits', { 'place.region': 1, at: -1 }, { collation });
  const command = { shardCollection: 'shop.visits', key: { 'place.region': 1 }, collation };
  await router.db('admin').command(command);
  await router.db('admin').command({ addShardToZone: cluster.shards[1], zone: 'south' });
  const zone = { min: { 'place.region': 'A' }, max: { 'place.region': 'G' }, zone: 'south' };
  await router.db('admin').command({ updateZoneKeyRange: 'shop.visits', ...zone });
  const places = ['Ulm', 'ulm', 'Bern', 'Graz', null, 5, 5.5];
  const visit = (n: number): Document => ({ _id: n, place: { region: places[n % places.length] }, at: n });
  await shop.collection<Document>('visits').insertMany(Array.from({ length: 300 }, (_, n) => visit(n)));
  await shop.createCollection('ticks', { timeseries: { timeField: 't', metaField: 'm' } });
  await shop
    .collection('ticks')
    .insertMany(Array.from({ length: 50 }, (_, n) => ({ t: new Date(1.79e12 + n), m: n % 2 })));
  await shop.createCollection('ring', { capped: true, size: 65_536 });
  await shop.collection<Document>('ring').insertMany([3, 1, 2].map((id) => ({ _id: id as never })));
}

function order(n: number): Document {
  const customer = (n * 7) % CUSTOMERS;
  return { _id: n, customer, n, total: n % 100, at: new Date(1.79e12 + n), lines: [{ sku: n, count: 1 }], open: true };
}

function event(n: number): Document {
  return { _id: n, kind: `kind${n % 5}`, text: 'x'.repeat(200) };
}

function onShard(index: 0 | 1, collection: string): Collection<Document> {
  return cluster.members[index].db('shop').collection(collection);
}

/** What a shard keeps of a chunk that left it: documents of its own, and old twins of some that the other shard owns. */
async function plantOrphans(): Promise<void> {
  const orphans = (from: number, first: number): Document[] =>
    Array.from({ length: 40 }, (_, n) => ({ ...order(first + n), customer: from + n, orphan: true }));
  await onShard(1, 'orders').insertMany(orphans(0, 100_000));
  await onShard(0, 'orders').insertMany(orphans(MIDDLE, 200_000));
  for (const [owner, other] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const twins = await onShard(owner, 'orders').find(IS_OWNED).limit(20).toArray();
    await onShard(other, 'orders').insertMany(twins.map((one) => ({ ...one, total: -1, orphan: true })));
    const events = await onShard(owner, 'events').find(IS_OWNED).limit(20).toArray();
    await onShard(other, 'events').insertMany(events.map((one) => ({ ...one, kind: 'old', orphan: true })));
  }
}

/** Writes to both shards, to what they own and to orphans, while their documents are read. */
async function captureUnderWriters(): Promise<Captured> {
  let rounds = 0;
  const ticking = keepTicking();
  const captured = fixture.capture('shop', async (stream) => {
    if (!stream.includes('shop/')) return;
    const round = (rounds += 1);
    const first = 10_000 + round * 100;
    await router
      .db('shop')
      .collection('orders')
      .insertMany(Array.from({ length: 60 }, (_, n) => order(first + n)));
    await router
      .db('shop')
      .collection<Document>('events')
      .insertMany(Array.from({ length: 30 }, (_, n) => event(first + n)));
    for (const index of [0, 1] as const) {
      const orders = onShard(index, 'orders');
      const some = { n: { $mod: [11, round] } };
      await orders.updateMany(some, { $set: { 'lines.0.count': round } });
      await orders.updateMany(some, { $push: { lines: { sku: round, count: 2 } } as never });
      await orders.updateMany({ n: { $mod: [13, round] } }, { $unset: { open: 1 }, $inc: { total: 1_000 } });
      await orders.deleteMany({ n: { $mod: [29, round] } });
      const again = await onShard(index, 'events').findOneAndDelete(IS_OWNED);
      if (again) await onShard(index, 'events').insertOne({ ...again, text: 'again' });
    }
    await router.db('shop').collection('settings').updateOne({}, { $set: { round } });
    await router
      .db('shop')
      .collection('ring')
      .insertOne({ _id: (100 - round) as never });
  });
  return captured.finally(() => ticking.stop());
}

/** Each shard writes all the time, so that the common end is soon behind all of them. */
function keepTicking(): { stop(): Promise<void> } {
  let isOver = false;
  const tick = async (member: MongoClient): Promise<void> => {
    while (!isOver) {
      await member.db('clock').collection('ticks').insertOne({});
      await systemClock.sleep(20);
    }
  };
  const ticking = Promise.all(cluster.members.map(tick));
  return {
    async stop() {
      isOver = true;
      await ticking;
    },
  };
}

function runOf(restoreId: string, change: Partial<RestoreRun> = {}): RestoreRun {
  return {
    ...{ restoreId, signal: new AbortController().signal, clock: systemClock, logger: createLogger('test', 'silent') },
    assertHeld: () => Promise.resolve(),
    progress: () => undefined,
    ...change,
  };
}

async function restore(request: Partial<BackupRestorePayload>, run: RestoreRun) {
  const input = { backupId: 'bkp_test', reader: captured.reader, manifest: captured.manifest as never, isWhole: true };
  const plan = await restorer.plan(input, { backupId: 'bkp_test', ...request }, run);
  return { plan, restored: request.dryRun ? undefined : await restorer.restore(input, plan, run) };
}

/** Of both shards together, as they hold them. */
async function imageOf(database: string, collection: string, at?: { t: number; i: number }, filter: Document = {}) {
  const images = [];
  for (const uri of cluster.memberUris) images.push(await readImage(uri, database, collection, at, filter));
  return new Map(images.flatMap((image) => [...image]));
}

/** How many documents each shard has in the ranges that it owns, by its own index of the shard key, and how many it has. */
async function placesOf(namespace: string) {
  const [database = '', name = ''] = namespace.split('.');
  const config = cluster.configServer.db('config');
  const collections = config.collection<{ _id: string; uuid: unknown; key: Document }>('collections');
  const sharded = await collections.findOne({ _id: namespace });
  const chunks = await config.collection('chunks').find({ uuid: sharded?.uuid }).toArray();
  const places = [];
  for (const [index, member] of cluster.members.entries()) {
    let owned = 0;
    for (const { min, max } of chunks.filter(({ shard }) => shard === cluster.shards[index])) {
      const command = { dataSize: namespace, keyPattern: sharded?.key, min, max };
      owned += Number((await member.db(database).command(command))['numObjects']);
    }
    places.push({ owned, held: await member.db(database).collection(name).countDocuments() });
  }
  return places;
}

describe('a sharded cluster, through its router', () => {
  it('comes back as it was at the common time, sharded and spread, without orphans, also where the restore was interrupted', async () => {
    const stop = new AbortController();
    const interrupted = runOf('rst_cluster', {
      signal: stop.signal,
      progress: ({ phase }) => (phase === 'indexes' ? stop.abort(new Error('stopped by the test')) : undefined),
    });
    await expect(restore({ targetDatabase: 'copy' }, interrupted)).rejects.toThrow('stopped by the test');
    const { restored } = await restore({ targetDatabase: 'copy' }, runOf('rst_cluster'));
    const { tend } = captured.manifest;
    for (const name of ['orders', 'events', 'settings', 'visits', 'system.buckets.ticks']) {
      const expected = await imageOf('shop', name, tend, IS_OWNED);
      expect(expected.size).toBeGreaterThan(1);
      expect(differencesOf(expected, await imageOf('copy', name))).toEqual([]);
    }
    expect(restored?.operations).toBeGreaterThan(500);
    for (const name of ['orders', 'events']) {
      const places = await placesOf(`copy.${name}`);
      const all = places.reduce((sum, { held }) => sum + held, 0);
      for (const { owned, held } of places) {
        expect(owned).toBe(held);
        expect(held / all).toBeGreaterThan(0.4);
      }
    }
    // All writes were over before the common time. A snapshot of a capped collection cannot be read.
    const ring = await router.db('shop').collection('ring').find().toArray();
    expect(ring.length).toBeGreaterThan(5);
    expect(await router.db('copy').collection('ring').find().toArray()).toEqual(ring);
    const config = cluster.configServer.db('config').collection<{ _id: string }>('collections');
    expect(await config.findOne({ _id: 'copy.orders' })).toMatchObject({ key: { customer: 1, n: 1 }, unique: true });
    expect(await config.findOne({ _id: 'copy.events' })).toMatchObject({ key: { _id: 'hashed' }, unique: false });
    const zones = cluster.configServer.db('config').collection('tags').find({ ns: 'copy.visits' });
    expect(await zones.toArray()).toMatchObject([{ tag: 'south', min: { 'place.region': 'A' } }]);
    const bern = cluster.members.map((member) =>
      member.db('copy').collection('visits').countDocuments({ 'place.region': 'Bern' }),
    );
    expect(await Promise.all(bern)).toEqual([0, 43]);
    for (const member of cluster.members) {
      const indexes = await member.db('copy').collection('orders').indexes();
      expect(indexes.map(({ name, unique, expireAfterSeconds }) => ({ name, unique, expireAfterSeconds }))).toEqual([
        { name: '_id_' },
        { name: 'customer_1_n_1', unique: true },
        { name: 'at_1', expireAfterSeconds: 1e9 },
      ]);
    }
    const names = (await router.db('copy').listCollections().toArray()).map(({ name }) => name);
    expect(names.sort()).toEqual([
      ...['dear', 'events', 'orders', 'ring', 'settings', 'system.buckets.ticks', 'system.views', 'ticks', 'visits'],
    ]);
    expect(await router.db('copy').collection('ticks').countDocuments()).toBe(50);
    expect(await router.db('copy').collection('visits').indexes()).toEqual(
      await router.db('shop').collection('visits').indexes(),
    );
  });

  it('replaces nothing, and says so beforehand', async () => {
    const { plan } = await restore({ targetDatabase: 'copy', dryRun: true }, runOf('rst_again'));
    expect(plan.conflicts?.map(({ namespace }) => namespace).sort()).toEqual([
      ...['dear', 'events', 'orders', 'ring', 'settings', 'ticks', 'visits'].map((name) => `copy.${name}`),
    ]);
    for (const request of [{}, { targetDatabase: 'copy' }, { renames: { 'shop.orders': 'copy.events' } }])
      await expect(restore(request, runOf('rst_again'))).rejects.toMatchObject({ code: 'RESTORE_CONFLICT' });
  });

  it('notices what is not as in the backup, and leaves nothing of a restore that is given up', async () => {
    const stop = new AbortController();
    const run = runOf('rst_dropped', {
      signal: stop.signal,
      progress: ({ phase }) => (phase === 'verify' ? stop.abort(new Error('stopped by the test')) : undefined),
    });
    await expect(restore({ targetDatabase: 'dropped' }, run)).rejects.toThrow('stopped by the test');
    const database = cluster.members[1].db('dropped');
    const staged = (await database.listCollections().toArray()).map(({ name }) => name);
    let changed = 0;
    for (const name of staged)
      changed += (await database.collection(name).updateOne({ customer: { $gt: 0 } }, { $inc: { total: 1 } }))
        .modifiedCount;
    expect(changed).toBe(1);
    await expect(restore({ targetDatabase: 'dropped' }, runOf('rst_dropped'))).rejects.toMatchObject({
      code: 'RESTORE_MISMATCH',
    });
    expect(await restorer.discard('rst_dropped')).toBe(true);
    for (const member of cluster.members) expect(await member.db('dropped').listCollections().toArray()).toEqual([]);
    const config = cluster.configServer.db('config').collection<{ _id: string }>('collections');
    expect(await config.countDocuments({ _id: /^dropped\./ as never })).toBe(0);
  });
});

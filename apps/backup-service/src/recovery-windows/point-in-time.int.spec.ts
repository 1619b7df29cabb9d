import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@lucid/archive/repository';
import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { isAppError } from '@lucid/core/app-error';
import { systemClock } from '@lucid/core/clock';
import { processEnvironment } from '@lucid/core/environment';
import { createLogger } from '@lucid/core/logger';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import type { Document, Timestamp } from 'mongodb';
import { type ClusterTime, compareClusterTimes, type MongodbManifest } from '../captures/mongodb/manifest.ts';
import { captureMongodb } from '../captures/mongodb/mongodb-capture.ts';
import { pitrSource } from '../captures/mongodb/point-in-time-source.ts';
import { toClusterTime } from '../captures/mongodb/reading-member.ts';
import { contextOf } from '../captures/mongodb/restore.fixture.ts';
import { snapshotSource } from '../captures/mongodb/restore-manifest-source.ts';
import { restoreMongodb } from '../captures/mongodb/restore-mongodb.ts';
import { OplogCapture } from './oplog-capture.ts';
import { imageOf, seededRandom, Writer } from './random-writers.fixture.ts';
import { slicePieces } from './slice-pieces.ts';

const MOMENTS = 5;
const KINDS = ['rename', 'renameAcross', 'drop', 'createIndex', 'dropIndex', 'view', 'series', 'measure', 'out'];
const logger = createLogger('test', 'silent');
const signal = new AbortController().signal;
let database: TestDatabase;
let control: string;
let folder: string;
let repository: Repository;
let capture: OplogCapture;
const stopping = new AbortController();
let running: Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase('pitr');
  control = database.sibling('control');
  folder = await mkdtemp(join(tmpdir(), 'lucid-pitr-'));
  const store = await FileObjectStore.open(folder);
  repository = await Repository.create(store, { clusterId: 'a', encryption: 'none', compression: 'zstd', workers: 1 });
  capture = new OplogCapture({
    repository,
    repositoryName: 'default',
    topology: new Topology(database.uri),
    leases: new MongoLeaseStore(database.client.db(control)),
    holder: 'test',
    controlDatabase: control,
    sliceBytes: 200_000,
    sliceSeconds: 1,
    clock: systemClock,
    logger,
    onBroken: () => Promise.reject(new Error('the chain broke')),
  });
  running = capture.run(stopping.signal);
  await eventually('the first slice', () => capture.state.durable);
});
afterAll(async () => {
  stopping.abort();
  await running;
  await repository.close();
  await rm(folder, { recursive: true, force: true });
  await database.close();
});

async function now(): Promise<ClusterTime> {
  const hello = await database.client.db('admin').command({ hello: 1 }, { readPreference: 'primary' });
  return toClusterTime(hello.lastWrite.opTime.ts as Timestamp);
}

/** A backup of this test's database. Others write to the same server, so it is not one of everything. */
async function backup(id: string): Promise<{ manifest: MongodbManifest; reader: SnapshotReader }> {
  const plan = { uri: database.uri, database: database.name, controlDatabase: control };
  const context = { signal, clock: systemClock, logger, onProgress: () => undefined };
  for (;;) {
    const writer = await repository.beginSnapshot({ id, fencingToken: 1, assertHeld: () => Promise.resolve() });
    try {
      const manifest = await captureMongodb(plan, writer, context);
      await writer.commit({ mongodb: manifest });
      return { manifest, reader: await repository.readSnapshot(id) };
    } catch (error) {
      // As the flow does: a collection was renamed under the capture.
      if (!isAppError(error, 'CAPTURE_RESTARTED')) throw error;
    } finally {
      await writer.abort();
    }
  }
}

async function restoreTo(
  to: ClusterTime,
  { manifest, reader }: Awaited<ReturnType<typeof backup>>,
): Promise<{ target: string; warnings: readonly string[] }> {
  const target = database.sibling('restored');
  const pieces = await slicePieces(repository.slices(manifest.replicaSet.id), manifest.tend, to);
  if (!pieces) throw new Error('no slices lead there');
  const base = snapshotSource(reader, manifest, [database.name]);
  const source = await pitrSource(base, { tend: manifest.tend, to, controlDatabase: control }, pieces, signal);
  const request = { targetDatabase: target, namespaces: [`${database.name}.*`] };
  const setting = { client: database.client, uri: database.uri, controlDatabase: control, mainDatabase: 'main' };
  const context = await contextOf(setting, source, request, `r${target}`);
  await restoreMongodb(context, 'bkp');
  context.writer.close();
  return { target, warnings: context.plan.warnings };
}

describe('restore to a time', () => {
  it('gives back byte by byte what was there at each of several moments, whatever was done in between', async () => {
    const seed = Number(processEnvironment()['LUCID_TEST_SEED']);
    const other = database.client.db(database.sibling('other'));
    const writers = [0, 1, 2].map(
      (n) => new Writer(database.client, database.db, other, seededRandom(seed + n), n + 1),
    );
    const work = (steps: number): Promise<unknown> => Promise.all(writers.map((writer) => writer.run(steps)));
    const neverDone = (): string[] => KINDS.filter((kind) => writers.every(({ done }) => !done.has(kind)));
    await work(60);
    const [first] = await Promise.all([backup('bkp_1'), work(40)]);
    let newest = first;
    const moments: { at: ClusterTime; base: typeof first; image: Record<string, unknown> }[] = [];
    for (let moment = 0; moment < MOMENTS; moment += 1) {
      await work(70);
      const at = await now();
      const base = moment % 2 === 0 ? first : newest;
      moments.push({ at, base, image: await imageOf(database.client, database.uri, database.name) });
      if (moment === 1) [newest] = await Promise.all([backup('bkp_2'), work(30)]);
      if (moment === 2) await database.db.dropDatabase();
      // Which writer comes first at what differs from run to run; each kind of change lies before the last moment all the same.
      while (moment === 3 && neverDone().length > 0) await work(20);
    }
    await work(30);
    const last = moments.at(-1)?.at as ClusterTime;
    await eventually('the slices of the last moment', () => {
      const { durable } = capture.state;
      return durable && compareClusterTimes(durable, last) > 0;
    });
    for (const { at, base, image } of moments) {
      const usable = compareClusterTimes(base.manifest.tend, at) <= 0 ? base : first;
      const { target } = await restoreTo(at, usable);
      try {
        expect(await imageOf(database.client, database.uri, target)).toEqual(image);
      } catch (error) {
        throw new Error(`seed ${seed}, moment ${JSON.stringify(at)}`, { cause: error });
      }
    }
    expect(neverDone()).toEqual([]);
  });

  it('brings a collection back that took the name of a time series while that was made, and says that its buckets stay out', async () => {
    await database.db.collection<Document>('there').insertOne({});
    const before = await backup('bkp_before');
    // The first of two steps in which MongoDB makes a time series, and what comes between them where one inserts while another creates.
    const timeseries = { timeField: 'at', metaField: 'who' };
    await database.db.command({ create: 'system.buckets.race', timeseries, clusteredIndex: true });
    await database.db.collection<Document>('race').insertOne({ at: systemClock.now(), who: 1 });
    await database.db.createCollection('race');
    const after = await backup('bkp_after');
    await database.db.collection<Document>('there').insertOne({});
    const [at, image] = [await now(), await imageOf(database.client, database.uri, database.name)];
    const taken = image['race'] as Record<string, unknown>;
    expect(taken).toMatchObject({ type: 'collection' });
    await eventually('the slices', () => {
      const { durable } = capture.state;
      return durable && compareClusterTimes(durable, at) >= 0;
    });
    for (const base of [before, after]) {
      const { target, warnings } = await restoreTo(at, base);
      // Its indexes are not compared: while there are buckets of that name the server shows theirs.
      const restored = await imageOf(database.client, database.uri, target);
      const { type, documents } = restored['race'] as Record<string, unknown>;
      expect({ ...restored, race: { type, documents } }).toEqual({
        ...image,
        race: { type: 'collection', documents: taken['documents'] },
      });
      expect(warnings).toContainEqual(expect.stringContaining('system.buckets.race holds measurements'));
    }
  });
});

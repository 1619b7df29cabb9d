import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@lucid/archive/repository';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { differencesOf, readImage } from '@lucid/testing/mongodb-oracle';
import { MongosDouble } from '@lucid/testing/mongos-double';
import { type Document, MongoClient } from 'mongodb';
import { startSingleMemberSet, type SingleMemberSet } from '../../../../../tests/setup/single-member-set.ts';
import { captureMongodb } from './mongodb-capture.ts';
import { contextOf } from './restore.fixture.ts';
import { MongodbRestorer, ownSource } from './mongodb-restorer.ts';
import { snapshotSource } from './restore-manifest-source.ts';
import { restoreMongodb } from './restore-mongodb.ts';

const USER = { username: 'cluster_user', password: 'a-long-password' };
const IDS = ['north', 'south'];
const HALF = 10_000;
let sets: SingleMemberSet[];
let router: MongosDouble;
let folder: string;
let repository: Repository;
let number = 0;

beforeAll(async () => {
  sets = [];
  for (const replicaSet of IDS) sets.push(await startSingleMemberSet({ oplogMegabytes: 64, replicaSet }));
  for (const { client } of sets) {
    const { username: createUser, password: pwd } = USER;
    await client.db('admin').command({ createUser, pwd, roles: ['root'], mechanisms: ['SCRAM-SHA-256'] });
  }
  const shards = sets.map(({ uri }, index) => ({
    ...{ id: IDS[index]!, replicaSet: IDS[index]!, member: /@([^/]+)\//.exec(uri)![1]! },
    ...(index === 0 && { below: HALF }),
  }));
  router = await MongosDouble.start({ shards, ...USER, sharded: 'shop.orders' });
  folder = await mkdtemp(join(tmpdir(), 'lucid-shards-'));
  const store = await FileObjectStore.open(folder);
  repository = await Repository.create(store, { clusterId: 'a', encryption: 'none', compression: 'zstd', workers: 1 });
});
afterAll(async () => {
  await router?.close();
  await repository?.close();
  await Promise.all((sets ?? []).map((set) => set.stop()));
  await rm(folder, { recursive: true, force: true });
});

function orders(from: number, count: number): Document[] {
  return Array.from({ length: count }, (_, n) => ({ _id: from + n, n, pad: 'x'.repeat(500) }));
}

async function insert(from: number, count: number): Promise<void> {
  const connection = await new Topology(router.uri).connectSeed();
  try {
    await connection.command('shop', { insert: 'orders', documents: orders(from, count) });
  } finally {
    connection.close();
  }
}

async function capture(during: (stream: string) => Promise<void> = () => Promise.resolve()) {
  const id = `bkp_${(number += 1)}`;
  const writer = await repository.beginSnapshot({ id, fencingToken: 1, assertHeld: () => Promise.resolve() });
  const begun = new Set<string>();
  const sink = {
    openStream(name: string, options: { kind: 'bson' | 'bytes' }) {
      const stream = writer.openStream(name, options);
      return {
        end: (meta: Parameters<typeof stream.end>[0]) => stream.end(meta),
        async write(buffer: Buffer) {
          await stream.write(buffer);
          if (!begun.has(name)) await during(name);
          begun.add(name);
        },
      };
    },
  };
  const context = { signal: new AbortController().signal, clock: systemClock, onProgress: () => undefined };
  try {
    const plan = { uri: router.uri, controlDatabase: 'lucid_control' };
    const manifest = await captureMongodb(plan, sink, { ...context, logger: createLogger('test', 'silent') });
    await writer.commit({ mongodb: manifest });
    return { manifest, reader: await repository.readSnapshot(id) };
  } finally {
    await writer.abort();
  }
}

describe('a sharded cluster', () => {
  it('is captured at one time over all shards while documents are written, and each shard comes back as it was then', async () => {
    await insert(0, 3_000);
    await insert(HALF, 3_000);
    for (const { client } of sets) await client.db('shop').collection('orders').createIndex({ n: 1 });
    let written = 0;
    const { manifest, reader } = await capture(async (stream) => {
      if (!stream.endsWith('/orders')) return;
      const from = 5_000 + written;
      written += 50;
      await insert(from, 50);
      await insert(HALF + from, 50);
      await sets[1]!.client
        .db('shop')
        .collection('orders')
        .deleteMany({ n: { $lt: 5 } });
    });
    expect(manifest.shards?.map(({ id }) => id)).toEqual(IDS);
    for (const { part } of manifest.shards ?? []) expect(part.tend).toEqual(manifest.tend);
    expect(manifest.cluster?.config['collections']).toMatchObject([{ ejson: { _id: 'shop.orders' } }]);
    expect(manifest.cluster?.sharding).toEqual({
      primaryShards: { shop: 'north' },
      collections: [
        {
          ...{ database: 'shop', collection: 'orders', uuid: expect.stringMatching(/^[0-9a-f]{32}$/) },
          ...{ key: { _id: { $numberInt: '1' } }, unique: false, zones: [] },
          chunks: [
            { shard: 'north', min: { _id: { $minKey: 1 } } },
            { shard: 'south', min: { _id: { $numberInt: String(HALF) } } },
          ],
        },
      ],
    });
    expect(() => snapshotSource(reader, manifest, [])).toThrow(expect.objectContaining({ code: 'RESTORE_REFUSED' }));
    for (const [index, { client, uri }] of sets.entries()) {
      const expected = await readImage(uri, 'shop', 'orders', manifest.tend);
      const source = ownSource(
        { backupId: 'bkp_test', reader, manifest: manifest as never, isWhole: true },
        IDS[index],
      );
      const setting = { client, uri, controlDatabase: 'lucid_control', mainDatabase: 'lucid' };
      await insert(index * HALF + 8_000, 10);
      const context = await contextOf(setting, source, { targetDatabase: 'copy', namespaces: ['shop.*'] }, 'rst_shard');
      await restoreMongodb(context, 'bkp_test');
      context.writer.close();
      const actual = await readImage(uri, 'copy', 'orders');
      expect(actual.size).toBeGreaterThan(3_000);
      expect(differencesOf(expected, actual)).toEqual([]);
    }
  });

  it('is no target of a restore of one shard, and not brought back to a second', async () => {
    const client = new MongoClient(router.uri, { serverApi: '1', directConnection: true });
    const databases = { controlDatabase: 'lucid_control', mainDatabase: 'lucid' };
    const restorer = new MongodbRestorer({ client, uri: router.uri, ...databases });
    try {
      for (const request of [{ shard: 'north' }, { pointInTime: '2026-01-09T14:03:10Z' }, { before: { t: 1, i: 1 } }])
        await expect(restorer.plan({} as never, request as never, {} as never)).rejects.toMatchObject({
          code: 'RESTORE_REFUSED',
        });
    } finally {
      await client.close();
    }
  });

  it('is not captured while a chunk moves', async () => {
    const moving = capture((stream) => {
      if (stream.endsWith('/orders')) router.moveChunk();
      return Promise.resolve();
    });
    await expect(moving).rejects.toMatchObject({ code: 'CAPTURE_RESTARTED' });
  });

  it('fails as a whole where one shard cannot be read, without hanging', async () => {
    await sets[1]!.stop();
    await expect(capture()).rejects.toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|RESTARTED|TIMEOUT/) });
  });
});

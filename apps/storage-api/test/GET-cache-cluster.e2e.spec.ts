import { slotOf } from '@lucid/clients/redis/cluster-slots';
import { documentCacheId } from '@lucid/clients/redis/document-keys';
import { eventually } from '@lucid/testing/eventually';
import { freePorts } from '../../../scripts/engines/free-ports.ts';
import { type OwnRedisCluster, startOwnRedisCluster } from '../../../tests/setup/own-redis.ts';
import { type Answer, startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { DocumentCache } from '../src/cache/document-cache.ts';
import { storageApi } from '../src/storage-api.ts';

const PATH = '/api/v1/cache';
const KEYS = 5_000;

let cluster: OwnRedisCluster;
let service: TestService;
let key: string;

beforeAll(async () => {
  cluster = await startOwnRedisCluster();
  // Of the nodes that it is told the first is dead.
  const [dead] = await freePorts(1);
  const nodes = [dead, ...cluster.nodes.slice(0, 2).map(({ port }) => port)].map((port) => `127.0.0.1:${String(port)}`);
  const uri = `redis://${nodes.join(',')}`;
  service = await startTestService(storageApi, { REDIS_URI: uri, REDIS_CLUSTER_ENABLED: 'true' });
  key = await service.key('operator');
  for (let n = 0; n < KEYS; n += 500)
    await Promise.all(
      Array.from({ length: 500 }, (_, at) => cluster.client.set(`db4:page:${n + at}`, 'x', 'EX', 36_000)),
    );
});
afterAll(async () => {
  await service?.close();
  await cluster?.stop();
});

const get = (path: string): Promise<Answer> => service.call('GET', `${PATH}${path}`, { key });

interface Listed {
  items: { key: string }[];
  page: { nextCursor: string | null };
}

/** The rest of a list; `after` is called when its first page is there. */
async function listed(query: string, after: () => Promise<unknown> = () => Promise.resolve()): Promise<string[]> {
  const found: string[] = [];
  for (let cursor = ''; ;) {
    const answer = await get(`/keys?${query}${cursor}`);
    expect(answer.status).toBe(200);
    const { items, page } = answer.json as unknown as Listed;
    found.push(...items.map((item) => item.key));
    if (page.nextCursor === null) return found;
    if (cursor === '') await after();
    cursor = `&cursor=${page.nextCursor}`;
  }
}

/** Moves a slot with its keys, as `redis-cli --cluster reshard` does. */
async function moveSlot(slot: number, from: number, to: number): Promise<void> {
  const primaries = cluster.client.nodes('master');
  const [source, target] = [primaries[from], primaries[to]];
  if (!source || !target) throw new Error('the cluster has fewer shards');
  const ids = await Promise.all([source, target].map((node) => node.cluster('MYID')));
  await target.cluster('SETSLOT', slot, 'IMPORTING', String(ids[0]));
  await source.cluster('SETSLOT', slot, 'MIGRATING', String(ids[1]));
  for (const one of (await source.call('CLUSTER', 'GETKEYSINSLOT', slot, 1_000)) as string[])
    await source.call('MIGRATE', '127.0.0.1', String(target.options.port), one, '0', '5000');
  // The new owner first, so that the cluster hears of it from there.
  for (const node of [target, source, ...primaries]) await node.cluster('SETSLOT', slot, 'NODE', String(ids[1]));
}

describe('GET /api/v1/cache/keys on a Redis Cluster', () => {
  it('gives every key of every shard once, by database', async () => {
    const keys = await listed('database=4&limit=1000');
    expect(keys).toHaveLength(KEYS);
    expect(new Set(keys)).toEqual(new Set(Array.from({ length: KEYS }, (_, n) => `page:${n}`)));
    expect(await listed('database=0&limit=1000')).toEqual([]);
    expect(await listed('database=3&limit=1000&pattern=page:*')).toEqual([]);
  });

  it('leaves out no key that moves to another shard between two pages', async () => {
    // All from one shard to one other: two that hand slots to each other at once can both claim one.
    const [first] = cluster.client.nodes('master');
    const slots = new Set(Array.from({ length: 150 }, (_, n) => slotOf(Buffer.from(`db4:page:${n}`))));
    const keys = await listed('database=4&limit=100', async () => {
      let moved = 0;
      for (const slot of slots) {
        if (Number(await first?.call('CLUSTER', 'COUNTKEYSINSLOT', slot)) === 0) continue;
        await moveSlot(slot, 0, 2);
        moved += 1;
      }
      expect(moved).toBeGreaterThan(20);
    });
    const sizes = await Promise.all(cluster.client.nodes('master').map((node) => node.dbsize()));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(KEYS);
    expect(new Set(keys).size).toBe(KEYS);
  });
});

describe('GET /health/ready on a Redis Cluster', () => {
  it('finds it by another node where the first that is named is dead', async () => {
    // It may answer too late once on a busy host.
    await eventually('the cache', async () => {
      const { json } = await service.call('GET', '/health/ready');
      const { redis_cache: cache } = json?.['details'] as Record<string, { status: string } | undefined>;
      return cache?.status === 'up';
    });
  });
});

describe('PUT, GET and DELETE /api/v1/cache/keys/{key} on a Redis Cluster', () => {
  it('find the shard, and keep databases apart by prefix', async () => {
    const body = { value: ['a', 'b'], type: 'list', ttl: 60 };
    for (let n = 0; n < 20; n += 1) {
      const written = await service.call('PUT', `${PATH}/keys/k${n}?database=2`, { key, body });
      expect(written.json).toMatchObject({ key: `k${n}`, database: 2, isNew: true });
      expect((await get(`/keys/k${n}?database=2`)).json).toMatchObject({ key: `k${n}`, value: ['a', 'b'] });
      expect((await get(`/keys/k${n}`)).status).toBe(404);
    }
    expect(await cluster.client.exists('db2:k0')).toBe(1);
    expect((await service.call('DELETE', `${PATH}/keys/k0?database=2`, { key })).status).toBe(204);
  });
});

describe('GET /api/v1/cache/stats and memory on a Redis Cluster', () => {
  it('are about all of its shards', async () => {
    expect((await get('/stats')).json).toMatchObject({ isCluster: true, servers: 3 });
    // In the time that it takes for a look a busy host may not come to the end.
    const memory = await eventually('a look at all of it', async () => {
      const { json } = await get('/memory?database=4');
      return (json?.['sample'] as { isWhole: boolean }).isWhole && json;
    });
    expect(memory).toMatchObject({ sample: { keys: KEYS }, prefixes: [{ prefix: 'page:', keys: KEYS }] });
  });
});

describe('documents read through a Redis Cluster', () => {
  const id = documentCacheId('a');
  const load = async (): Promise<Buffer> => {
    const found = await service.database.db
      .collection<{ _id: string; version: number }>('sessions')
      .findOne({ _id: 'a' });
    return Buffer.from(String(found?.version));
  };

  it('are served, and taken out when they change', async () => {
    const cache = service.app.get(DocumentCache, { strict: false });
    const sessions = service.database.db.collection<{ _id: string; version: number }>('sessions');
    await sessions.insertOne({ _id: 'a', version: 1 });
    await eventually('a hit', async () => (await cache.read('sessions', id, load)).hit);
    await sessions.updateOne({ _id: 'a' }, { $set: { version: 2 } });
    await eventually('the change', async () => (await cache.read('sessions', id, load)).value?.toString() === '2');
    await eventually('a hit', async () => (await cache.read('sessions', id, load)).hit);
  });

  it('are forgotten on every shard when their collection is dropped', async () => {
    const cache = service.app.get(DocumentCache, { strict: false });
    await service.database.db.collection('others').insertOne({ a: 1 });
    for (let n = 0; n < 50; n += 1)
      await eventually(
        'it is stored',
        async () =>
          (await cache.read('others', documentCacheId(String(n)), () => Promise.resolve(Buffer.from('x')))).hit,
        { intervalMs: 1 },
      );
    const stored = () => listed('database=3&limit=1000&pattern=document:*others*');
    expect(await stored()).toHaveLength(50);
    await service.database.db.collection('others').drop();
    await eventually('an empty cache', async () => (await stored()).length === 0);
  });

  it('are read without cache while their shard has no primary, and with it when its replica has taken over', async () => {
    const cache = service.app.get(DocumentCache, { strict: false });
    const stored = (await listed('database=3&pattern=document:*')).find((one) => one.includes('sessions')) ?? '';
    const slot = slotOf(Buffer.from(`db3:${stored}`));
    const slots = (await cluster.client.cluster('SLOTS')) as unknown as [
      number,
      number,
      [host: string, port: number],
    ][];
    const port = slots.find(([from, to]) => from <= slot && slot <= to)?.[2][1];
    await cluster.nodes.find((node) => node.port === port)?.stop();
    expect((await cache.read('sessions', id, load)).value?.toString()).toBe('2');
    await eventually('a hit', async () => (await cache.read('sessions', id, load)).hit, { timeoutMs: 60_000 });
    await eventually('three shards again', async () => (await get('/stats')).json?.['servers'] === 3);
  });
});

describe('POST /api/v1/cache/flush on a Redis Cluster', () => {
  it('removes the keys of one database on every shard', async () => {
    const accepted = await service.call('POST', `${PATH}/flush`, { key, body: { database: 4 } });
    const job = await eventually('the end of the job', async () => {
      const { json } = await service.call('GET', String(accepted.headers['location']), { key });
      return json?.['state'] === 'succeeded' && json;
    });
    expect(job).toMatchObject({ result: { removed: KEYS } });
    expect(await listed('database=2&limit=1000')).toHaveLength(19);
  });
});

import { eventually } from '@lucid/testing/eventually';
import { startShardedCluster, type ShardedCluster } from '../../../tests/setup/sharded-cluster.ts';
import {
  startTestService,
  type Answer,
  type CallOptions,
  type Method,
  type TestService,
} from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const PATH = '/api/v1/database/sharding';

describe('/api/v1/database/sharding', () => {
  let cluster: ShardedCluster;
  let service: TestService;
  let admin: string;
  let main: string;

  const call = (method: Method, path: string, options: CallOptions = {}): Promise<Answer> =>
    service.call(method, `${PATH}${path}`, { key: admin, ...options });

  beforeAll(async () => {
    cluster = await startShardedCluster();
    service = await startTestService(storageApi, { MONGODB_URI: cluster.uri });
    admin = await service.key('admin');
    main = service.database.name;
  });

  afterAll(async () => {
    await service?.close();
    await cluster?.stop();
  });

  it('GET status shows shards, databases and the balancer', async () => {
    const { status, json } = await call('GET', '/status', { key: await service.key('viewer') });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      shards: [
        { id: 'shard-a', replicaSet: 'shard-a', zones: [], isDraining: false },
        { id: 'shard-b', replicaSet: 'shard-b', zones: [], isDraining: false },
      ],
      hasMore: false,
      balancer: { isEnabled: true, mode: 'full', window: null },
    });
  });

  it('GET needs a key, and changes need the role admin', async () => {
    for (const path of ['/status', '/balancer', '/zones'])
      expect((await service.call('GET', PATH + path)).status).toBe(401);
    const key = await service.key('backup-admin');
    const tries: [Method, string, object?][] = [
      ['POST', '/enable', { database: main }],
      ['POST', '/shard-collection', { collection: 'things', key: { a: 1 } }],
      ['POST', '/balancer/start'],
      ['POST', '/balancer/stop'],
      ['PUT', '/balancer/window', { start: '01:00', stop: '02:00' }],
      ['DELETE', '/balancer/window'],
      ['POST', '/zones', { zone: 'eu', shard: 'shard-a' }],
      ['DELETE', '/zones/eu'],
      ['POST', '/zones/eu/ranges', { collection: 'things', min: { a: 0 }, max: { a: 1 } }],
      ['DELETE', '/zones/eu/ranges?collection=things&min=%7B%22a%22%3A0%7D'],
    ];
    for (const [method, path, body] of tries)
      expect((await call(method, path, { key, body })).json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const viewer = await service.key('viewer');
    const analyzed = await call('POST', '/analyze-key', { key: viewer, body: { collection: 'things', key: { a: 1 } } });
    expect(analyzed.status).toBe(403);
  });

  it('POST enable lets a database be sharded, and twice is as once', async () => {
    const body = { database: main, primaryShard: 'shard-a' };
    expect((await call('POST', '/enable', { body })).json).toEqual({ ...bodyOf(main), isChanged: true });
    expect((await call('POST', '/enable', { body })).json).toEqual({ ...bodyOf(main), isChanged: false });
    const { json } = await call('GET', '/status');
    expect(json?.['databases']).toContainEqual({ name: main, primaryShard: 'shard-a' });
  });

  it.each([
    ['config', 'NAMESPACE_INVALID'],
    ['a b', 'VALIDATION_FAILED'],
    [5, 'VALIDATION_FAILED'],
  ])('POST enable refuses the database %j', async (database, code) => {
    expect((await call('POST', '/enable', { body: { database } })).json).toMatchObject({ status: 400, code });
  });

  it('POST enable says when the shard is another or none', async () => {
    const other = await call('POST', '/enable', { body: { database: main, primaryShard: 'shard-b' } });
    expect(other.json).toMatchObject({ status: 409, code: 'SHARDING_REFUSED' });
    const none = await call('POST', '/enable', { body: { database: 'elsewhere', primaryShard: 'shard-x' } });
    expect(none.json).toMatchObject({ status: 404, code: 'SHARD_NOT_FOUND' });
  });

  it('POST shard-collection shards an empty collection by a hash, with its index', async () => {
    const body = { collection: 'spread', key: { a: 'hashed' } };
    const plan = await call('POST', '/shard-collection?dryRun=true', { body });
    expect(plan.json).toEqual({
      ...{ isAllowed: true, findings: [], namespace: `${main}.spread`, makesIndex: true, analysis: null },
    });
    const done = await call('POST', '/shard-collection', { body });
    expect(done.status).toBe(200);
    expect(done.json).toMatchObject({
      namespace: `${main}.spread`,
      key: { a: 'hashed' },
      isChanged: true,
      isUnique: false,
    });
    const chunks = done.json?.['chunks'] as { shard: string; chunks: number }[];
    expect(chunks.map(({ shard }) => shard)).toEqual(['shard-a', 'shard-b']);
    expect((await call('POST', '/shard-collection', { body })).json).toMatchObject({ isChanged: false, findings: [] });
    const other = await call('POST', '/shard-collection', { body: { ...body, key: { b: 1 } } });
    expect(other.json).toMatchObject({ status: 409, code: 'SHARDING_REFUSED', errors: [{ code: 'ALREADY_SHARDED' }] });
    expect(await service.database.db.collection('spread').indexExists('a_hashed')).toBe(true);
  });

  it('POST shard-collection asks for the index, and for one that holds every document', async () => {
    const things = service.database.db.collection('things');
    await things.insertMany(Array.from({ length: 500 }, (_, n) => ({ n, few: n % 3, text: `t${String(n)}` })));
    const body = { collection: 'things', key: { n: 1 } };
    const missing = await call('POST', '/shard-collection', { body });
    expect(missing.json).toMatchObject({ status: 409, errors: [{ pointer: '/key', code: 'NO_INDEX' }] });
    await things.createIndex({ n: 1 }, { sparse: true });
    expect((await call('POST', '/shard-collection', { body })).json).toMatchObject({ errors: [{ code: 'NO_INDEX' }] });
    await things.dropIndex('n_1');
    await things.createIndex({ n: 1, text: 1 });
    const unique = await call('POST', '/shard-collection', { body: { ...body, unique: true } });
    expect(unique.json).toMatchObject({ status: 409, errors: [{ code: 'NOT_UNIQUE' }] });
    await things.createIndex({ text: 1 }, { unique: true });
    expect((await call('POST', '/shard-collection', { body })).json).toMatchObject({
      errors: [{ code: 'UNIQUE_INDEX' }],
    });
    await things.dropIndex('text_1');
    const done = await call('POST', '/shard-collection', { body });
    expect(done.json).toMatchObject({ isChanged: true, chunks: [{ shard: 'shard-a', chunks: 1 }] });
  });

  it('POST shard-collection tells of a key with few values', async () => {
    const poor = service.database.db.collection('poor');
    await poor.insertMany(Array.from({ length: 500 }, (_, n) => ({ kind: n % 3 })));
    await poor.createIndex({ kind: 1 });
    const { json } = await call('POST', '/shard-collection?dryRun=true', {
      body: { collection: 'poor', key: { kind: 1 } },
    });
    expect(json).toMatchObject({
      isAllowed: true,
      analysis: { source: 'sample', sampledDocuments: 500, distinctValues: 3, mostCommonShare: 0.334 },
      findings: [{ code: 'FEW_VALUES', severity: 'warning' }, { code: 'FREQUENT_VALUE' }],
    });
  });

  it('POST shard-collection refuses views, capped and time-series collections, and shards one with a collation', async () => {
    const { db } = service.database;
    await db.createCollection('seen', { viewOn: 'things', pipeline: [] });
    await db.createCollection('ring', { capped: true, size: 4096 });
    await db.createCollection('ticks', { timeseries: { timeField: 't' } });
    await db.createCollection('german', { collation: { locale: 'de' } });
    const refused: [string, string][] = [
      ['seen', 'IS_VIEW'],
      ['ring', 'IS_CAPPED'],
      ['ticks', 'IS_TIME_SERIES'],
    ];
    for (const [collection, code] of refused) {
      const { json } = await call('POST', '/shard-collection', { body: { collection, key: { a: 1 } } });
      expect(json).toMatchObject({ status: 409, errors: [{ code }] });
    }
    const german = await call('POST', '/shard-collection', { body: { collection: 'german', key: { a: 1 } } });
    expect(german.json).toMatchObject({ isChanged: true });
  });

  it.each([
    ['no field', {}],
    ['a direction', { a: -1 }],
    ['an unknown kind', { a: 'text' }],
    ['two hashed fields', { a: 'hashed', b: 'hashed' }],
    ['an operator', { $where: 1 }],
    ['a field below another', { a: 1, 'a.b': 1 }],
    ['no object', [1]],
  ])('POST shard-collection refuses a key with %s', async (_what, key) => {
    const { json } = await call('POST', '/shard-collection', { body: { collection: 'things', key } });
    expect(json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect((json?.['errors'] as { pointer: string }[])[0]?.pointer).toMatch(/^\/key/);
  });

  it('POST shard-collection refuses a unique hash, hidden collections and unknown fields', async () => {
    const hashed = { collection: 'fresh', key: { a: 'hashed' }, unique: true };
    expect((await call('POST', '/shard-collection', { body: hashed })).json).toMatchObject({
      ...{ status: 409, errors: [{ code: 'UNIQUE_HASHED' }] },
    });
    const hidden = { collection: '__restore_x', key: { a: 1 } };
    expect((await call('POST', '/shard-collection', { body: hidden })).json).toMatchObject({
      code: 'NAMESPACE_INVALID',
    });
    const extra = { collection: 'fresh', key: { a: 1 }, numInitialChunks: 9 };
    expect((await call('POST', '/shard-collection', { body: extra })).json).toMatchObject({
      errors: [{ pointer: '/numInitialChunks', code: 'UNKNOWN_FIELD' }],
    });
  });

  it('POST analyze-key counts a sample, missing values and arrays too', async () => {
    const odd = service.database.db.collection('odd');
    await odd.insertMany([{ a: 1 }, { b: 1 }, { a: [1, 2] }]);
    const { status, json } = await call('POST', '/analyze-key', {
      key: await service.key('operator'),
      body: { collection: 'odd', key: { a: 1 } },
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      analysis: { source: 'sample', sampledDocuments: 3, missingValues: 1, arrayValues: 1 },
      findings: [{ code: 'ARRAY_VALUES', severity: 'refusal' }, { code: 'MISSING_VALUES' }],
    });
    const growing = await call('POST', '/analyze-key', { body: { collection: 'things', key: { _id: 1 } } });
    expect(growing.json).toMatchObject({
      analysis: { monotonicity: 'monotonic' },
      findings: [{ code: 'GROWING_VALUES' }],
    });
    const none = await call('POST', '/analyze-key', { body: { collection: 'nothing', key: { a: 1 } } });
    expect(none.json).toMatchObject({ status: 400, code: 'NAMESPACE_INVALID' });
  });

  it('POST balancer/stop and /start, GET balancer', async () => {
    expect((await call('POST', '/balancer/stop')).json).toMatchObject({
      isEnabled: false,
      mode: 'off',
      isRunning: false,
    });
    expect((await call('GET', '/balancer')).json).toMatchObject({ isEnabled: false });
    expect((await call('POST', '/balancer/start')).json).toMatchObject({ isEnabled: true, mode: 'full' });
    expect((await call('POST', '/balancer/start')).json).toMatchObject({ isEnabled: true });
  });

  it('PUT and DELETE balancer/window', async () => {
    const body = { start: '23:00', stop: '06:00' };
    expect((await call('PUT', '/balancer/window', { body })).json).toMatchObject({ window: body });
    const stored = await cluster.configServer
      .db('config')
      .collection<{ _id: string }>('settings')
      .findOne({ _id: 'balancer' });
    expect(stored).toMatchObject({ activeWindow: body });
    for (const wrong of [{ start: '24:00', stop: '06:00' }, { start: '06:00', stop: '06:00' }, { start: '6:00' }])
      expect((await call('PUT', '/balancer/window', { body: wrong })).json).toMatchObject({
        code: 'VALIDATION_FAILED',
      });
    expect((await call('DELETE', '/balancer/window')).json).toMatchObject({ window: null });
  });

  it('zones: POST, GET and DELETE, with ranges', async () => {
    const made = await call('POST', '/zones', { body: { zone: 'eu', shard: 'shard-a' } });
    expect([made.status, made.json]).toEqual([201, { name: 'eu', shards: ['shard-a'], ranges: [] }]);
    const range = { collection: 'things', min: { n: { $minKey: 1 } }, max: { n: 100 } };
    const ranged = await call('POST', '/zones/eu/ranges', { body: range });
    expect(ranged.status).toBe(201);
    expect(ranged.json).toMatchObject({ ranges: [{ namespace: `${main}.things`, min: range.min, max: range.max }] });
    expect((await call('GET', '/zones')).json).toMatchObject({ items: [{ name: 'eu' }], page: { nextCursor: null } });
    expect((await call('GET', '/status')).json).toMatchObject({ shards: [{ zones: ['eu'] }, { zones: [] }] });
    const used = await call('DELETE', '/zones/eu');
    expect(used.json).toMatchObject({
      status: 409,
      code: 'SHARDING_REFUSED',
      detail: expect.stringContaining('1 ranges'),
    });
    const query = new URLSearchParams({ collection: 'things', min: JSON.stringify(range.min) }).toString();
    expect((await call('DELETE', `/zones/eu/ranges?${query}`)).json).toMatchObject({ name: 'eu', ranges: [] });
    expect((await call('DELETE', `/zones/eu/ranges?${query}`)).json).toMatchObject({
      status: 404,
      code: 'ZONE_NOT_FOUND',
    });
    expect((await call('DELETE', '/zones/eu?dryRun=true')).json).toMatchObject({ shards: ['shard-a'] });
    expect((await call('DELETE', '/zones/eu')).json).toEqual({ name: 'eu', shards: [], ranges: [] });
    expect((await call('DELETE', '/zones/eu')).json).toMatchObject({ status: 404, code: 'ZONE_NOT_FOUND' });
  });

  it('fields called as what objects of JavaScript bring along stay in keys and ranges', async () => {
    const body = { collection: 'named', key: { toString: 1, constructor: 1 } };
    await service.database.db.collection('named').insertOne({ toString: 'a' });
    expect((await call('POST', '/analyze-key', { body })).json).toMatchObject({ analysis: { missingValues: 1 } });
    await service.database.db.collection('named').createIndex(body.key);
    expect((await call('POST', '/shard-collection', { body })).json).toMatchObject({ key: body.key });
    await call('POST', '/zones', { body: { zone: 'names', shard: 'shard-a' } });
    const [min, max] = [body.key, { toString: 2, constructor: 1 }];
    const { json } = await call('POST', '/zones/names/ranges', { body: { collection: 'named', min, max } });
    expect(json).toMatchObject({ ranges: [{ namespace: `${main}.named`, min, max }] });
  });

  it('zones: what the config server refuses is said in words', async () => {
    await call('POST', '/zones', { body: { zone: 'us', shard: 'shard-b' } });
    const add = (min: object, max: object, zone = 'us') =>
      call('POST', `/zones/${zone}/ranges`, { body: { collection: 'things', min, max } });
    expect((await add({ n: 1000 }, { n: 2000 })).status).toBe(201);
    expect((await add({ n: 1500 }, { n: 3000 })).json).toMatchObject({
      code: 'SHARDING_REFUSED',
      detail: expect.stringMatching(/overlaps/),
    });
    expect((await add({ n: 9 }, { n: 8 })).json).toMatchObject({
      code: 'SHARDING_REFUSED',
      detail: expect.stringMatching(/less than max/),
    });
    expect((await add({ x: 1 }, { x: 2 })).json).toMatchObject({
      code: 'SHARDING_REFUSED',
      detail: expect.stringMatching(/fields of the shard key/),
    });
    expect((await add({ n: 1 }, { n: 2 }, 'nowhere')).json).toMatchObject({ status: 404, code: 'ZONE_NOT_FOUND' });
    expect((await add({}, { n: 2 })).json).toMatchObject({ status: 400, errors: [{ pointer: '/min' }] });
    const shard = await call('POST', '/zones', { body: { zone: 'us', shard: 'shard-x' } });
    expect(shard.json).toMatchObject({ status: 404, code: 'SHARD_NOT_FOUND' });
    const name = await call('POST', '/zones', { body: { zone: 'u s', shard: 'shard-a' } });
    expect(name.json).toMatchObject({ status: 400, errors: [{ pointer: '/zone' }] });
    expect((await call('GET', '/zones?cursor=x')).json).toMatchObject({ status: 400, code: 'BAD_CURSOR' });
  });

  it('the balancer moves the chunks of a zone to its shard', async () => {
    await eventually(
      'a chunk on shard-b',
      async () => {
        const { json } = await call('GET', '/status');
        const found = json?.['collections'] as { namespace: string; chunks: { shard: string }[] }[];
        const things = found.find(({ namespace }) => namespace === `${main}.things`);
        return things?.chunks.some(({ shard }) => shard === 'shard-b');
      },
      { timeoutMs: 120_000, intervalMs: 500 },
    );
  });

  it('leaves an audit entry for each change', async () => {
    const found = await service.database.db
      .collection('audit_logs')
      .find({ action: /^sharding\./ })
      .toArray();
    const told = new Set(found.map(({ action, outcome }) => `${String(action)} ${String(outcome)}`));
    expect([...told]).toEqual(
      expect.arrayContaining([
        'sharding.enable succeeded',
        'sharding.enable refused',
        'sharding.shard-collection succeeded',
        'sharding.stop-balancer succeeded',
        'sharding.set-balancer-window succeeded',
        'sharding.add-to-zone succeeded',
        'sharding.add-range refused',
        'sharding.remove-range succeeded',
      ]),
    );
  });

  it('the members of a replica set are not shown behind a router', async () => {
    const { json } = await service.call('GET', '/api/v1/database/replica-set', { key: admin });
    expect(json).toMatchObject({ status: 409, code: 'NOT_REPLICA_SET' });
  });
});

describe('/api/v1/database/sharding on a replica set', () => {
  let service: TestService;
  let admin: string;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    admin = await service.key('admin');
  });
  afterAll(() => service?.close());

  it('refuses each route with what to do', async () => {
    const zone = { collection: 'things', min: { a: 0 }, max: { a: 1 } };
    const tries: [Method, string, object?][] = [
      ['GET', '/status'],
      ['GET', '/balancer'],
      ['GET', '/zones'],
      ['POST', '/enable', { database: service.database.name }],
      ['POST', '/shard-collection', { collection: 'things', key: { a: 1 } }],
      ['POST', '/shard-collection?dryRun=true', { collection: 'things', key: { a: 1 } }],
      ['POST', '/balancer/start'],
      ['POST', '/balancer/stop'],
      ['PUT', '/balancer/window', { start: '01:00', stop: '02:00' }],
      ['DELETE', '/balancer/window'],
      ['POST', '/zones', { zone: 'eu', shard: 'a' }],
      ['DELETE', '/zones/eu'],
      ['POST', '/zones/eu/ranges', zone],
      ['DELETE', '/zones/eu/ranges?collection=things&min=%7B%22a%22%3A0%7D'],
    ];
    for (const [method, path, body] of tries) {
      const { json } = await service.call(method, `/api/v1/database/sharding${path}`, { key: admin, body });
      expect(json).toMatchObject({ status: 409, code: 'NOT_SHARDED', detail: expect.stringContaining('mongos') });
    }
  });

  it('POST analyze-key works before there are shards', async () => {
    await service.database.db.collection('things').insertMany(Array.from({ length: 200 }, (_, n) => ({ n })));
    const { status, json } = await service.call('POST', '/api/v1/database/sharding/analyze-key', {
      ...{ key: admin, body: { collection: 'things', key: { n: 1 } } },
    });
    expect([status, json]).toEqual([200, { findings: [], analysis: expect.objectContaining({ distinctValues: 200 }) }]);
  });
});

function bodyOf(database: string): object {
  return { database, primaryShard: 'shard-a' };
}

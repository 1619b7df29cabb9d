import { eventually } from '@lucid/testing/eventually';
import type { Role } from '@lucid/models/roles';
import { type OwnRedis, startOwnRedis } from '../../../tests/setup/own-redis.ts';
import {
  type Answer,
  type CallOptions,
  type Method,
  startTestService,
  type TestService,
} from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const PATH = '/api/v1/cache';
/** As configs/redis has it: what the cache must do without. */
const DISABLED = ['FLUSHALL', 'FLUSHDB', 'KEYS'].flatMap((name) => ['--rename-command', name, '']);

let redis: OwnRedis;
let service: TestService;
const keys = {} as Record<Role, string>;

beforeAll(async () => {
  redis = await startOwnRedis([...DISABLED, '--appendonly', 'yes', '--maxmemory', '200mb'], 'passw0rd-of-a-spec');
  service = await startTestService(storageApi, { REDIS_URI: redis.uri });
  for (const role of ['viewer', 'operator', 'admin'] as const) keys[role] = await service.key(role);
});
afterAll(async () => {
  await service?.close();
  await redis?.stop();
});

const call = (method: Method, path: string, options: CallOptions & { as?: Role } = {}): Promise<Answer> =>
  service.call(method, `${PATH}${path}`, { key: keys[options.as ?? 'operator'], ...options });
const put = (key: string, body: unknown, query = ''): Promise<Answer> =>
  call('PUT', `/keys/${encodeURIComponent(key)}${query}`, { body });
const get = (key: string, query = '', as: Role = 'operator'): Promise<Answer> =>
  call('GET', `/keys/${encodeURIComponent(key)}${query}`, { as });

async function ended(answer: Answer): Promise<Record<string, unknown>> {
  expect(answer.status).toBe(202);
  const job = String(answer.headers['location']);
  return eventually('the end of the job', async () => {
    const { json } = await service.call('GET', job, { key: keys.operator });
    return ['succeeded', 'failed', 'cancelled'].includes(String(json?.['state'])) && json;
  });
}

describe('PUT and GET /api/v1/cache/keys/{key}', () => {
  const values: [string, unknown][] = [
    ['string', 'some text: ä€😀'],
    ['hash', { a: '1', __proto: 'x', 'b/c': '' }],
    ['list', ['b', 'a', 'b']],
    ['set', ['only']],
    [
      'zset',
      [
        { member: 'a', score: -1.5 },
        { member: 'b', score: 2 },
      ],
    ],
    [
      'stream',
      [
        { id: '1-1', fields: { a: '1' } },
        { id: '2-1', fields: { a: '2', b: '3' } },
      ],
    ],
  ];
  it.each(values)('keeps a %s, and shows it as it was put', async (type, value) => {
    const key = `put:${type}/with slash, ä and ?`;
    const written = await put(key, { value, type, ttl: 3_600 });
    expect(written.json).toEqual({ key, keyEncoding: 'utf8', database: 0, type, ttlSeconds: 3_600, isNew: true });
    const found = await get(key);
    expect(found.json).toMatchObject({ key, type, value, encoding: 'utf8', isComplete: true, isHidden: false });
    expect(found.json).toMatchObject({ memoryBytes: expect.any(Number), storedAs: expect.any(String) });
    expect(found.json?.['ttlSeconds']).toBeGreaterThan(3_000);
    const again = await put(key, { value, type });
    expect(again.json).toMatchObject({ isNew: false, ttlSeconds: null });
    expect((await get(key)).json).toMatchObject({ ttlSeconds: null, value });
  });

  it('keeps fields called as what objects of JavaScript bring along', async () => {
    const value = { toString: 'a', constructor: 'b', valueOf: 'c', d: 'e' };
    expect((await put('put:names', { value, type: 'hash' })).status).toBe(200);
    expect((await get('put:names')).json).toMatchObject({ length: 4, value });
    expect((await put('put:names-json', { value })).status).toBe(200);
    expect(JSON.parse(String((await get('put:names-json')).json?.['value']))).toEqual(value);
    expect((await put('put:names-stream', { value: [{ fields: value }], type: 'stream' })).status).toBe(200);
    expect((await get('put:names-stream')).json).toMatchObject({ value: [{ fields: value }] });
  });

  it('keeps binary keys and values as base64', async () => {
    const bytes = Buffer.from([0, 255, 128, 13, 10]);
    const name = bytes.toString('base64url');
    const written = await put(name, { value: bytes.toString('base64'), encoding: 'base64' }, '?encoding=base64');
    expect(written.json).toMatchObject({ key: name, keyEncoding: 'base64' });
    expect(await redis.client.getBuffer(bytes)).toEqual(bytes);
    expect((await get(name, '?encoding=base64')).json).toMatchObject({
      value: bytes.toString('base64'),
      encoding: 'base64',
    });
    await redis.client.hset('mixed', 'text', bytes);
    expect((await get('mixed')).json).toMatchObject({
      value: { [Buffer.from('text').toString('base64')]: bytes.toString('base64') },
      encoding: 'base64',
    });
  });

  it('keeps what is no text as JSON, and databases apart', async () => {
    await put('settings', { value: { a: [1, null] } }, '?database=2');
    expect((await get('settings', '?database=2', 'viewer')).json).toMatchObject({
      value: '{"a":[1,null]}',
      database: 2,
    });
    expect((await get('settings')).json).toMatchObject({ status: 404, code: 'CACHE_KEY_NOT_FOUND' });
  });

  it('shows the beginning of what is large', async () => {
    await redis.client.set('large', `${'a'.repeat(65_534)}€€`);
    const text = await get('large');
    expect(text.json).toMatchObject({ length: 65_540, isComplete: false, encoding: 'utf8' });
    expect(text.json?.['value']).toBe('a'.repeat(65_534));
    await redis.client.rpush('long', ...Array.from({ length: 5_000 }, (_, n) => String(n)));
    const list = await get('long');
    expect(list.json).toMatchObject({ length: 5_000, isComplete: false });
    expect(list.json?.['value']).toHaveLength(100);
    await redis.client.rpush('heavy', 'x'.repeat(3_000_000), 'y');
    expect((await get('heavy')).json).toMatchObject({ type: 'list', length: 2, value: null, isComplete: false });
  });

  it('hides sessions and authentication data from those who only look on', async () => {
    await put('session:1', { value: 'token' });
    expect((await get('session:1', '', 'viewer')).json).toMatchObject({ type: 'string', value: null, isHidden: true });
    expect((await get('session:1', '?database=1', 'viewer')).json).toMatchObject({ status: 404 });
    expect((await get('session:1')).json).toMatchObject({ value: 'token', isHidden: false });
  });

  it('takes as many items as it says, and no more', async () => {
    const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, 'x']));
    expect((await put('most', { value: [{ fields: fields(1_000) }], type: 'stream' })).status).toBe(200);
    expect((await put('most', { value: [{ fields: fields(1_001) }], type: 'stream' })).status).toBe(400);
    expect((await get('most')).json).toMatchObject({ type: 'stream', length: 1 });
    for (const [type, value] of [
      ['hash', fields(10_000)],
      ['list', Array(10_000).fill('x')],
      ['zset', Array.from({ length: 10_000 }, (_, n) => ({ member: `m${n}`, score: n }))],
    ] as const) {
      expect((await put(`most ${type}`, { value, type })).status).toBe(200);
      expect((await get(`most ${type}`)).json).toMatchObject({ length: 10_000, isComplete: false });
    }
    expect((await put('most', { value: Array(10_001).fill('x'), type: 'list' })).status).toBe(400);
  });

  it('refuses another type, and leaves the key as it was', async () => {
    await put('typed', { value: ['a'], type: 'list' });
    expect((await put('typed', { value: 'text' })).json).toMatchObject({ status: 409, code: 'CONFLICT' });
    expect((await get('typed')).json).toMatchObject({ type: 'list', value: ['a'] });
  });

  const refused: [string, unknown, string][] = [
    ['no value', {}, '/value'],
    ['an unknown field', { value: 'x', expires: 1 }, '/expires'],
    ['a time to live of nothing', { value: 'x', ttl: 0 }, '/ttl'],
    ['a time to live that is no number', { value: 'x', ttl: '60' }, '/ttl'],
    ['a time to live beyond all bounds', { value: 'x', ttl: 1e300 }, '/ttl'],
    ['an unknown type', { value: 'x', type: 'json' }, '/type'],
    ['a list that is none', { value: 'x', type: 'list' }, '/value'],
    ['an empty hash', { value: {}, type: 'hash' }, '/value'],
    ['a hash of numbers', { value: { 'a/b': 1 }, type: 'hash' }, '/value/a~1b'],
    ['a score that is none', { value: [{ member: 'a', score: 'high' }], type: 'zset' }, '/value/0/score'],
    [
      'a stream that goes back',
      {
        value: [
          { id: '2-0', fields: { a: '1' } },
          { id: '1-0', fields: { a: '1' } },
        ],
        type: 'stream',
      },
      '/value/1/id',
    ],
    ['broken base64', { value: '%%%', encoding: 'base64' }, '/value'],
  ];
  it.each(refused)('PUT refuses %s', async (_what, body, pointer) => {
    const answer = await put('refused', body);
    expect(answer.json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ pointer }] });
    expect(await redis.client.exists('refused')).toBe(0);
  });

  it('refuses what is too large', async () => {
    expect((await put('big', { value: 'x'.repeat(600_000) })).json).toMatchObject({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    });
    expect((await put('big', { value: 'x'.repeat(1_100_000) })).status).toBe(413);
    expect((await put('k'.repeat(1_025), { value: 'x' })).status).toBe(414);
    expect((await put('ä'.repeat(600), { value: 'x' })).json).toMatchObject({ code: 'NAMESPACE_INVALID' });
    expect((await put('k'.repeat(1_024), { value: 'x' })).status).toBe(200);
    expect((await get('k'.repeat(1_024))).status).toBe(200);
    expect((await get('x', '?database=16')).json).toMatchObject({ status: 400, errors: [{ pointer: '/database' }] });
    expect((await get('not base64!', '?encoding=base64')).json).toMatchObject({ code: 'NAMESPACE_INVALID' });
  });

  it('never touches the queue, nor fills a cached document', async () => {
    await redis.client.set('{lucid}:storage-api:meta', 'x');
    for (const key of ['{lucid}:storage-api:meta', 'bull:x:1']) {
      for (const answer of [
        await get(key),
        await put(key, { value: 'x' }),
        await call('DELETE', `/keys/${encodeURIComponent(key)}`),
      ])
        expect(answer.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    }
    const listed = await call('GET', `/keys?limit=1000&pattern=${encodeURIComponent('{lucid}*')}`);
    expect(listed.json).toMatchObject({ items: [], database: 0 });
    const accepted = await call('POST', '/flush', { body: { pattern: '*meta' } });
    expect(accepted.json).toMatchObject({ payload: { pattern: '*meta', database: 0 } });
    const flush = await ended(accepted);
    expect(flush).toMatchObject({ state: 'succeeded', result: { removed: 0, database: 0 } });
    expect(await redis.client.exists('{lucid}:storage-api:meta')).toBe(1);
    expect((await put('document:{db.sessions$o:1}', { value: '{}' }, '?database=3')).json).toMatchObject({
      status: 403,
    });
  });

  it('needs an operator to write', async () => {
    const body = { value: 'x' };
    expect((await call('PUT', '/keys/x', { body, as: 'viewer' })).json).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
    expect((await service.call('GET', `${PATH}/keys/x`)).status).toBe(401);
  });
});

describe('DELETE /api/v1/cache/keys/{key}', () => {
  it('says in which database it did not find the key', async () => {
    expect((await call('DELETE', '/keys/nothing')).json?.['detail']).toContain('database 0 of the cache');
    expect((await get('nothing', '?database=7')).json?.['detail']).toContain('database 7 of the cache');
  });

  it('removes the key, once; with dryRun it only shows it', async () => {
    await put('gone', { value: 'x', ttl: 60 });
    const plan = await call('DELETE', '/keys/gone?dryRun=true');
    expect(plan.status).toBe(200);
    expect(plan.json).toMatchObject({ key: 'gone', type: 'string' });
    expect((await call('DELETE', '/keys/gone', { as: 'viewer' })).status).toBe(403);
    expect((await call('DELETE', '/keys/gone')).status).toBe(204);
    expect((await call('DELETE', '/keys/gone')).json).toMatchObject({ status: 404, code: 'CACHE_KEY_NOT_FOUND' });
    expect((await call('DELETE', '/keys/gone?dryRun=perhaps')).json).toMatchObject({ status: 400 });
  });
});

describe('GET /api/v1/cache/keys', () => {
  interface Listed {
    items: { key: string; type: string; ttlSeconds: number | null }[];
    page: { limit: number; nextCursor: string | null };
  }
  async function pages(query: string): Promise<Listed[]> {
    const found: Listed[] = [];
    for (let cursor = ''; ;) {
      const answer = await call('GET', `/keys?${query}${cursor}`, { as: 'viewer' });
      expect(answer.status).toBe(200);
      found.push(answer.json as unknown as Listed);
      const next = found.at(-1)?.page.nextCursor;
      if (!next) return found;
      cursor = `&cursor=${next}`;
    }
  }

  beforeAll(async () => {
    const pipeline = redis.client.pipeline();
    pipeline.select(5);
    for (let n = 0; n < 30_000; n += 1) pipeline.set(`page:${n}`, 'x', 'EX', 36_000);
    for (let n = 0; n < 10; n += 1) pipeline.hset(`rare:${n}`, 'a', '1');
    pipeline.select(0);
    await pipeline.exec();
  });

  it('gives each key once, page by page', async () => {
    const found = await pages('database=5&limit=1000');
    const listed = found.flatMap(({ items }) => items.map(({ key }) => key));
    expect(new Set(listed).size).toBe(30_010);
    expect(listed).toHaveLength(30_010);
    expect(found.length).toBeGreaterThan(25);
    expect(found[0]?.items[0]).toMatchObject({ memoryBytes: expect.any(Number), keyEncoding: 'utf8' });
  });

  it('finds the few among the many, by pattern and by type', async () => {
    for (const query of ['pattern=rare:*', 'type=hash', 'type=hash&pattern=r%3Fre:[0-9]']) {
      const listed = (await pages(`database=5&limit=100&${query}`)).flatMap(({ items }) => items);
      expect(listed.map(({ key }) => key).sort()).toEqual(Array.from({ length: 10 }, (_, n) => `rare:${n}`));
    }
  });

  it('goes on after a restart of Redis without leaving out a key', async () => {
    const first = (await call('GET', '/keys?database=5&limit=900')).json as unknown as Listed;
    await redis.restart();
    await eventually('Redis', async () => (await call('GET', '/keys?database=5&limit=1')).status === 200);
    const rest: string[] = first.items.map(({ key }) => key);
    for (let cursor = first.page.nextCursor; cursor;) {
      const next = (await call('GET', `/keys?database=5&limit=1000&cursor=${cursor}`)).json as unknown as Listed;
      rest.push(...next.items.map(({ key }) => key));
      cursor = next.page.nextCursor;
    }
    expect(new Set(rest).size).toBe(30_010);
  });

  it('bounds what a hostile pattern costs', async () => {
    const pattern = encodeURIComponent(`${'*a'.repeat(200)}b`);
    const answer = await call('GET', `/keys?database=5&pattern=${pattern}`);
    expect(answer.json).toMatchObject({ items: [] });
    expect((await call('GET', `/keys?pattern=${'a'.repeat(1_025)}`)).json).toMatchObject({ status: 400 });
  });

  it('refuses bad cursors and bad filters', async () => {
    const { page } = (await call('GET', '/keys?database=5&limit=10')).json as unknown as Listed;
    const [fingerprint] = JSON.parse(Buffer.from(String(page.nextCursor), 'base64url').toString()) as [string];
    const forged = (position: unknown) => Buffer.from(JSON.stringify([fingerprint, position])).toString('base64url');
    const bad = [
      `database=4&cursor=${page.nextCursor}`,
      `database=5&pattern=x&cursor=${page.nextCursor}`,
      'database=5&cursor=x',
      `database=5&cursor=${forged({ done: [[0, 99_999]] })}`,
      `database=5&cursor=${forged({ done: [], current: { server: 'x', slots: [], cursor: '0 MATCH *' } })}`,
      `database=5&cursor=${forged(null)}`,
    ];
    for (const query of bad) {
      const answer = await call('GET', `/keys?${query}`);
      expect([query, answer.json]).toEqual([query, expect.objectContaining({ status: 400, code: 'BAD_CURSOR' })]);
    }
    for (const query of ['limit=0', 'limit=1001', 'type=module', 'database=x', 'pattern=', 'match=*'])
      expect((await call('GET', `/keys?${query}`)).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });
});

describe('POST /api/v1/cache/flush', () => {
  const flush = (body: unknown, query = '', as: Role = 'operator') => call('POST', `/flush${query}`, { body, as });
  const size = async (database: number): Promise<number> => {
    await redis.client.select(database);
    const found = await redis.client.dbsize();
    await redis.client.select(0);
    return found;
  };

  it('counts with dryRun, and removes by prefix taken as it is', async () => {
    await put('f[1]*:a', { value: 'x' }, '?database=6');
    await put('f1:b', { value: 'x' }, '?database=6');
    const plan = await flush({ prefix: 'f[1]*', database: 6 }, '?dryRun=true');
    expect(plan.status).toBe(200);
    expect(plan.json).toMatchObject({ database: 6, keys: 1, isComplete: true, examples: ['f[1]*:a'] });
    expect(await size(6)).toBe(2);
    expect(await ended(await flush({ prefix: 'f[1]*', database: 6 }))).toMatchObject({
      ...{ name: 'cache.flush', state: 'succeeded', result: { removed: 1 } },
    });
    expect((await get('f1:b', '?database=6')).status).toBe(200);
  });

  it('empties a database, however many keys, with progress', async () => {
    const job = await ended(await flush({ database: 5 }));
    expect(job).toMatchObject({ state: 'succeeded', result: { database: 5, removed: 30_010, pattern: '*' } });
    expect(job['progress']).toMatchObject({ phase: 'removing', unit: 'keys', done: 30_010, total: 30_010 });
    expect(await size(5)).toBe(0);
  });

  it('refuses what says nothing, too much, or is the queue’s', async () => {
    const bad: [unknown, number][] = [
      [{}, 400],
      [{ pattern: 'a*', prefix: 'a' }, 400],
      [{ pattern: '' }, 400],
      [{ database: 16 }, 400],
      [{ keys: ['a'] }, 400],
      [{ prefix: '{lucid}:' }, 403],
    ];
    for (const [body, status] of bad) expect([body, (await flush(body)).status]).toEqual([body, status]);
    expect((await flush({})).json).toMatchObject({ errors: [{ pointer: '' }] });
    expect((await flush({ pattern: 'a*' }, '', 'viewer')).json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });
});

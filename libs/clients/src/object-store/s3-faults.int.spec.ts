import { randomBytes } from 'node:crypto';
import { eventually } from '@lucid/testing/eventually';
import { FaultProxy } from '@lucid/testing/fault-proxy';
import { startS3Server, type S3Server } from '../../../../scripts/engines/s3-server.ts';
import { RetryingObjectStore, type RetryPolicy } from './retrying-object-store.ts';
import type { S3Location } from './s3-client.ts';
import { S3ObjectStore } from './s3-object-store.ts';

const QUICK: RetryPolicy = { baseMs: 20, maxMs: 200, giveUpAfterMs: 60_000 };

let server: S3Server;
let proxy: FaultProxy;
let store: S3ObjectStore;
let retrying: RetryingObjectStore;
let location: S3Location;

async function reopen(callTimeoutMs: number): Promise<void> {
  store?.close();
  // What is short for a test may be too short once for a busy host.
  store = await eventually('the bucket', () => S3ObjectStore.open(location, { callTimeoutMs }));
  retrying = new RetryingObjectStore(store, { policy: QUICK });
}

beforeAll(async () => {
  server = await startS3Server();
});
beforeEach(async () => {
  const bucket = `bucket-${randomBytes(4).toString('hex')}`;
  await server.createBucket(bucket);
  proxy = await FaultProxy.start(server.port);
  const { region, accessKey, secretKey } = server;
  location = { endpoint: `http://127.0.0.1:${proxy.port}`, bucket, region, accessKey, secretKey };
  await reopen(20_000);
});
afterEach(async () => {
  store?.close();
  await proxy?.close();
});
afterAll(() => server?.stop());

const SLOW_DOWN =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Reduce your request rate</Message></Error>';

describe('S3 through a bad network', () => {
  it.each([
    ['500', { kind: 'status', status: 500 }],
    ['502', { kind: 'status', status: 502, body: '<html>bad gateway</html>' }],
    ['503 SlowDown', { kind: 'status', status: 503, body: SLOW_DOWN }],
    ['429', { kind: 'status', status: 429 }],
    ['a reset before the answer', { kind: 'cut-answer', afterBytes: 0 }],
    ['a reset in the headers', { kind: 'cut-answer', afterBytes: 60 }],
  ] as const)('asks again after %s, in every call', async (_, fault) => {
    const bytes = randomBytes(100_000);
    for (const method of ['PUT', 'GET', 'HEAD', 'DELETE'])
      proxy.inject(fault, { times: 2, match: new RegExp(`^${method} `) });
    expect(await retrying.putIfAbsent('a/key', bytes)).toBe(true);
    expect((await retrying.get('a/key'))?.equals(bytes)).toBe(true);
    expect(await retrying.stat('a/key')).toMatchObject({ sizeBytes: 100_000 });
    await retrying.remove('a/key');
    expect(proxy.met).toBe(8);
    expect(await store.get('a/key')).toBeUndefined();
  });

  it('asks once where asking again would not help', async () => {
    proxy.inject({ kind: 'status', status: 403 }, { times: 5 });
    await expect(retrying.get('key')).rejects.toMatchObject({ code: 'PERMISSION_DENIED', retryable: false });
    expect(proxy.met).toBe(1);
    await proxy.heal();
    proxy.inject({ kind: 'status', status: 507 }, { times: 5 });
    await expect(retrying.putIfAbsent('key', Buffer.from('x'))).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(proxy.met).toBe(2);
  });

  it('gives up in the end, with the last error', async () => {
    const impatient = new RetryingObjectStore(store, { policy: { baseMs: 10, maxMs: 20, giveUpAfterMs: 2_000 } });
    proxy.inject({ kind: 'status', status: 500 }, { times: 1_000 });
    await expect(impatient.get('key')).rejects.toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE', retryable: true });
    expect(proxy.met).toBeGreaterThan(1);
  });

  it('knows its own write again, whose answer was lost, and never takes that of another for it', async () => {
    const mine = randomBytes(200_000);
    proxy.inject({ kind: 'lose-answer' }, { match: /^PUT / });
    expect(await retrying.putIfAbsent('mine', mine)).toBe(true);
    expect((await store.get('mine'))?.equals(mine)).toBe(true);

    await store.putIfAbsent('taken', randomBytes(200_000));
    proxy.inject({ kind: 'lose-answer' }, { times: 2, match: /^PUT / });
    expect(await retrying.putIfAbsent('taken', mine)).toBe(false);
    // The same, and reading back fails too at first.
    proxy.inject({ kind: 'lose-answer' }, { match: /^PUT / });
    proxy.inject({ kind: 'status', status: 500 }, { match: /^GET / });
    expect(await retrying.putIfAbsent('second', mine)).toBe(true);
  });

  it('lets one of racing writers win whose answers are lost', async () => {
    proxy.inject({ kind: 'lose-answer' }, { times: 6, match: /^PUT / });
    const writers = Array.from({ length: 8 }, (_, i) => Buffer.alloc(30_000, i));
    const won = await Promise.all(writers.map((bytes) => retrying.putIfAbsent('race', bytes)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await store.get('race')).toEqual(writers[won.indexOf(true)]);
  });

  it.each([0, 1, 200, 100_000, 399_999])(
    'never hands out a body that ends after %d of its bytes',
    async (afterBytes) => {
      const bytes = randomBytes(400_000);
      await store.putIfAbsent('key', bytes);
      proxy.inject({ kind: 'cut-answer', afterBytes }, { times: 2 });
      await expect(store.get('key')).rejects.toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE' });
      expect((await retrying.get('key'))?.equals(bytes)).toBe(true);
      expect(proxy.met).toBe(2);
    },
  );

  it.each([0, 300, 50_000, 299_000])('leaves nothing half-written that ends after %d bytes', async (afterBytes) => {
    const bytes = randomBytes(300_000);
    proxy.inject({ kind: 'cut-request', afterBytes }, { times: 2, match: /^PUT / });
    await expect(store.putIfAbsent('key', bytes)).rejects.toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE' });
    expect(await store.get('key')).toBeUndefined();
    expect(await retrying.putIfAbsent('key', bytes)).toBe(true);
    expect((await store.get('key'))?.equals(bytes)).toBe(true);
  });

  it('goes on with a listing where it broke off', async () => {
    const names = Array.from({ length: 2_300 }, (_, i) => `list/${String(i).padStart(5, '0')}`);
    for (let i = 0; i < names.length; i += 100) {
      await Promise.all(names.slice(i, i + 100).map((name) => store.putIfAbsent(name, Buffer.from('x'))));
    }
    const found: string[] = [];
    for await (const key of retrying.list('list/')) {
      if (found.length % 900 === 0) proxy.inject({ kind: 'cut-answer', afterBytes: 30_000 }, { match: /list-type/ });
      found.push(key);
    }
    expect(proxy.met).toBeGreaterThan(0);
    expect(found).toEqual(names);
  });

  it('gives a call up that gets no answer, and the next attempt succeeds', async () => {
    await store.putIfAbsent('key', Buffer.from('value'));
    await reopen(1_500);
    proxy.hang();
    await expect(store.get('key')).rejects.toMatchObject({
      code: 'OBJECT_STORE_UNAVAILABLE',
      message: expect.stringContaining('in time'),
    });
    const answer = retrying.get('key');
    await new Promise((done) => setTimeout(done, 300));
    await proxy.heal();
    expect(String(await answer)).toBe('value');
  });

  it('sits out a cut, and a server that is restarted', async () => {
    const bytes = randomBytes(50_000);
    await proxy.cut();
    const put = retrying.putIfAbsent('key', bytes);
    await expect(store.stat('key')).rejects.toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE' });
    await new Promise((done) => setTimeout(done, 700));
    await proxy.heal();
    expect(await put).toBe(true);
    await server.halt();
    const get = retrying.get('key');
    await server.resume();
    expect((await get)?.equals(bytes)).toBe(true);
  });

  it('is patient with a slow line: an object may take its size longer', async () => {
    const bytes = randomBytes(400_000);
    await reopen(1_500);
    proxy.slow(150_000); // 2.7 s; a call without a body may take 1.5 s, this one 1.5 s and 6 s.
    expect(await store.putIfAbsent('key', bytes)).toBe(true);
    expect((await store.get('key'))?.equals(bytes)).toBe(true);
  });

  it('stops asking when the caller does not want it any more', async () => {
    await proxy.cut();
    const ending = new AbortController();
    const reason = new Error('cancelled');
    const get = retrying.get('key', undefined, { signal: ending.signal });
    const stopped = new RetryingObjectStore(store, { policy: QUICK, signal: ending.signal }).get('key');
    setTimeout(() => ending.abort(reason), 100);
    await expect(get).rejects.toBe(reason);
    await expect(stopped).rejects.toBe(reason);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { documentCacheId, wholeDatabasePatterns } from '@lucid/clients/redis/document-keys';
import { forgetDocuments } from '@lucid/clients/redis/forget-documents';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import fc from 'fast-check';
import { Double, type Collection, type Document } from 'mongodb';
import { type OwnRedis, startOwnRedis } from '../../../../tests/setup/own-redis.ts';
import { STALE_AT_MOST_MS } from './cache-freshness.ts';
import { type CacheProcess, startCacheProcess } from './document-cache-fixture.ts';
import { POSITION_LAG_MS } from './document-invalidator.ts';

let redis: OwnRedis;
let mongodb: TestDatabase;
let sessions: Collection<Document & { _id: string }>;
const processes: CacheProcess[] = [];

beforeAll(async () => {
  redis = await startOwnRedis(['--appendonly', 'yes', '--appendfsync', 'everysec', '--enable-debug-command', 'yes']);
  mongodb = await createTestDatabase('document_cache');
  sessions = mongodb.db.collection('sessions');
});
afterAll(async () => {
  await redis?.stop();
  await mongodb?.close();
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((one) => one.stop()));
  await redis.client.flushall();
  await sessions.deleteMany({});
});

function start(more: { follows?: boolean; uri?: string; hurryMs?: number } = {}): CacheProcess {
  const started = startCacheProcess({ uri: redis.uri, database: mongodb.db, ...more });
  processes.push(started);
  return started;
}

async function load(id: string): Promise<Buffer | null> {
  const found = await sessions.findOne({ _id: id }, { readConcern: 'majority' });
  return found && Buffer.from(JSON.stringify(found));
}
const key = (id: string): string => documentCacheId(id);
const read = (process: CacheProcess, id: string) => process.cache.read('sessions', key(id), () => load(id));
/** The position is stored when it is old enough. */
async function positionStored(process: CacheProcess): Promise<void> {
  process.skip(POSITION_LAG_MS);
  await eventually('the position', async () => (await process.client.exists(process.keys.position)) === 1);
}
const versionOf = (value: Buffer | null): unknown => value && (JSON.parse(value.toString()) as Document)['version'];

describe('reading documents through the cache', () => {
  it('reads the database once, then Redis, with a time to live', async () => {
    // Told of the insertion, it would take the document out again, before or after the reads.
    const one = start({ follows: false });
    await one.inStep();
    await sessions.insertOne({ _id: 'a', version: 1 });
    const loads = await Promise.all(Array.from({ length: 20 }, () => read(one, 'a')));
    expect(loads.map(({ value }) => versionOf(value))).toEqual(Array(20).fill(1));
    expect(await one.metric('lucid_cache_document_fills_total', { outcome: 'stored' })).toBe(1);
    expect(await read(one, 'a')).toMatchObject({ hit: true });
    const seconds = await one.client.ttl(one.keys.document('sessions', key('a')));
    expect(seconds).toBeGreaterThan(300);
    expect(seconds).toBeLessThanOrEqual(3_600);
    expect(await one.client.exists(one.keys.fill('sessions', key('a')))).toBe(0);
  });

  it('remembers no absence', async () => {
    const one = start();
    await one.inStep();
    expect(await read(one, 'none')).toEqual({ value: null, hit: false });
    await sessions.insertOne({ _id: 'none', version: 1 });
    expect(versionOf((await read(one, 'none')).value)).toBe(1);
  });

  it('tells ids of different types apart', () => {
    const ids = [1, new Double(1), '1', { a: 1 }, new Date(1), true];
    expect(new Set(ids.map((id) => documentCacheId(id))).size).toBe(ids.length);
  });

  it('gives every waiter the error, and asks again afterwards', async () => {
    const one = start();
    await one.inStep();
    const fails = () => one.cache.read('sessions', key('x'), () => Promise.reject(new Error('no primary')));
    const outcomes = await Promise.allSettled([fails(), fails(), fails()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect((await read(one, 'x')).value).toBeNull();
  });
});

describe('a write', () => {
  it('wins over a fill that began before it', async () => {
    const one = start({ follows: false });
    await one.inStep();
    let finish: (value: Buffer) => void = () => undefined;
    const late = one.cache.read('sessions', key('a'), () => new Promise((done) => (finish = done)));
    await eventually('the stamp', async () => (await one.client.exists(one.keys.fill('sessions', key('a')))) === 1);
    await one.cache.forget('sessions', [key('a')]);
    finish(Buffer.from('old'));
    expect((await late).value?.toString()).toBe('old');
    expect(await one.client.exists(one.keys.document('sessions', key('a')))).toBe(0);
    expect(await one.metric('lucid_cache_document_fills_total', { outcome: 'refused' })).toBe(1);
  });

  it('of thousands of documents takes all of them out', async () => {
    const one = start({ follows: false });
    await one.inStep();
    const ids = Array.from({ length: 1_200 }, (_, n) => key(`many ${n}`));
    for (const id of ids) await one.client.set(one.keys.document('sessions', id), 'old');
    await one.cache.forget('sessions', ids);
    expect(await one.client.dbsize()).toBe(0);
    await one.cache.forget('sessions', []);
  });

  it('wins over a fill that is under way while a whole restore is forgotten', async () => {
    const one = start({ follows: false });
    await one.inStep();
    let finish: (value: Buffer) => void = () => undefined;
    const late = one.cache.read('sessions', key('a'), () => new Promise((done) => (finish = done)));
    await eventually('the stamp', async () => (await one.client.exists(one.keys.fill('sessions', key('a')))) === 1);
    await forgetDocuments(one.client, wholeDatabasePatterns(false), new AbortController().signal);
    finish(Buffer.from('old'));
    await late;
    expect(await one.client.dbsize()).toBe(0);
  });

  it('is never undone for whoever reads after it: random reads and writes of two processes', async () => {
    const both = [start({ follows: false }), start({ follows: false })];
    await Promise.all(both.map((one) => one.inStep()));
    const stored = new Map<string, number>();
    const pause = () => delay(Math.random() * 3);
    let run = 0;
    const step = fc.record({ isWrite: fc.boolean(), process: fc.nat(1), id: fc.nat(2), afterMs: fc.nat(30) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 80 }), async (steps) => {
        run += 1;
        const acknowledged = new Map<string, number>();
        await Promise.all(
          steps.map(async ({ isWrite, process, id, afterMs }) => {
            const name = `${run}:${id}`;
            const { cache } = both[process] as CacheProcess;
            await delay(afterMs);
            if (isWrite) {
              const version = (stored.get(name) ?? 0) + 1;
              stored.set(name, version);
              await pause();
              await cache.forget('sessions', [name]);
              acknowledged.set(name, Math.max(version, acknowledged.get(name) ?? 0));
              return;
            }
            const least = acknowledged.get(name) ?? 0;
            const { value } = await cache.read('sessions', name, async () => {
              await pause();
              const version = stored.get(name) ?? 0;
              await pause();
              return Buffer.from(String(version));
            });
            expect(Number(value?.toString())).toBeGreaterThanOrEqual(least);
          }),
        );
        // Nobody writes any more: each keeps, and serves, what the last write left.
        for (const [name, version] of acknowledged) {
          for (const { cache } of both) {
            const load = () => Promise.resolve(Buffer.from(String(version)));
            await cache.read('sessions', name, load);
            expect(await cache.read('sessions', name, load)).toMatchObject({
              hit: true,
              value: Buffer.from(`${version}`),
            });
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a change from elsewhere', () => {
  const versionReaches = (process: CacheProcess, id: string, version: unknown) =>
    eventually('the change', async () => versionOf((await read(process, id)).value) === version);

  it('is out of the cache when the change stream has it', async () => {
    const one = start();
    await one.inStep();
    await sessions.insertOne({ _id: 'a', version: 1 });
    await eventually('a hit', async () => (await read(one, 'a')).hit);
    await sessions.updateOne({ _id: 'a' }, { $set: { version: 2 } });
    await versionReaches(one, 'a', 2);
    await sessions.deleteOne({ _id: 'a' });
    await versionReaches(one, 'a', null);
  });

  it('counts for a rename, a drop and the whole database too', async () => {
    const one = start();
    await one.inStep();
    await sessions.insertOne({ _id: 'a', version: 1 });
    await read(one, 'a');
    const next = mongodb.db.collection<Document & { _id: string }>('__restore_1_sessions');
    await next.insertOne({ _id: 'a', version: 2 });
    await next.rename('sessions', { dropTarget: true });
    await versionReaches(one, 'a', 2);
    expect(await eventually('a hit', async () => (await read(one, 'a')).hit)).toBe(true);
    await sessions.drop();
    await versionReaches(one, 'a', null);
    await sessions.insertOne({ _id: 'a', version: 3 });
    await one.inStep();
    await read(one, 'a');
    await mongodb.db.dropDatabase();
    await versionReaches(one, 'a', null);
    // The stream ended with the database; another began behind it.
    await sessions.insertOne({ _id: 'a', version: 4 });
    await one.inStep();
    await read(one, 'a');
    await sessions.updateOne({ _id: 'a' }, { $set: { version: 5 } });
    await versionReaches(one, 'a', 5);
  });

  it('counts while nobody was there: the next process goes on from the stored position', async () => {
    const first = start();
    await first.inStep();
    await sessions.insertOne({ _id: 'a', version: 1 });
    await read(first, 'a');
    await positionStored(first);
    await first.stop();
    await sessions.updateOne({ _id: 'a' }, { $set: { version: 2 } });
    const second = start();
    await second.inStep();
    expect(versionOf((await read(second, 'a')).value)).toBe(2);
    expect(await second.metric('lucid_cache_document_invalidations_total', { cause: 'flush' })).toBe(0);
  });

  it.each([
    ['no position is stored', undefined],
    ['the oplog does not reach back to it', '8200000001000000012B0229296E04'],
    ['it is none', '82'],
  ])('empties the cache where %s', async (_what, position) => {
    const one = start({ follows: false });
    await one.inStep();
    await sessions.insertOne({ _id: 'a', version: 1 });
    await read(one, 'a');
    expect((await read(one, 'a')).hit).toBe(true);
    await one.client.set('other', 'x');
    if (position !== undefined) await one.client.set(one.keys.position, position);
    const two = start();
    await two.inStep();
    expect((await read(two, 'a')).hit).toBe(false);
    expect(await one.client.get('other')).toBe('x');
  });

  it('is in step under changes that never stop', async () => {
    const one = start();
    const stop = new AbortController();
    const writing = (async () => {
      for (let n = 0; !stop.signal.aborted; n += 1) {
        await sessions.updateOne({ _id: `w${n % 10}` }, { $set: { n } }, { upsert: true, writeConcern: { w: 1 } });
      }
    })();
    await one.inStep();
    one.skip(STALE_AT_MOST_MS); // What was in step before counts no more.
    expect(one.freshness.isFresh()).toBe(false);
    await one.inStep();
    stop.abort();
    await writing;
  });
});

describe('two processes, writes from elsewhere, and a Redis that restarts', () => {
  it('never show what was replaced more than five seconds before', async () => {
    const both = [start(), start()];
    await Promise.all(both.map((one) => one.inStep()));
    const ids = ['a', 'b', 'c'];
    const written: { id: string; version: number; atMs: number }[] = [];
    const stopped = new AbortController();
    const write = async (): Promise<void> => {
      for (let version = 1; !stopped.signal.aborted; version += 1) {
        for (const id of ids) {
          await sessions.replaceOne({ _id: id }, { version }, { upsert: true, writeConcern: { w: 'majority' } });
          written.push({ id, version, atMs: performance.now() });
        }
        await delay(200);
      }
    };
    const tooOld: unknown[] = [];
    const reader = async (process: CacheProcess, id: string): Promise<void> => {
      while (!stopped.signal.aborted) {
        const limitMs = performance.now() - STALE_AT_MOST_MS;
        const found = Number(versionOf((await read(process, id)).value));
        const least = written.findLast((one) => one.id === id && one.atMs < limitMs)?.version ?? 0;
        if (found < least) tooOld.push({ id, found, least });
        await delay(2);
      }
    };
    const hitsOf = (one: CacheProcess) => one.metric('lucid_cache_document_reads_total', { outcome: 'hit' });
    /** Until each has served a hundred more reads from the cache, and what was in step at first counts no more. */
    const goOn = async (): Promise<void> => {
      const before = await Promise.all(both.map(hitsOf));
      await delay(STALE_AT_MOST_MS + 500);
      const areServed = async () => (await Promise.all(both.map(hitsOf))).every((hits, n) => hits > before[n]! + 100);
      await eventually('hits', areServed, { timeoutMs: 120_000 });
    };
    const everyone = [write(), ...both.flatMap((one) => ids.map((id) => reader(one, id)))];
    await goOn();
    await redis.restart();
    await goOn();
    stopped.abort();
    await Promise.all(everyone);
    expect(tooOld).toEqual([]);
  });
});

describe('a Redis that is not well', () => {
  it('costs nothing but time when it is away, and serves nothing old when it is back', async () => {
    const one = start();
    await one.inStep();
    await sessions.insertOne({ _id: 'a', version: 1 });
    await read(one, 'a');
    await redis.restart();
    await sessions.updateOne({ _id: 'a' }, { $set: { version: 2 } });
    expect(versionOf((await read(one, 'a')).value)).toBe(2);
    await one.cache.forget('sessions', [key('a')]);
    await one.inStep();
    expect(versionOf((await read(one, 'a')).value)).toBe(2);
    await eventually('a hit', async () => (await read(one, 'a')).hit);
  });

  it('takes a change out once more that Redis forgot in a restart', async () => {
    const one = start();
    await one.inStep();
    await sessions.insertOne({ _id: 'a', version: 1 });
    await read(one, 'a');
    await positionStored(one);
    await eventually('a hit', async () => (await read(one, 'a')).hit);
    const old = await one.client.dumpBuffer(one.keys.document('sessions', key('a')));
    const position = String(await one.client.get(one.keys.position));
    await sessions.updateOne({ _id: 'a' }, { $set: { version: 2 } });
    await eventually('the removal', async () => !(await one.client.exists(one.keys.document('sessions', key('a')))));
    const changes = () => one.metric('lucid_cache_document_invalidations_total', { cause: 'change' });
    const before = await changes();
    // What a server that lost its last second would have.
    await one.client.restore(one.keys.document('sessions', key('a')), 3_600_000, old);
    await one.client.set(one.keys.position, position);
    await redis.restart();
    await eventually('the change to be told once more', async () => (await changes()) > before);
    await one.inStep();
    expect(versionOf((await read(one, 'a')).value)).toBe(2);
  });

  it('is left alone while it does not answer', async () => {
    const one = start({ follows: false, hurryMs: 100 });
    await one.inStep();
    await sessions.insertOne({ _id: 'a', version: 1 });
    await eventually('a hit', async () => (await read(one, 'a')).hit);
    const errors = () => one.metric('lucid_cache_document_errors_total');
    const before = await errors();
    await redis.client.call('CLIENT', 'PAUSE', '3000', 'ALL');
    for (let n = 0; n < 20; n += 1) expect(versionOf((await read(one, 'a')).value)).toBe(1);
    // The circuit opened: most of them did not wait.
    expect((await errors()) - before).toBeLessThan(15);
    await eventually('a hit', async () => (await read(one, 'a')).hit);
  });
});

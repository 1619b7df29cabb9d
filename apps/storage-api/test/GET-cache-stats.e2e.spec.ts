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

async function ended(answer: Answer): Promise<Record<string, unknown>> {
  expect(answer.status).toBe(202);
  const job = String(answer.headers['location']);
  return eventually('the end of the job', async () => {
    const { json } = await service.call('GET', job, { key: keys.operator });
    return ['succeeded', 'failed', 'cancelled'].includes(String(json?.['state'])) && json;
  });
}

describe('GET /api/v1/cache/stats and GET /api/v1/cache/memory', () => {
  it('tell how the cache is', async () => {
    await put('stats:1', { value: 'x', ttl: 100 }, '?database=2');
    const { status, json } = await call('GET', '/stats', { as: 'viewer' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      ...{ isCluster: false, servers: 1, version: expect.stringMatching(/^\d/), evictedKeys: 0 },
      memory: { limitBytes: 200 * 1024 * 1024, usedBytes: expect.any(Number), policy: 'noeviction' },
      replication: [{ role: 'master', replicas: 0, farthestBehindBytes: null }],
      persistence: [{ isLoading: false, hasAppendOnlyFile: true, isLastSaveOk: true }],
      documents: { isServing: expect.any(Boolean) },
    });
    expect(json?.['databases']).toContainEqual({
      ...{ database: 2, purpose: 'node metrics, PoOT scores', averageTtlSeconds: expect.any(Number) },
      ...{ keys: expect.any(Number), expiring: 1 },
    });
  });

  it('tell where the memory goes', async () => {
    await redis.client.select(7);
    await redis.client.set('heavy:1', 'x'.repeat(20_000_000));
    for (let n = 0; n < 50; n += 1) await redis.client.set(`light:${n}`, 'x');
    await redis.client.select(0);
    // In the time that it takes for a look a busy host may not come to the end.
    const json = await eventually('a look at all of it', async () => {
      const found = (await call('GET', '/memory?database=7', { as: 'viewer' })).json;
      return (found?.['sample'] as { isWhole: boolean }).isWhole && found;
    });
    expect(json).toMatchObject({
      ...{ database: 7, sample: { keys: 51, isWhole: true } },
      prefixes: [
        { prefix: 'heavy:', keys: 1 },
        { prefix: 'light:', keys: 50, withoutTtl: 50 },
      ],
    });
    expect((json?.['biggest'] as unknown[])[0]).toMatchObject({ key: 'heavy:1' });
    const hints = (json?.['hints'] as string[]).join('\n');
    for (const hint of ['noeviction', 'larger than 10 MiB', 'no time to live']) expect(hints).toContain(hint);
    const part = await call('GET', '/memory?database=7&keys=10');
    expect(part.json).toMatchObject({ sample: { isWhole: false } });
    expect((await call('GET', '/memory?keys=0')).json).toMatchObject({ status: 400 });
  });
});

describe('without Redis', () => {
  it('the cache answers 503, and everything again when Redis is back; a flush waits for it', async () => {
    await put('stays', { value: 'x' });
    const stopped = redis.daemon.stop(2_000);
    await stopped;
    const calls: [Method, string, unknown?][] = [
      ['GET', '/stats'],
      ['GET', '/memory'],
      ['GET', '/keys'],
      ['GET', '/keys/stays'],
      ['PUT', '/keys/stays', { value: 'y' }],
      ['DELETE', '/keys/stays'],
      ['POST', '/flush?dryRun=true', { pattern: '*' }],
    ];
    for (const [method, path, body] of calls) {
      const answer = await call(method, path, { body });
      expect([path, answer.json]).toEqual([
        path,
        expect.objectContaining({ status: 503, code: 'REDIS_UNAVAILABLE', retryable: true }),
      ]);
      expect(answer.headers['retry-after']).toBeDefined();
    }
    const flush = await call('POST', '/flush', { body: { prefix: 'stays' } });
    await redis.restart();
    await eventually('Redis', async () => (await call('GET', '/stats')).status === 200);
    expect(await ended(flush)).toMatchObject({ state: 'succeeded', result: { removed: 1 } });
  });

  it('a restart in the middle of requests costs no more than 503', async () => {
    const stopped = new AbortController();
    const answers: Answer[] = [];
    const turns = Array.from({ length: 8 }, () => 0);
    const caller = async (n: number): Promise<void> => {
      for (let turn = 0; !stopped.signal.aborted; turn += 1) {
        const path = `/keys/mid:${n}`;
        answers.push(
          turn % 2 === 0 ? await call('PUT', path, { body: { value: 'x', ttl: 3_600 } }) : await call('GET', path),
        );
        turns[n] = turn + 1;
      }
    };
    const callers = turns.map((_, n) => caller(n));
    // Each key is there before: no answer may be that it is not.
    await eventually('answers', () => turns.every((count) => count > 6));
    await redis.restart();
    const before = answers.length;
    await eventually('answers again', () => answers.slice(before).filter(({ status }) => status === 200).length > 50);
    stopped.abort();
    await Promise.all(callers);
    expect(answers.filter(({ status }) => ![200, 503].includes(status)).map(({ text }) => text)).toEqual([]);
  });
});

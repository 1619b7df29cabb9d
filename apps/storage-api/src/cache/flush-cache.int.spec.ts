import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import type { CacheFlushPayload } from '@lucid/jobs/contracts/cache-flush';
import type { JobContext } from '@lucid/jobs/job-handler';
import { createSteps } from '@lucid/jobs/job-steps';
import type { CommonConfig } from '@lucid/service-kit/settings';
import { type OwnRedis, startOwnRedis } from '../../../../tests/setup/own-redis.ts';
import { CacheConnections } from './cache-connections.ts';
import { CacheDatabases } from './cache-databases.service.ts';
import { FlushCacheFlow } from './flush-cache.flow.ts';

const KEYS = 250_000;

let redis: OwnRedis;
let connections: CacheConnections;
let flow: FlushCacheFlow;

beforeAll(async () => {
  redis = await startOwnRedis(['--enable-debug-command', 'yes']);
  const config = { redisUri: redis.uri, redisClusterEnabled: false } as CommonConfig;
  connections = new CacheConnections(config, createLogger('test', 'silent'));
  flow = new FlushCacheFlow(new CacheDatabases(connections, config), systemClock);
  await redis.client.call('DEBUG', 'POPULATE', String(KEYS), 'flush');
  await redis.client.set('stays', 'x');
});
afterAll(async () => {
  connections?.onApplicationShutdown();
  await redis?.stop();
});

/** A run of the job: what it stores goes to `stored`, and it is aborted when `until` says so. */
function runOf(
  stored: Record<string, unknown>,
  until: (done: number) => boolean = () => false,
): JobContext<CacheFlushPayload> {
  const stop = new AbortController();
  const save = (key: string, result: unknown): Promise<void> => Promise.resolve(void (stored[key] = result));
  return {
    payload: { database: 0, pattern: 'flush:*' },
    signal: stop.signal,
    steps: createSteps({ stored, signal: stop.signal, save }),
    progress: ({ done }: { done: number }) => until(done) && stop.abort(new Error('interrupted')),
  } as unknown as JobContext<CacheFlushPayload>;
}

describe('a flush', () => {
  it('that is interrupted goes on where it was, and leaves what does not match', async () => {
    const stored: Record<string, unknown> = {};
    await expect(flow.run(runOf(stored, (done) => done > 150_000))).rejects.toThrow('interrupted');
    const left = await redis.client.dbsize();
    expect(left).toBeGreaterThan(1);
    expect(left).toBeLessThan(KEYS);
    expect(Object.keys(stored)).toEqual(['part-0']);
    const result = await flow.run(runOf(stored));
    expect(await redis.client.dbsize()).toBe(1);
    expect(await redis.client.get('stays')).toBe('x');
    // The part that was cut short is not in the sum; what it had removed is gone all the same.
    expect(result.removed).toBeLessThanOrEqual(KEYS);
    expect(result.removed).toBeGreaterThan(KEYS - 100_000);
    expect(await flow.run(runOf({}))).toMatchObject({ removed: 0 });
  });
});

import { eventually } from '@lucid/testing/eventually';
import { collectAll, startTestService, type TestService } from './test-service.ts';

interface Stats {
  collections: {
    collector: string;
    up: boolean;
    health: number | null;
    collectedAt: string;
    code: string | null;
    problems: unknown[];
    figures: Record<string, { labels: Record<string, string>; value: unknown }[]>;
  }[];
}

describe('GET /stats', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
    await collectAll(service);
  });
  afterAll(() => service.close());

  it('has the last figures of each engine with their time', async () => {
    const key = await service.key('viewer');
    // Collections that others drop meanwhile, or a busy host, are a problem of one round.
    const collections = await eventually('a round without problems', async () => {
      const { status, json } = await service.call('GET', '/stats', key);
      expect(status).toBe(200);
      const { collections: last } = json as unknown as Stats;
      if (last.every(({ problems }) => problems.length === 0)) return last;
      await collectAll(service);
      return undefined;
    });
    for (const { up, code, collectedAt } of collections) {
      expect({ up, code }).toEqual({ up: true, code: null });
      expect(collectedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
    }
    const mongodb = collections.find(({ collector }) => collector === 'mongodb');
    expect(mongodb?.health).toBe(1);
    expect(mongodb?.figures['mongodb_operations_total']?.map(({ labels }) => labels['type'])).toContain('insert');
    const [duration] = mongodb?.figures['mongodb_query_duration_seconds'] ?? [];
    expect(duration?.value).toMatchObject({ sum: expect.any(Number), count: expect.any(Number) });
    const cache = collections.find(({ collector }) => collector === 'redis-cache');
    expect(cache?.figures['redis_up']).toBeUndefined();
    expect(cache?.figures['redis_uptime_in_seconds']).toEqual([
      { labels: { database: 'cache' }, value: expect.any(Number) },
    ]);
  });

  it('wants a key', async () => {
    expect(await service.call('GET', '/stats')).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } });
  });
});

describe('GET /openapi.json of monitoring', () => {
  it('describes the routes and their answers', async () => {
    const service = await startTestService();
    try {
      const { json } = await service.call('GET', '/openapi.json', await service.key('viewer'));
      const document = json as { paths: Record<string, object>; components: { schemas: Record<string, unknown> } };
      expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/monitor', '/stats', '/alerts', '/health']));
      const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
        ([, name]) => name,
      );
      expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(references));
    } finally {
      await service.close();
    }
  });
});

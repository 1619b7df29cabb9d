import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { eventually } from '@lucid/testing/eventually';
import { collectAll, parsePage, startTestService, valuesOf, type TestService } from './test-service.ts';

describe('GET /metrics', () => {
  let service: TestService;
  let page: string;

  beforeAll(async () => {
    service = await startTestService();
    await service.database.db
      .collection('sessions')
      .insertMany(Array.from({ length: 100 }, () => ({ text: 'x'.repeat(1000) })));
    // A round that began before the documents were there may be the one that is waited for.
    page = await eventually('figures of the documents', async () => {
      await collectAll(service);
      const { text } = await service.call('GET', '/metrics');
      const labels = { database: service.database.name, collection: 'sessions' };
      const isNew = Number(valuesOf(text, 'mongodb_collection_size_bytes', labels)[0]) > 100_000;
      return isNew && text;
    });
  });
  afterAll(() => service.close());

  it('has the five required metrics from the real engines', async () => {
    const { me } = (await service.database.client.db('admin').command({ hello: 1 })) as unknown as {
      me: string;
    };
    const member = { member: me };
    expect(valuesOf(page, 'mongodb_connections', { ...member, state: 'current' })).toEqual([expect.any(Number)]);
    expect(valuesOf(page, 'mongodb_connections', { ...member, state: 'current' })[0]).toBeGreaterThan(0);
    expect(valuesOf(page, 'mongodb_operations_total', { ...member, type: 'insert' })[0]).toBeGreaterThanOrEqual(100);
    const { name } = service.database;
    const [size = 0] = valuesOf(page, 'mongodb_collection_size_bytes', { database: name, collection: 'sessions' });
    const [stats] = await service.database.db
      .collection('sessions')
      .aggregate([{ $collStats: { storageStats: {} } }])
      .toArray();
    expect(size).toBe(stats?.['storageStats'].size);
    expect(size).toBeGreaterThan(100_000);
    expect(valuesOf(page, 'database_health_status', { engine: 'mongodb', database: name })).toEqual([1]);
    expect(valuesOf(page, 'database_health_status', { engine: 'redis' })).toHaveLength(2);
    expect(valuesOf(page, 'database_health_status', { engine: 'elasticsearch' })).toHaveLength(1);
  });

  it('has the latencies as a histogram: rising buckets that end at the count', () => {
    const labels = { type: 'write' };
    const buckets = valuesOf(page, 'mongodb_query_duration_seconds_bucket', labels);
    expect(buckets.length).toBeGreaterThan(10);
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    expect(valuesOf(page, 'mongodb_query_duration_seconds_count', labels)).toEqual(buckets.slice(-1));
    expect(buckets.at(-1)).toBeGreaterThan(0);
    expect(valuesOf(page, 'mongodb_query_duration_seconds_sum', labels)[0]).toBeGreaterThan(0);
    expect(page).toContain('# TYPE mongodb_query_duration_seconds histogram');
  });

  it('has the vital figures of each engine', () => {
    expect(valuesOf(page, 'mongodb_up')).toEqual([1]);
    expect(valuesOf(page, 'mongodb_mongod_replset_member_replication_lag').length).toBeGreaterThan(0);
    expect(valuesOf(page, 'mongodb_oplog_window_seconds')[0]).toBeGreaterThanOrEqual(0);
    expect(valuesOf(page, 'mongodb_mongod_wiredtiger_cache_bytes', { type: 'total' })[0]).toBeGreaterThan(0);
    for (const database of ['cache', 'queue']) {
      expect(valuesOf(page, 'redis_up', { database })).toEqual([1]);
      expect(valuesOf(page, 'redis_memory_used_bytes', { database })[0]).toBeGreaterThan(0);
      expect(valuesOf(page, 'redis_connected_clients', { database })[0]).toBeGreaterThan(0);
    }
    expect(valuesOf(page, 'elasticsearch_up')).toEqual([1]);
    expect(valuesOf(page, 'elasticsearch_cluster_health_number_of_nodes')[0]).toBeGreaterThan(0);
    expect(valuesOf(page, 'elasticsearch_jvm_memory_used_bytes', { area: 'heap' })[0]).toBeGreaterThan(0);
  });

  it('has each series once, none of them without a number', () => {
    const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(parsePage(page).size).toBe(lines.length);
    expect([...parsePage(page).values()].filter((value) => Number.isNaN(value))).toEqual([]);
  });

  it('is also at METRICS_PORT, which has nothing else', async () => {
    // Its own round may have come meanwhile, and have been too slow.
    await eventually('figures of MongoDB', async () => {
      const answer = await fetch(service.metricsUrl);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
      return valuesOf(await answer.text(), 'mongodb_up').join() === '1';
    });
    for (const path of ['/stats', '/metrics/x', '/health', '//metrics']) {
      expect((await fetch(new URL(service.metricsUrl).origin + path)).status).toBe(404);
    }
    expect((await fetch(service.metricsUrl, { method: 'POST' })).status).toBe(404);
  });
});

describe('GET /metrics with METRICS_TOKEN', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ METRICS_TOKEN: 'token-of-the-scraper' });
  });
  afterAll(() => service.close());

  it('wants the token on both ports', async () => {
    const token = 'token-of-the-scraper';
    expect((await service.call('GET', '/metrics')).status).toBe(401);
    expect((await service.call('GET', '/metrics', 'another')).status).toBe(401);
    expect((await service.call('GET', '/metrics', token)).status).toBe(200);
    expect((await fetch(service.metricsUrl)).status).toBe(401);
    expect((await fetch(service.metricsUrl, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  });
});

describe('GET /metrics with PROMETHEUS_ENABLED=false', () => {
  it('has the process only, and no second port', async () => {
    const service = await startTestService({ PROMETHEUS_ENABLED: 'false' });
    try {
      const { text } = await service.call('GET', '/metrics');
      expect(valuesOf(text, 'process_cpu_seconds_total')).toHaveLength(1);
      expect(valuesOf(text, 'mongodb_up')).toEqual([]);
      expect(service.metricsUrl).toContain(':undefined/');
    } finally {
      await service.close();
    }
  });
});

describe('GET /metrics while engines are gone', () => {
  let silent: Server;
  const sockets = new Set<Socket>();
  let service: TestService;
  let page: string;

  beforeAll(async () => {
    // A Redis that takes connections and never says a word, and an Elasticsearch that is not there.
    silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    service = await startTestService({
      REDIS_URI: `redis://127.0.0.1:${port}`,
      ELASTICSEARCH_URI: 'http://127.0.0.1:1',
    });
    const key = await service.key('operator');
    page = await eventually('figures of the engines that are there', async () => {
      await service.call('POST', '/monitor', key);
      const { text } = await service.call('GET', '/metrics');
      const found = [...valuesOf(text, 'mongodb_up'), ...valuesOf(text, 'redis_up', { database: 'queue' })];
      return found.join() === '1,1' && text;
    });
  });
  afterAll(async () => {
    await service.close();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('shows them as down', () => {
    expect(valuesOf(page, 'redis_up', { database: 'cache' })).toEqual([0]);
    expect(valuesOf(page, 'elasticsearch_up')).toEqual([0]);
    expect(valuesOf(page, 'database_health_status', { database: 'cache' })).toEqual([0]);
    expect(valuesOf(page, 'database_health_status', { engine: 'elasticsearch' })).toEqual([0]);
  });

  it('costs only their own series', () => {
    expect(valuesOf(page, 'redis_memory_used_bytes', { database: 'cache' })).toEqual([]);
    expect(valuesOf(page, 'elasticsearch_cluster_health_number_of_nodes')).toEqual([]);
    expect(valuesOf(page, 'redis_up', { database: 'queue' })).toEqual([1]);
    expect(valuesOf(page, 'mongodb_up')).toEqual([1]);
    expect(valuesOf(page, 'mongodb_connections').length).toBeGreaterThan(0);
  });

  it('says no error text and no address', () => {
    const series = [...parsePage(page).keys()].join('\n');
    expect(series).not.toMatch(/ECONN|refused|127\.0\.0\.1:1"|timed out/i);
  });

  it('is told as alerts, and in the statistics with a code', async () => {
    const key = await service.key('viewer');
    // Its own round may have come meanwhile, and have been too slow for what is there.
    await eventually('alerts of what is gone, and of nothing else', async () => {
      const alerts = (await service.call('GET', '/alerts', key)).json as {
        items: { rule: string; labels: Record<string, string> }[];
      };
      const down = alerts.items.filter(({ rule }) => rule === 'database_down').map(({ labels }) => labels['engine']);
      return down.sort().join() === 'elasticsearch,redis';
    });
    const stats = (await service.call('GET', '/stats', key)).json as {
      collections: { collector: string; code: string | null }[];
    };
    const codes = Object.fromEntries(stats.collections.map(({ collector, code }) => [collector, code]));
    expect(codes).toMatchObject({ mongodb: null, 'redis-queue': null, elasticsearch: 'ELASTICSEARCH_UNAVAILABLE' });
    expect(['TIMEOUT', 'REDIS_UNAVAILABLE']).toContain(codes['redis-cache']);
  });
});

describe('METRICS_PORT in use', () => {
  it('stops the start with one line that names it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    try {
      await expect(startTestService({ METRICS_PORT: String(port) })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: `METRICS_PORT ${port} is in use; stop the other program or set another port, for example METRICS_PORT=9217`,
      });
    } finally {
      taken.close();
    }
  });
});

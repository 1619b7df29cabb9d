import { startShardedCluster, type ShardedCluster } from '../../../tests/setup/sharded-cluster.ts';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';
import { indexCalls } from './index-calls.ts';

describe('the database behind a router', () => {
  let cluster: ShardedCluster;
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    cluster = await startShardedCluster();
    service = await startTestService(storageApi, { MONGODB_URI: cluster.uri });
    key = await service.key('admin');
  });
  afterAll(async () => {
    await service?.close();
    await cluster?.stop();
  });
  const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
    service.call(method, `/api/v1/database${path}`, { key, ...(body !== undefined && { body }) });

  it('GET /api/v1/database/health names the shards, and no members', async () => {
    const { json } = await call('GET', '/health');
    expect(json).toMatchObject({
      ...{ deployment: 'sharded', members: [], oplog: null, primary: null },
      shards: [{ id: 'shard-a' }, { id: 'shard-b' }],
    });
  });

  it('collections and indexes are made, shown and dropped', async () => {
    expect((await call('POST', '/collections', { name: 'things' })).status).toBe(201);
    const api = indexCalls(service, key);
    const job = await api.ended(await api.create('things', { keys: { a: 1, b: -1 } }));
    expect(job).toMatchObject({ state: 'succeeded', result: { created: true } });
    const index = (await api.list('things')).find(({ name }) => name === 'a_1_b_-1');
    expect(index).toMatchObject({ keys: { a: 1, b: -1 }, usage: { operations: 0, members: ['router'] } });
    const report = (await call('GET', '/index-report')).json as { unused: { index: string }[] };
    expect(report.unused.map((unused) => unused.index)).toContain('a_1_b_-1');
    const stats = (await call('GET', '/stats')).json as { items: { name: string }[] };
    expect(stats.items.map(({ name }) => name)).toContain('things');
    expect((await call('DELETE', '/collections/things')).json).toMatchObject({ dropped: true });
  });
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestElasticsearch, type TestElasticsearch } from '@lucid/testing/engines';
import type { Document } from 'bson';
import { type OwnRedis, redisServer, startOwnRedis } from '../../../tests/setup/own-redis.ts';
import { fillDatabase, mongodProgram } from '../src/interchange/interchange.fixture.ts';
import { type BackupTestService, startBackupService } from './interchange-service.ts';

describe('/api/v1/backups/{id}/drills', () => {
  let service: BackupTestService;
  let database: string;
  let id: string;
  let drillFolder: string;
  let redis: OwnRedis;
  let indices: TestElasticsearch;

  beforeAll(async () => {
    redis = await startOwnRedis();
    indices = createTestElasticsearch('drills');
    service = await startBackupService({
      BACKUP_DRILL_MONGOD: await mongodProgram(),
      BACKUP_DRILL_REDIS: await redisServer(),
      REDIS_URI: redis.uri,
      ELASTICSEARCH_INDEX_PREFIX: indices.prefix,
    });
    drillFolder = join(service.folder, 'drills');
    database = service.database.sibling('shop');
    await fillDatabase(service.database.client.db(database));
    id = await service.backup(database);
  });
  afterAll(async () => {
    await service?.close();
    await indices?.close();
    await redis?.stop();
  });

  async function backup(): Promise<Record<string, unknown>> {
    const { json } = await service.call('GET', '/backups', { key: service.admin });
    const { items } = json as unknown as { items: Record<string, unknown>[] };
    return items.find((one) => one['id'] === id) ?? {};
  }

  async function databases(): Promise<string[]> {
    const { databases: found } = await service.database.client.db('admin').admin().listDatabases({ nameOnly: true });
    return found.map(({ name }) => name);
  }

  it.each(['disposable', 'scratch'])('restores into a %s target, compares, and leaves nothing', async (target) => {
    expect((await backup())['lastDrillOk']).toBe(target === 'disposable' ? null : true);
    const job = await service.run(`/api/v1/backups/${id}/drills`, { target });
    expect(job).toMatchObject({
      state: 'succeeded',
      result: {
        backupId: id,
        target,
        collections: 5,
        indexes: expect.any(Number),
        documents: expect.any(Number),
        uncomparedDocuments: 0,
        restoreSeconds: expect.any(Number),
      },
    });
    expect(job.result?.['documents']).toBeGreaterThan(3000);
    expect(await backup()).toMatchObject({
      lastDrilledAt: expect.stringMatching(/^\d{4}-/),
      lastDrillOk: true,
      lastDrillSeconds: job.result?.['restoreSeconds'],
    });
    expect(await readdir(drillFolder)).toEqual([]);
    expect((await databases()).filter((name) => name.startsWith(job.id))).toEqual([]);
    const orders = service.database.client.db(database).collection('orders');
    expect(await orders.countDocuments()).toBe(3000);
  });

  it('restores Redis into a server and Elasticsearch into indices of their own, and says what it leaves out', async () => {
    await redis.client.mset('session:1', 'a', 'session:2', 'b');
    await indices.client.indices.create({
      index: `${indices.prefix}_places`,
      aliases: { [`${indices.prefix}_all`]: {} },
    });
    await indices.client.index({ index: `${indices.prefix}_places`, id: '1', document: { n: 1 }, refresh: true });
    const { result } = await service.run('/backup', { engines: ['redis', 'elasticsearch'] });
    const backupId = String(result?.['backupId']);
    const job = await service.run(`/api/v1/backups/${backupId}/drills`, { repository: 'default' });
    expect(job).toMatchObject({
      state: 'succeeded',
      result: {
        repository: 'default',
        documents: 0,
        engines: expect.arrayContaining([
          expect.objectContaining({ engine: 'redis', target: 'disposable', compared: 2 }),
          expect.objectContaining({ engine: 'elasticsearch', target: 'scratch', compared: 1 }),
        ]),
        notDrilled: [],
      },
    });
    expect(await readdir(drillFolder)).toEqual([]);
    const there = Object.keys(await indices.client.indices.get({ index: '*', expand_wildcards: 'all' }));
    expect(there.filter((name) => name.includes('drill_'))).toEqual([]);
    const disposable = await service.run(`/api/v1/backups/${backupId}/drills`, { target: 'disposable' });
    expect(disposable.result?.['notDrilled']).toEqual([
      { engine: 'elasticsearch', reason: 'no Elasticsearch is started for a drill' },
    ]);
    const body = { repository: 'nowhere' };
    const nowhere = await service.call('POST', `/api/v1/backups/${backupId}/drills`, { key: service.admin, body });
    expect(nowhere.json).toMatchObject({ status: 404, code: 'REPOSITORY_NOT_FOUND' });
  });

  it('is also the deepest level of a verification', async () => {
    const job = await service.run(`/api/v1/backups/${id}/verify`, { level: 'drill' });
    expect(job).toMatchObject({ id: expect.stringMatching(/^drill_/), state: 'succeeded' });
    const shallow = await service.run(`/api/v1/backups/${id}/verify`, { level: 'ciphertext' });
    expect(shallow).toMatchObject({ id: expect.stringMatching(/^verify_/), result: { level: 'ciphertext' } });
    expect(await backup()).toMatchObject({ lastVerifiedLevel: 'ciphertext' });
  });

  it('GET lists drills, newest first', async () => {
    const { json } = await service.call('GET', '/api/v1/drills?limit=2', { key: await service.key('viewer') });
    const page = json as unknown as { items: Document[]; page: { limit: number; nextCursor: string | null } };
    expect(page.page).toMatchObject({ limit: 2, nextCursor: expect.any(String) });
    expect(page.items).toMatchObject([
      { backupId: id, state: 'succeeded', ok: true },
      { backupId: expect.not.stringContaining(id), state: 'succeeded', ok: true, documents: 0 },
    ]);
    const times = page.items.map((item) => Date.parse(item['createdAt'] as string));
    expect(times[0]).toBeGreaterThanOrEqual(times[1] ?? Infinity);
    const rest = await service.call('GET', `/api/v1/drills?cursor=${page.page.nextCursor}`, { key: service.admin });
    expect((rest.json as unknown as { items: unknown[] }).items).toHaveLength(3);
  });

  it('refuses other roles, backups and fields', async () => {
    const post = (path: string, body: object, key?: string) =>
      service.call('POST', path, { body, ...(key && { key }) });
    const operator = await service.key('operator');
    const path = `/api/v1/backups/${id}/drills`;
    expect((await post(path, {})).status).toBe(401);
    expect((await post(path, {}, operator)).json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const verify = await post(`/api/v1/backups/${id}/verify`, { level: 'drill' }, operator);
    expect(verify.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const { admin } = service;
    expect((await post('/api/v1/backups/bkp_0000000000000000/drills', {}, admin)).status).toBe(404);
    for (const body of [{ target: 'production' }, { backupId: id }, { force: true }]) {
      expect((await post(path, body, admin)).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    }
  });
});

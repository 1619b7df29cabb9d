import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from 'bson';
import { fillDatabase, mongodProgram } from '../src/interchange/interchange-fixture.ts';
import { type BackupTestService, startBackupService } from './interchange-service.ts';

describe('/api/v1/backups/{id}/drills', () => {
  let service: BackupTestService;
  let database: string;
  let id: string;
  let drillFolder: string;

  beforeAll(async () => {
    service = await startBackupService({ BACKUP_DRILL_MONGOD: await mongodProgram() });
    drillFolder = join(service.folder, 'drills');
    database = service.database.sibling('shop');
    await fillDatabase(service.database.client.db(database));
    id = await service.backup(database);
  });
  afterAll(() => service.close());

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
      { backupId: id, state: 'succeeded', ok: true },
    ]);
    const times = page.items.map((item) => Date.parse(item['createdAt'] as string));
    expect(times[0]).toBeGreaterThanOrEqual(times[1] ?? Infinity);
    const rest = await service.call('GET', `/api/v1/drills?cursor=${page.page.nextCursor}`, { key: service.admin });
    expect((rest.json as unknown as { items: unknown[] }).items).toHaveLength(1);
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

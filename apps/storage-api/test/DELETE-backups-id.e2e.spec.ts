import type { LeaseStore } from '@lucid/core/lease';
import { newId } from '@lucid/models/ids';
import type { Backup } from '@lucid/models/main/backups';
import { TOKENS } from '@lucid/service-kit/tokens';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

describe('DELETE /api/v1/backups/{id}', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    key = await service.key('backup-admin');
  });
  afterAll(() => service.close());

  async function entry(more: Partial<Backup> = {}): Promise<string> {
    const backup: Backup = { _id: newId('bkp'), created_at: new Date(), repository: 'default', ...more };
    await service.database.db.collection<Backup>('backups').insertOne(backup);
    return backup._id;
  }
  const remove = (id: string, query = '') => service.call('DELETE', `/api/v1/backups/${id}${query}`, { key });

  it('starts the job that removes it, for a backup-admin', async () => {
    const id = await entry();
    const operator = await service.call('DELETE', `/api/v1/backups/${id}`, { key: await service.key('operator') });
    expect(operator.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const accepted = await remove(id);
    expect(accepted.status).toBe(202);
    expect(accepted.json).toMatchObject({ name: 'backup.delete', state: 'queued', payload: { backupId: id } });
    expect(accepted.headers['location']).toBe(`/api/v1/jobs/${String(accepted.json?.['id'])}`);
  });

  it('only says with dryRun what would go', async () => {
    const id = await entry({ stored_bytes: 5_000, repositories: ['default', 'offsite'] });
    const before = await service.call('GET', '/api/v1/jobs', { key });
    const plan = await remove(id, '?dryRun=true');
    expect(plan.status).toBe(200);
    expect(plan.json).toMatchObject({ backupId: id, storedBytes: 5_000, repositories: ['default', 'offsite'] });
    expect((await service.call('GET', '/api/v1/jobs', { key })).json).toEqual(before.json);
    expect((await remove(id, '?dryRun=perhaps')).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it('is refused for a backup on hold', async () => {
    const hold = { reason: 'audit of 2026', held_at: new Date(), held_by: 'key_x' };
    const id = await entry({ hold });
    const refused = await remove(id, `?confirm=${id}`);
    expect(refused.json).toMatchObject({ status: 409, code: 'BACKUP_HELD' });
    expect(refused.json?.['detail']).toContain('audit of 2026');
    expect((await remove(await entry({ hold: { ...hold, until: new Date(1) } }))).status).toBe(202);
  });

  it('is refused for the last verified one, unless its id is given once more', async () => {
    const verified = { last_verified_at: new Date(), last_verified_level: 'plaintext', schedule_id: 'sch_nightly' };
    const older = await entry({ ...verified, created_at: new Date(1) });
    const id = await entry(verified);
    await entry({ schedule_id: 'sch_nightly' });
    for (const query of ['', '?dryRun=true', `?confirm=${older}`])
      expect((await remove(id, query)).json).toMatchObject({ status: 409, code: 'BACKUP_LAST_VERIFIED' });
    expect((await remove(older)).status).toBe(202);
    expect((await remove(id, `?confirm=${id}`)).json).toMatchObject({ payload: { backupId: id, confirm: id } });
  });

  it('is refused while a restore reads it', async () => {
    const id = await entry();
    const lease = await service.app
      .get<LeaseStore>(TOKENS.LEASES)
      .acquire(`backup:${id}`, 'restore_20261121_120000_abcd-1');
    const refused = await remove(id);
    expect(refused.json).toMatchObject({ status: 409, code: 'BACKUP_IN_USE' });
    expect(refused.json?.['detail']).toContain('restore_20261121_120000_abcd');
    await lease.release();
    expect((await remove(id)).status).toBe(202);
  });

  it('knows no backup that is not there', async () => {
    expect((await remove('bkp_0000000000000000')).json).toMatchObject({ status: 404, code: 'BACKUP_NOT_FOUND' });
  });
});

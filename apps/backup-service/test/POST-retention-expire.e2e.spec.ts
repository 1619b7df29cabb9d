import type { LeaseStore } from '@lucid/core/lease';
import { TOKENS } from '@lucid/service-kit/tokens';
import { type RetentionTestService, startRetentionService } from './retention-service.ts';

const PATH = '/api/v1/retention/expire';

describe('POST /api/v1/retention/expire', () => {
  let service: RetentionTestService;

  beforeAll(async () => {
    service = await startRetentionService();
  });
  afterAll(() => service.close());

  it('removes what no rule keeps from repository and catalogue, and leaves an audit trail', async () => {
    const kept = [await service.aged(1), await service.aged(6)];
    const old = await service.aged(20);
    expect(await service.run(PATH, {})).toMatchObject({
      state: 'succeeded',
      result: { examined: 3, kept: 2, removedCount: 1, removed: [{ backupId: old }], postponed: [] },
    });
    expect(await service.repository.findCommit(old)).toBeUndefined();
    expect(await service.catalogue.countDocuments({ _id: old })).toBe(0);
    for (const id of kept) expect(await service.repository.findCommit(id)).toBeDefined();
    const trail = await service.database.db.collection('audit_logs').findOne({ action: 'JOB backup.expire' });
    expect(trail).toMatchObject({ resource: expect.stringContaining(old), outcome: 'succeeded' });
    expect(await service.run(PATH, {})).toMatchObject({ result: { removedCount: 0 } });
  });

  it('goes on where a run died after the snapshot had gone', async () => {
    const old = await service.aged(30);
    await service.repository.removeSnapshot(old);
    expect(await service.run(PATH, {})).toMatchObject({ result: { removed: [{ backupId: old }] } });
    expect(await service.catalogue.countDocuments({ _id: old })).toBe(0);
  });

  it('keeps the copy in a repository whose rules say so', async () => {
    const old = await service.aged(30, { repositories: ['default', 'offsite'] });
    expect(await service.run(PATH, {})).toMatchObject({ result: { removed: [{ backupId: old }] } });
    expect(await service.catalogue.findOne({ _id: old })).toMatchObject({
      repository: 'offsite',
      repositories: ['offsite'],
    });
    expect(await service.run(PATH, {})).toMatchObject({ result: { removedCount: 0 } });
  });

  it('leaves what is in use for the next run', async () => {
    const used = await service.aged(50);
    const leases = service.app.get<LeaseStore>(TOKENS.LEASES);
    const lease = await leases.acquire(`backup:${used}`, 'restore_20261121_120000_abcd-1');
    const { items } = (await service.preview()).json as { items: { backupId: string; reasons: string[] }[] };
    expect(items.find(({ backupId }) => backupId === used)?.reasons).toEqual([
      'in use by restore_20261121_120000_abcd',
    ]);
    await service.run(PATH, {});
    expect(await service.repository.findCommit(used)).toBeDefined();
    await lease.release();
    expect(await service.run(PATH, {})).toMatchObject({ result: { removed: [{ backupId: used }] } });
  });

  it('removes nothing while the newest backup is dated in the future', async () => {
    await service.aged(90);
    const ahead = await service.aged(-1);
    expect(await service.run(PATH, {})).toMatchObject({ result: { removedCount: 0 } });
    await service.remove(ahead);
    expect(await service.run(PATH, {})).toMatchObject({ result: { removedCount: 1 } });
  });

  it('is for backup-admins, and for repositories that are there', async () => {
    const operator = await service.call('POST', PATH, { key: await service.key('operator'), body: {} });
    expect(operator.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const unknown = await service.call('POST', PATH, { key: service.admin, body: { repository: 'none' } });
    expect(unknown.json).toMatchObject({ status: 404, code: 'REPOSITORY_NOT_FOUND' });
  });
});

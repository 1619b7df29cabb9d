import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { RepositoriesService } from '../src/repositories/repositories.service.ts';
import { type RetentionTestService, startRetentionService } from './retention-service.ts';

describe('PUT and DELETE /api/v1/backups/{id}/hold', () => {
  let service: RetentionTestService;

  beforeAll(async () => {
    service = await startRetentionService();
    await service.aged(0);
  });
  afterAll(() => service.close());

  it('PUT shows who holds it, why and how long; another takes its place; DELETE lifts it', async () => {
    const id = await service.aged(60);
    await service.hold('PUT', id, { reason: 'first' });
    expect((await service.hold('PUT', id, { reason: 'second', until: '2099-01-01T00:00:00Z' })).json).toMatchObject({
      hold: { reason: 'second', until: '2099-01-01T00:00:00.000Z', heldBy: expect.any(String) },
    });
    expect((await service.hold('DELETE', id)).json).toMatchObject({ id, hold: null });
    expect((await service.hold('DELETE', id)).status).toBe(200);
    expect(await service.repository.holds().list()).toEqual(new Map());
  });

  it('keeps the backup although the catalogue has forgotten the hold, and the next expiry reminds it', async () => {
    const id = await service.aged(60);
    await service.hold('PUT', id, { reason: 'audit of 2026' });
    await service.catalogue.updateOne({ _id: id }, { $unset: { hold: '' } });
    expect(await service.remove(id)).toMatchObject({ state: 'failed', error: { code: 'BACKUP_HELD' } });
    await service.run('/api/v1/retention/expire', {});
    expect(await service.repository.findCommit(id)).toBeDefined();
    expect(await service.catalogue.findOne({ _id: id })).toMatchObject({ hold: { reason: 'audit of 2026' } });
    await service.hold('DELETE', id);
    expect(await service.remove(id)).toMatchObject({ state: 'succeeded', result: { repositories: ['default'] } });
    expect(await service.repository.findCommit(id)).toBeUndefined();
    expect(await service.remove(id)).toMatchObject({ state: 'succeeded', result: { repositories: [] } });
  });

  it('does not keep it once its end has passed, and leaves nothing in the repository', async () => {
    const id = await service.aged(60);
    const heldAt = '2020-01-01T00:00:00.000Z';
    await service.repository.holds().put(id, { reason: 'over', until: heldAt, heldAt, heldBy: 'key_x' });
    expect(await service.run('/api/v1/retention/expire', {})).toMatchObject({
      result: { removed: [{ backupId: id }] },
    });
    expect(await service.repository.holds().list()).toEqual(new Map());
  });

  it('keeps the backup once it is put, whatever is removed at that moment', async () => {
    for (let round = 0; round < 12; round += 1) {
      const id = await service.aged(60);
      const removing = service.remove(id);
      await setTimeout(round * 4);
      const put = await service.hold('PUT', id, { reason: 'race' });
      const { state } = await removing;
      const isThere = (await service.repository.findCommit(id)) !== undefined;
      expect({ status: put.status, state, isThere }).toEqual(
        isThere ? { status: 200, state: 'failed', isThere } : { status: 404, state: 'succeeded', isThere },
      );
      if (!isThere) expect(await service.repository.holds().find(id)).toBeUndefined();
    }
  });

  it('goes along with a copy, and comes to one that was made while it was put', async () => {
    const path = join(service.folder, 'second');
    const body = { name: 'second', kind: 'file', path };
    await service.call('POST', '/api/v1/repositories', { key: service.admin, body });
    const second = service.app.get(RepositoriesService).get('second');
    const id = await service.aged(60);
    await service.hold('PUT', id, { reason: 'audit' });
    await service.run(`/api/v1/backups/${id}/copies`, { repository: 'second' });
    expect(await second.holds().find(id)).toMatchObject({ reason: 'audit' });
    await second.holds().lift(id);
    await service.run('/api/v1/retention/expire', { repository: 'second' });
    expect(await second.holds().find(id)).toMatchObject({ reason: 'audit' });
    expect(await service.catalogue.findOne({ _id: id })).toMatchObject({ hold: { reason: 'audit' } });
    await service.hold('DELETE', id);
    expect(await second.holds().find(id)).toBeUndefined();
  });

  it('refuses what is wrong', async () => {
    const id = await service.aged(1);
    const empty = await service.hold('PUT', id, { reason: '' });
    expect(empty.json).toMatchObject({ status: 400, errors: [{ pointer: '/reason' }] });
    const past = await service.hold('PUT', id, { reason: 'x', until: '2001-01-01T00:00:00Z' });
    expect(past.json).toMatchObject({ status: 400, errors: [{ pointer: '/until' }] });
    const none = await service.hold('PUT', 'bkp_0000000000000000', { reason: 'x' });
    expect(none.json).toMatchObject({ status: 404, code: 'BACKUP_NOT_FOUND' });
    const key = await service.key('operator');
    const refused = await service.call('PUT', `/api/v1/backups/${id}/hold`, { key, body: { reason: 'x' } });
    expect(refused.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('the job that deletes refuses the last verified one without its id', async () => {
    const verified = { last_verified_at: new Date(), last_verified_level: 'plaintext', schedule_id: 'sch_other' };
    const id = await service.aged(1, verified);
    expect(await service.remove(id)).toMatchObject({ state: 'failed', error: { code: 'BACKUP_LAST_VERIFIED' } });
    expect(await service.remove(id, id)).toMatchObject({ state: 'succeeded' });
  });
});

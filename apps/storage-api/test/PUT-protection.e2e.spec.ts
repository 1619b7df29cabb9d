import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const PATH = '/api/v1/protection';

describe('GET and PUT /api/v1/protection', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    key = await service.key('admin');
  });
  afterAll(() => service.close());

  it('is off until an admin switches it on', async () => {
    const viewer = await service.key('viewer');
    expect((await service.call('GET', PATH, { key: viewer })).json).toMatchObject({
      isProtected: false,
      changedAt: null,
    });
    const backupAdmin = await service.key('backup-admin');
    expect((await service.call('PUT', PATH, { key: backupAdmin, body: { isProtected: true } })).status).toBe(403);
    expect((await service.call('PUT', PATH, { key, body: { isProtected: 'yes' } })).status).toBe(400);
  });

  it('takes a dry run for one only where the route reads it', async () => {
    await service.call('PUT', PATH, { key, body: { isProtected: true } });
    const backup = '/api/v1/backups/bkp_0123456789abcdef';
    const unread = [
      await service.call('DELETE', backup, { key, body: { dryRun: true } }),
      await service.call('POST', `${backup}/restore?dryRun=true`, { key, body: {} }),
      await service.call('POST', `${backup}/restore?dryRun=true`, { key }),
    ];
    expect(unread.map(({ status, json }) => [status, json?.['code'], json?.['errors']])).toEqual(
      unread.map(() => [400, 'VALIDATION_FAILED', [expect.objectContaining({ pointer: '/dryRun' })]]),
    );
    await service.call('PUT', PATH, { key, body: { isProtected: false } });
  });

  it('refuses what destroys with 423, lets a dry run look, and cancelling and revoking through', async () => {
    const backup = { _id: 'bkp_0123456789abcdef', created_at: new Date() };
    await service.database.db
      .collection<typeof backup>('backups')
      .insertOne(backup, { bypassDocumentValidation: true });
    const path = `/api/v1/backups/${backup._id}`;
    const on = await service.call('PUT', PATH, { key, body: { isProtected: true, reason: 'the audit is on' } });
    expect(on.json).toMatchObject({ isProtected: true, reason: 'the audit is on', changedBy: expect.any(String) });
    const refused = await service.call('DELETE', path, { key });
    expect(refused.json).toMatchObject({
      status: 423,
      code: 'PROTECTED',
      detail: expect.stringContaining('the audit is on'),
    });
    expect((await service.call('POST', `${path}/restore`, { key, body: {} })).status).toBe(423);
    expect((await service.call('POST', '/api/v1/cache/flush', { key, body: {} })).status).toBe(423);
    expect((await service.call('DELETE', `${path}?dryRun=true`, { key })).status).toBe(200);
    expect((await service.call('POST', `${path}/restore`, { key, body: { dryRun: true } })).status).toBe(202);
    expect((await service.call('POST', '/api/v1/backups/create', { key, body: {} })).status).toBe(202);
    expect((await service.call('DELETE', '/api/v1/jobs/job_none', { key })).status).toBe(404);
    expect((await service.call('DELETE', '/api/v1/access/keys/key_none', { key })).status).toBe(404);
    const off = await service.call('PUT', PATH, { key, body: { isProtected: false } });
    expect(off.json).toMatchObject({ isProtected: false, reason: null });
    expect((await service.call('DELETE', path, { key })).status).toBe(202);
  });
});

describe('RATE_LIMIT_PER_SECOND', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService(storageApi, { RATE_LIMIT_PER_SECOND: '2' });
  });
  afterAll(() => service.close());

  it('answers 429 with Retry-After to one key, not to another, and never to health and metrics', async () => {
    const [busy, other] = [await service.key('viewer'), await service.key('viewer')];
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => service.call('GET', '/api/v1/jobs', { key: busy })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.json).toMatchObject({ code: 'TOO_MANY_REQUESTS', retryable: true });
    expect(refused[0]?.headers['retry-after']).toBe('1');
    expect((await service.call('GET', '/api/v1/jobs', { key: other })).status).toBe(200);
    for (let index = 0; index < 5; index += 1) expect((await service.call('GET', '/health/live')).status).toBe(200);
    expect((await service.call('GET', '/metrics')).status).toBe(200);
  });
});

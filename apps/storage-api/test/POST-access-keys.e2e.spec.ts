import { eventually } from '@lucid/testing/eventually';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

describe('/api/v1/access/keys', () => {
  let service: TestService;
  let admin: string;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    admin = await service.key('admin');
  });
  afterAll(() => service.close());

  it('POST creates a key that works, and shows it once', async () => {
    const created = await service.call('POST', '/api/v1/access/keys', {
      key: admin,
      body: { name: 'ci', role: 'viewer' },
    });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ name: 'ci', role: 'viewer', key: expect.stringMatching(/^lucid_.{43}$/) });
    const key = String(created.json?.['key']);
    expect((await service.call('GET', '/api/v1/jobs', { key })).status).toBe(200);
    expect((await service.call('GET', '/api/v1/jobs', { headers: { 'x-api-key': key } })).status).toBe(200);
    const listed = await service.call('GET', '/api/v1/access/keys?limit=1000', { key: admin });
    expect(listed.text).not.toContain(key);
    expect(listed.text).not.toMatch(/hash/);
  });

  it('DELETE revokes: the key is refused at once, and twice is as once', async () => {
    const created = await service.call('POST', '/api/v1/access/keys', {
      key: admin,
      body: { name: 'gone', role: 'viewer' },
    });
    const { id, key } = created.json as { id: string; key: string };
    expect((await service.call('GET', '/api/v1/jobs', { key })).status).toBe(200);
    const first = await service.call('DELETE', `/api/v1/access/keys/${id}`, { key: admin });
    expect(first.json?.['revokedAt']).toEqual(expect.any(String));
    expect((await service.call('GET', '/api/v1/jobs', { key })).json).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
    });
    const second = await service.call('DELETE', `/api/v1/access/keys/${id}`, { key: admin });
    expect(second.json).toEqual(first.json);
  });

  it('refuses other roles, unknown fields, unknown roles and unknown ids', async () => {
    const body = { name: 'x', role: 'viewer' };
    const operator = await service.key('operator');
    const refused = await service.call('POST', '/api/v1/access/keys', { key: operator, body });
    expect(refused.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const unknown = await service.call('POST', '/api/v1/access/keys', { key: admin, body: { ...body, admin: true } });
    expect(unknown.json).toMatchObject({ status: 400, errors: [{ pointer: '/admin', code: 'UNKNOWN_FIELD' }] });
    const role = await service.call('POST', '/api/v1/access/keys', { key: admin, body: { name: 'x', role: 'root' } });
    expect(role.json).toMatchObject({ status: 400, errors: [{ pointer: '/role' }] });
    const id = await service.call('DELETE', '/api/v1/access/keys/key_none', { key: admin });
    expect(id.json).toMatchObject({ status: 404, code: 'API_KEY_NOT_FOUND' });
  });

  it('leaves an audit entry for what was done and for what was refused', async () => {
    await service.call('POST', '/api/v1/access/keys', {
      key: admin,
      body: { name: 'audited', role: 'viewer' },
      headers: { 'x-request-id': 'audit-done' },
    });
    await service.call('POST', '/api/v1/access/keys', { body: {}, headers: { 'x-request-id': 'audit-refused' } });
    const entries = service.database.db.collection('audit_logs');
    const found = await eventually('the audit entries', async () => {
      const all = await entries.find({ correlation_id: /^audit-/ }).toArray();
      return all.length === 2 && all;
    });
    const byId = Object.fromEntries(found.map((entry) => [entry['correlation_id'], entry]));
    expect(byId['audit-done']).toMatchObject({ outcome: 'succeeded', status: 201, role: 'admin' });
    expect(byId['audit-refused']).toMatchObject({ outcome: 'refused', status: 401, actor: 'anonymous' });
  });
});

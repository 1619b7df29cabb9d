import { eventually } from '@lucid/testing/eventually';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const KEYS = '/api/v1/access/keys';

describe('GET /api/v1/audit and /audit/verify', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    key = await service.key('admin');
    for (const name of ['first', 'second', 'third']) {
      const headers = { 'x-request-id': `made-${name}` };
      const { json } = await service.call('POST', KEYS, { key, body: { name, role: 'viewer' }, headers });
      if (name === 'third') await service.call('DELETE', `${KEYS}/${json?.['id']}`, { key });
    }
    await service.call('DELETE', `${KEYS}/key_none`, { key });
    await service.call('POST', KEYS, { body: {} });
    // An entry is stored when its answer is on the way.
    const entries = service.database.db.collection('audit_logs');
    await eventually('six entries are stored', async () => (await entries.countDocuments()) === 6);
  });
  afterAll(() => service.close());

  const get = async (path: string): Promise<Record<string, unknown>[]> => {
    const { json } = await service.call('GET', `/api/v1/audit${path}`, { key });
    return json?.['items'] as Record<string, unknown>[];
  };

  it('shows who did what, with what was changed and without the key, newest first', async () => {
    const all = await get('?limit=100');
    expect(all.map(({ status }) => status)).toEqual([401, 404, 200, 201, 201, 201]);
    expect(all.find(({ correlationId }) => correlationId === 'made-first')).toMatchObject({
      ...{ action: `POST ${KEYS}`, resource: KEYS, outcome: 'succeeded', role: 'admin', service: 'storage-api' },
      ...{ before: null, after: { name: 'first', role: 'viewer' }, code: null },
    });
    const [revoked] = await get(`?action=${encodeURIComponent(`DELETE ${KEYS}/:id`)}&outcome=succeeded`);
    expect(revoked).toMatchObject({
      before: { revokedAt: null },
      after: { name: 'third', revokedAt: expect.any(String) },
    });
    expect(JSON.stringify(all)).not.toContain('lucid_');
  });

  it('shows the trail to nobody else by way of its collection either, cached or not', async () => {
    const path = '/api/v1/database/collections/audit_logs/documents';
    const { json } = await service.call('GET', `${path}?limit=1`, { key });
    const [{ _id: id }] = json?.['items'] as [{ _id: { $oid: string } }];
    const one = `${path}/${id.$oid}`;
    expect((await service.call('GET', one, { key })).status).toBe(200);
    for (const role of ['viewer', 'operator', 'backup-admin'] as const) {
      const other = await service.key(role);
      for (const closed of ['/api/v1/audit', path, one, `${path}/export`, `${path}/changes`])
        expect((await service.call('GET', closed, { key: other })).json).toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('names the code of what was refused', async () => {
    const refused = await get('?outcome=refused');
    expect(refused.map(({ code, actor }) => [code, actor === 'anonymous'])).toEqual([
      ['UNAUTHENTICATED', true],
      ['API_KEY_NOT_FOUND', false],
    ]);
  });

  it('goes page by page, and by time', async () => {
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const { json } = await service.call('GET', `/api/v1/audit?limit=4${cursor}`, { key });
      seen.push(...(json?.['items'] as { id: string }[]).map(({ id }) => id));
      const next = (json?.['page'] as { nextCursor: string | null }).nextCursor;
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect([seen.length, new Set(seen).size]).toEqual([6, 6]);
    expect(await get(`?from=${encodeURIComponent('2100-01-01T00:00:00Z')}`)).toEqual([]);
    expect(await get(`?to=${encodeURIComponent('2100-01-01T00:00:00+01:00')}`)).toHaveLength(6);
    const other = await service.call('GET', '/api/v1/audit?limit=4', { key });
    const { nextCursor } = other.json?.['page'] as { nextCursor: string };
    const mixed = await service.call('GET', `/api/v1/audit?limit=4&outcome=refused&cursor=${nextCursor}`, { key });
    expect(mixed.json).toMatchObject({ status: 400, code: 'BAD_CURSOR' });
    const message = 'must be an RFC 3339 time with its offset, such as 2026-01-09T14:03:10Z';
    for (const field of ['from', 'to'])
      expect((await service.call('GET', `/api/v1/audit?${field}=2026-01-01`, { key })).json).toMatchObject({
        ...{ status: 400, errors: [{ pointer: `/${field}`, message }] },
      });
  });

  it('finds what was changed or taken out behind the back of the services', async () => {
    const verify = async () => (await service.call('GET', '/api/v1/audit/verify', { key })).json;
    expect(await verify()).toMatchObject({ isWhole: true, checkedEntries: 6, checkedChains: 1, breaks: [] });
    const entries = service.database.db.collection('audit_logs');
    const third = await entries.findOne({ seq: 3 });
    await entries.updateOne({ seq: 3 }, { $set: { actor: 'somebody else' } });
    expect(await verify()).toMatchObject({ isWhole: false, breaks: [{ seq: 3, reason: 'changed' }] });
    await entries.deleteOne({ seq: 3 });
    expect(await verify()).toMatchObject({ isWhole: false, breaks: [{ seq: 3, reason: 'missing' }] });
    await entries.deleteMany({ seq: { $gte: 3 } });
    expect(await verify()).toMatchObject({ breaks: [{ chain: third?.['chain'], seq: 3, reason: 'cut off' }] });
    await entries.deleteMany({});
    expect(await verify()).toMatchObject({ checkedEntries: 0, breaks: [{ seq: 1, reason: 'cut off' }] });
  });

  it('is for admins only', async () => {
    for (const path of ['/api/v1/audit', '/api/v1/audit/verify']) {
      expect((await service.call('GET', path, { key: await service.key('backup-admin') })).status).toBe(403);
    }
  });

  it('tells a dry run from the deed', async () => {
    const headers = { 'x-request-id': 'dry-flush' };
    const body = { pattern: 'audit-none:*' };
    const dry = await service.call('POST', '/api/v1/cache/flush?dryRun=true', { key, body, headers });
    expect(dry.status).toBe(200);
    const entry = await eventually('the entry of the dry run', async () =>
      (await get('?outcome=planned')).find(({ correlationId }) => correlationId === 'dry-flush'),
    );
    expect(entry).toMatchObject({ resource: '/api/v1/cache/flush', status: 200 });
  });

  it('takes a document that has a field `dryRun` for no dry run', async () => {
    const headers = { 'x-request-id': 'stored-dry-run' };
    await service.database.db.createCollection('plans');
    const path = '/api/v1/database/collections/plans/documents';
    expect((await service.call('POST', path, { key, body: { dryRun: true }, headers })).status).toBe(201);
    const entry = await eventually('the entry of the insertion', async () =>
      (await get('')).find(({ correlationId }) => correlationId === 'stored-dry-run'),
    );
    expect(entry).toMatchObject({ outcome: 'succeeded', status: 201 });
  });
});

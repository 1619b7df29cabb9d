import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const PATH = '/api/v1/backups/schedules';

describe('/api/v1/backups/schedules', () => {
  let service: TestService;
  let key: string;
  let count = 0;

  beforeAll(async () => {
    service = await startTestService(storageApi, { BACKUP_TIMEZONE: 'Europe/Vienna' });
    key = await service.key('backup-admin');
  });
  afterAll(() => service.close());

  const bodyOf = (more: object = {}) => ({
    name: `nightly ${(count += 1)}`,
    cron: '30 2 * * *',
    backup: { database: 'lucid_blockchain', label: 'nightly' },
    ...more,
  });
  const create = (more: object = {}) => service.call('POST', PATH, { key, body: bodyOf(more) });

  it('POST makes a schedule, and says when it is due next', async () => {
    const retention = { days: 30, weekly: 8 };
    const made = await create({ retention });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      ...{
        id: expect.stringMatching(/^sch_/),
        cron: '30 2 * * *',
        timezone: 'Europe/Vienna',
        enabled: true,
        retention,
      },
      backup: { database: 'lucid_blockchain', label: 'nightly' },
      ...{ isConfigured: false, lastJobId: null, lastState: null, missedRuns: 0 },
    });
    expect(made.headers['location']).toBe(`${PATH}/${String(made.json?.['id'])}`);
    expect(made.headers['etag']).toBe('"1"');
    const runs = made.json?.['nextRuns'] as string[];
    expect(runs).toHaveLength(5);
    expect(runs[0]).toBe(made.json?.['nextDueAt']);
    for (const run of runs) expect(new Date(run).getUTCMinutes() % 30).toBe(0);
    const read = await service.call('GET', String(made.headers['location']), { key: await service.key('viewer') });
    expect(read.json).toEqual(made.json);
  });

  it('GET is the list, not a backup called schedules', async () => {
    await create();
    await create();
    const first = await service.call('GET', `${PATH}?limit=1`, { key });
    expect(first.status).toBe(200);
    const { items, page } = first.json as { items: { name: string }[]; page: { nextCursor: string } };
    expect(items).toHaveLength(1);
    const second = await service.call('GET', `${PATH}?cursor=${page.nextCursor}`, { key });
    const names = (second.json as { items: { name: string }[] }).items.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names).not.toContain(items[0]?.name);
    expect((await service.call('GET', `${PATH}?cursor=x`, { key })).json).toMatchObject({ code: 'BAD_CURSOR' });
  });

  const refused: [string, object, string][] = [
    ['a wrong cron expression', { cron: '61 * * * *' }, '/cron'],
    ['a day that never comes', { cron: '0 0 31 2 *' }, '/cron'],
    ['an unknown time zone', { timezone: 'Europe/Nowhere' }, '/timezone'],
    ['no backup', { backup: undefined }, '/backup'],
    ['no name', { name: undefined }, '/name'],
    ['a wrong database', { backup: { database: 'a b' } }, '/backup/database'],
    ['an unknown field of the backup', { backup: { path: '/etc' } }, '/backup/path'],
    ['a wrong rule', { retention: { days: -1 } }, '/retention/days'],
    ['an unknown rule', { retention: { secondly: 5 } }, '/retention/secondly'],
    ['an unknown field', { createdBy: 'me' }, '/createdBy'],
  ];
  it.each(refused)('POST refuses %s', async (_what, more, pointer) => {
    const answer = await create(more);
    expect(answer.json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect((answer.json?.['errors'] as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
  });

  it('POST refuses a name that is taken, and other roles', async () => {
    const { json } = await create();
    expect((await create({ name: json?.['name'] })).json).toMatchObject({
      ...{ status: 409, code: 'DUPLICATE_KEY', errors: [{ pointer: '/name' }] },
    });
    const answer = await service.call('POST', PATH, { key: await service.key('operator'), body: bodyOf() });
    expect(answer.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('PATCH changes what it names, unless somebody else did since', async () => {
    const made = await create({ retention: { days: 3 } });
    const path = `${PATH}/${String(made.json?.['id'])}`;
    const patch = (body: object, ifMatch?: string) =>
      service.call('PATCH', path, { key, body, ...(ifMatch && { headers: { 'if-match': ifMatch } }) });
    const changed = await patch({ cron: '@hourly', backup: { engines: ['redis'] } }, '"1"');
    expect(changed.json).toMatchObject({ cron: '@hourly', backup: { engines: ['redis'] }, retention: { days: 3 } });
    expect(changed.headers['etag']).toBe('"2"');
    expect((await patch({ cron: '@daily' }, '"1"')).json).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    expect((await patch({ cron: '@daily' }, 'W/"x"')).json).toMatchObject({ status: 412 });
    expect((await patch({ enabled: false, retention: null })).json).toMatchObject({
      ...{ enabled: false, nextDueAt: null, nextRuns: [], retention: null, cron: '@hourly' },
    });
    expect((await patch({ backup: { engines: ['oracle'] } })).json).toMatchObject({ status: 400 });
  });

  it('DELETE removes it', async () => {
    const made = await create();
    const path = `${PATH}/${String(made.json?.['id'])}`;
    const stale = await service.call('DELETE', path, { key, headers: { 'if-match': '"7"' } });
    expect(stale.json).toMatchObject({ status: 412 });
    expect((await service.call('DELETE', path, { key })).status).toBe(204);
    for (const method of ['GET', 'DELETE'] as const)
      expect((await service.call(method, path, { key })).json).toMatchObject({
        status: 404,
        code: 'SCHEDULE_NOT_FOUND',
      });
    const patched = await service.call('PATCH', path, { key, body: { enabled: true } });
    expect(patched.json).toMatchObject({ status: 404, code: 'SCHEDULE_NOT_FOUND' });
  });
});

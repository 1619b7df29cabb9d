import { TOKENS } from '@lucid/service-kit/tokens';
import type { Db } from 'mongodb';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const CREATE = '/api/v1/backups/create';
const SCHEDULES = '/api/v1/backups/schedules';

describe('POST /api/v1/backups/create and /schedules, what is refused before it becomes a job', () => {
  let service: TestService;
  let key: string;
  let control: Db;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    key = await service.key('admin');
    control = service.app.get<Db>(TOKENS.CONTROL_DATABASE);
    const records = control.collection<{ _id: string; origin: string }>('repositories');
    await records.insertMany([
      { _id: 'default', origin: 'settings' },
      { _id: 'archive', origin: 'added' },
    ]);
  });
  afterAll(() => service.close());

  const jobs = () => control.collection('jobs').countDocuments();

  it.each([
    ['collections without their database', { collections: ['users'] }, '/collections'],
    ['one repository and several', { repository: 'archive', repositories: ['default'] }, '/repository'],
    ['the control database', { database: 'control' }, '/database'],
    ['a database of the server', { database: 'admin' }, '/database'],
  ])('%s: 400 with the field', async (_what, wanted, pointer) => {
    const body = 'database' in wanted && wanted.database === 'control' ? { database: control.databaseName } : wanted;
    const refused = await service.call('POST', CREATE, { key, body });
    expect(refused.json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ pointer }] });
    const schedule = { name: 'nightly', cron: '@daily', backup: body };
    const later = await service.call('POST', SCHEDULES, { key, body: schedule });
    expect(later.json).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
      errors: [{ pointer: `/backup${pointer}` }],
    });
    expect(await jobs()).toBe(0);
  });

  it('an unknown repository: 404, also in a schedule and in a change of one', async () => {
    for (const body of [{ repository: 'none' }, { repositories: ['default', 'none'] }]) {
      const refused = await service.call('POST', CREATE, { key, body });
      expect(refused.json).toMatchObject({ status: 404, code: 'REPOSITORY_NOT_FOUND' });
      const schedule = { name: 'nightly', cron: '@daily', backup: body };
      const later = await service.call('POST', SCHEDULES, { key, body: schedule });
      expect(later.json).toMatchObject({ status: 404, code: 'REPOSITORY_NOT_FOUND' });
    }
    const body = { name: 'nightly', cron: '@daily', backup: { repository: 'archive' } };
    const made = await service.call('POST', SCHEDULES, { key, body });
    expect(made.status).toBe(201);
    const path = `${SCHEDULES}/${made.json?.['id']}`;
    const changed = await service.call('PATCH', path, { key, body: { backup: { repository: 'none' } } });
    expect(changed.json).toMatchObject({ status: 404, code: 'REPOSITORY_NOT_FOUND' });
    expect(await jobs()).toBe(0);
  });

  it('a restore to two points in time: 400', async () => {
    const backup = { _id: 'bkp_0123456789abcdef', created_at: new Date() };
    await service.database.db
      .collection<typeof backup>('backups')
      .insertOne(backup, { bypassDocumentValidation: true });
    const body = { pointInTime: '2026-01-09T14:03:10Z', before: { t: 1, i: 1 } };
    const refused = await service.call('POST', `/api/v1/backups/${backup._id}/restore`, { key, body });
    expect(refused.json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ pointer: '/before' }] });
    expect(await jobs()).toBe(0);
  });

  it('a backup of what is not there: 422 with what is, though a schedule may be for what comes', async () => {
    const { name: database } = service.database;
    await service.database.db.collection('there').insertOne({});
    const code = 'BACKUP_SCOPE_EMPTY';
    for (const [body, part] of [
      [{ database: `${database}x` }, `there is no database ${database}x`],
      [{ database, collections: ['there', 'tehre'] }, `there is no tehre in ${database}; there are`],
    ] as const) {
      const refused = await service.call('POST', CREATE, { key, body });
      expect(refused.json).toMatchObject({ status: 422, code, detail: expect.stringContaining(part) as unknown });
    }
    const engines = { database, engines: ['redis'] };
    const refused = await service.call('POST', CREATE, { key, body: engines });
    expect(refused.json).toMatchObject({ status: 422, code: 'BACKUP_ENGINE_UNSUPPORTED' });
    expect(await jobs()).toBe(0);
    const schedule = { name: 'later', cron: '@daily', backup: { database: `${database}x` } };
    expect((await service.call('POST', SCHEDULES, { key, body: schedule })).status).toBe(201);
  });

  it('a restore of names that the backup does not hold, or of two databases into one: 422 with what it holds', async () => {
    const _id = 'bkp_0123456789abcdeg';
    const backup = { _id, created_at: new Date(), engines: ['mongodb'], namespaces: ['shop.orders', 'notes.all'] };
    await service.database.db
      .collection<typeof backup>('backups')
      .insertOne(backup, { bypassDocumentValidation: true });
    for (const [body, code] of [
      [{ namespaces: ['shop.*', 'shpo.*'] }, 'BACKUP_SCOPE_EMPTY'],
      [{ targetDatabase: 'copy' }, 'RESTORE_REFUSED'],
      [{ renames: { 'shop.none': 'shop.some' } }, 'RESTORE_REFUSED'],
      [{ engines: ['redis'] }, 'BACKUP_ENGINE_UNSUPPORTED'],
    ] as const) {
      const refused = await service.call('POST', `/api/v1/backups/${_id}/restore`, { key, body });
      expect(refused.json).toMatchObject({ status: 422, code });
    }
    expect(await jobs()).toBe(0);
  });

  it('what could be made becomes a job', async () => {
    const accepted = await service.call('POST', CREATE, { key, body: { repositories: ['default', 'archive'] } });
    expect(accepted.status).toBe(202);
    expect(accepted.headers['location']).toBe(`/api/v1/jobs/${accepted.json?.['id']}`);
  });
});

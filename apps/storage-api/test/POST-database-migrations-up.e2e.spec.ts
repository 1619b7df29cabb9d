import { eventually } from '@lucid/testing/eventually';
import { TOKENS } from '@lucid/service-kit/tokens';
import type { LeaseStore } from '@lucid/core/lease';
import type { Db, Document } from 'mongodb';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const PATH = '/api/v1/database/migrations';

describe('/api/v1/database/migrations', () => {
  let service: TestService;
  let admin: string;
  let viewer: string;
  let records: () => ReturnType<Db['collection']>;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    admin = await service.key('admin');
    viewer = await service.key('viewer');
    records = () => service.app.get<Db>(TOKENS.CONTROL_DATABASE).collection('migrations');
  });
  afterAll(() => service.close());

  const status = async () =>
    (await service.call('GET', PATH, { key: viewer })).json as { items: Document[] } & Document;
  const post = (path: string, body: object = {}, key = admin) => service.call('POST', `${PATH}/${path}`, { key, body });
  const ended = (location: unknown) =>
    eventually('the end of the job', async () => {
      const { json } = await service.call('GET', String(location), { key: viewer });
      return ['succeeded', 'degraded', 'failed', 'cancelled'].includes(String(json?.['state'])) && json;
    });
  const put = (record: Document) => records().replaceOne({ _id: record['_id'] as never }, record, { upsert: true });
  const record = (name: string, more: Document = {}): Document => ({
    ...{
      _id: name,
      state: 'applied',
      checksum: 'f'.repeat(64),
      doneSteps: [],
      step: null,
      prepared: {},
      backupId: null,
    },
    ...{
      fencingToken: 1,
      runBy: 'test',
      startedAt: new Date(0),
      appliedAt: new Date(0),
      error: null,
      left: [],
      ...more,
    },
  });

  it('GET shows what is pending; POST up?dryRun=true what it would change, and changes nothing', async () => {
    expect(await status()).toMatchObject({
      ...{ pending: 1, problems: [], heldBy: null },
      items: [{ name: '0001-baseline', state: 'pending', isReversible: true, appliedAt: null }],
    });
    const plan = await post('up?dryRun=true');
    expect(plan.status).toBe(200);
    const [first] = (plan.json as { migrations: { name: string; changes: Document[] }[] }).migrations;
    expect(first?.name).toBe('0001-baseline');
    const wanted = { target: `${service.database.name}.sessions`, action: 'create collection' };
    expect(first?.changes).toContainEqual(expect.objectContaining(wanted));
    const names = (await service.database.db.listCollections().toArray()).map(({ name }) => name);
    expect(names).not.toContain('sessions');
    expect(await status()).toMatchObject({ pending: 1 });
  });

  it('POST up applies, and POST down undoes, both as jobs', async () => {
    const accepted = await post('up', { backup: false });
    expect(accepted.status).toBe(202);
    expect(accepted.json).toMatchObject({ name: 'migration.up', payload: { backup: false } });
    expect(await ended(accepted.headers['location'])).toMatchObject({
      ...{ state: 'succeeded', result: { applied: ['0001-baseline'], reverted: [], left: [], backupId: null } },
    });
    expect(await status()).toMatchObject({ pending: 0, items: [{ state: 'applied', runBy: accepted.json?.['id'] }] });
    const again = await post('up');
    expect(await ended(again.headers['location'])).toMatchObject({ state: 'succeeded', result: { applied: [] } });

    expect((await post('down?dryRun=true')).json).toMatchObject({
      migrations: [{ name: '0001-baseline', direction: 'down' }],
    });
    await service.database.db.collection('system_config').insertOne({ key: 'kept', value: 1 });
    const undone = await post('down', { backup: false });
    const job = await ended(undone.headers['location']);
    expect(job).toMatchObject({ state: 'degraded', result: { reverted: ['0001-baseline'] } });
    expect((job['result'] as { left: string[] }).left).toContainEqual(
      expect.stringContaining('system_config holds documents'),
    );
    const names = (await service.database.db.listCollections().toArray()).map(({ name }) => name);
    expect(names).not.toContain('sessions');
    expect(await status()).toMatchObject({ pending: 1, items: [{ state: 'reverted' }] });
  });

  it('POST up takes a backup before the first change, and changes nothing without it', async () => {
    await service.database.db.collection('users').insertOne({ name: 'before any validator' });
    await service.database.db.collection('users').deleteMany({});
    const accepted = await post('up');
    const backup = await eventually('the job of the backup', async () => {
      const { json } = await service.call('GET', '/api/v1/jobs?name=backup.create', { key: viewer });
      return (json as { items: Document[] }).items.find(({ state }) => state === 'queued');
    });
    expect(backup['payload']).toMatchObject({
      ...{ database: service.database.name, collections: expect.arrayContaining(['users', 'audit_logs']) },
    });
    expect((await service.call('DELETE', `/api/v1/jobs/${String(backup['id'])}`, { key: admin })).status).toBeLessThan(
      300,
    );
    expect(await ended(accepted.headers['location'])).toMatchObject({
      state: 'failed',
      error: { code: 'BACKUP_FIRST_FAILED' },
    });
    const names = (await service.database.db.listCollections().toArray()).map(({ name }) => name);
    expect(names).not.toContain('sessions');
  });

  it('POST up waits for whoever holds the lease', async () => {
    const lease = await service.app.get<LeaseStore>(TOKENS.LEASES).acquire('migrations', 'somebody');
    expect(await status()).toMatchObject({ heldBy: 'somebody' });
    const accepted = await post('up', { backup: false });
    await eventually('the wait for the lease', async () => {
      const { json } = await service.call('GET', String(accepted.headers['location']), { key: viewer });
      return json?.['state'] === 'queued' && (json['error'] as Document | null)?.['code'] === 'LEASE_HELD';
    });
    await lease.release();
    expect(await ended(accepted.headers['location'])).toMatchObject({ state: 'succeeded' });
  });

  it.each([
    ['MIGRATION_UNKNOWN', '9999-newer'],
    ['MIGRATION_CHANGED', '0001-baseline'],
  ])('POST up and down are refused with %s', async (code, name) => {
    const [before] = await records()
      .find({ _id: name as never })
      .toArray();
    await put(record(name));
    expect(await status()).toMatchObject({ problems: [expect.stringContaining(name)] });
    for (const path of ['up', 'up?dryRun=true', 'down', 'down?dryRun=true'])
      expect((await post(path)).json).toMatchObject({ status: 409, code });
    if (before) await put(before);
    else await records().deleteOne({ _id: name as never });
  });

  it.each(['up', 'down'])('POST %s is for an admin', async (path) => {
    const answer = await post(path, {}, await service.key('backup-admin'));
    expect(answer.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await service.call('POST', `${PATH}/${path}`, { body: {} })).status).toBe(401);
  });

  const refused: [string, object, number][] = [
    ['up', { to: 'latest' }, 400],
    ['up', { to: '0009' }, 404],
    ['up', { steps: 1 }, 400],
    ['up', { backup: 'no' }, 400],
    ['up?dryRun=perhaps', {}, 400],
    ['down', { to: '0001', steps: 1 }, 400],
    ['down', { steps: 0 }, 400],
    ['down', { to: '0009' }, 404],
  ];
  it.each(refused)('POST %s refuses %j', async (path, body, expected) => {
    expect((await post(path, body)).status).toBe(expected);
  });
});

import { ensureRoles } from '@lucid/clients/mongodb/initializer/roles';
import { type Document, MongoClient } from 'mongodb';
import { startSingleMemberSet, type SingleMemberSet } from '../setup/single-member-set.ts';
import { endOf, hashesOf, succeeded, type Job } from './backup-jobs.ts';
import { call } from './http-calls.ts';
import { startSuite, type Suite } from './suite.ts';

const NAMES = { application: 'lucid_app', service: 'lucid_backups', backup: 'lucid_reader', restore: 'lucid_restorer' };
const PASSWORD = 'f3b0c1d2-long-and-random';
const MAIN = 'least_main';
const CONTROL = 'least_control';

let set: SingleMemberSet;
let suite: Suite;

function uriOf(username: string): string {
  return set.uri.replace(/\/\/[^@]+@/, `//${username}:${PASSWORD}@`);
}

async function run(path: string, body: object): Promise<Job> {
  const { id } = await suite.api.post<Job>(path, body);
  return endOf(suite.api, id);
}

async function backup(body: object): Promise<string> {
  const job = succeeded(await run('/api/v1/backups/create', body));
  return String(job.result?.['backupId']);
}

async function accountsOf(collection: 'system.users' | 'system.roles'): Promise<Document[]> {
  return set.client
    .db('admin')
    .collection(collection)
    .find({}, { sort: { _id: 1 } })
    .toArray();
}

describe('users with no more than the roles of the set-up', () => {
  beforeAll(async () => {
    set = await startSingleMemberSet({ oplogMegabytes: 64 });
    const user = (username: string) => ({ username, password: PASSWORD });
    await ensureRoles(set.client, {
      ...{ database: MAIN, controlDatabase: CONTROL, application: user(NAMES.application) },
      ...{ backup: user(NAMES.backup), restore: user(NAMES.restore) },
    });
    const roles = ['lucidApplication', 'lucidBackup'];
    await set.client.db('admin').command({ createUser: NAMES.service, pwd: PASSWORD, roles });
    suite = await startSuite(['storage-api'], {
      MONGODB_URI: uriOf(NAMES.application),
      MONGODB_DATABASE: MAIN,
      CONTROL_DATABASE: CONTROL,
    });
    await suite.start('backup-service', {
      MONGODB_URI: uriOf(NAMES.service),
      BACKUP_CAPTURE_URI: uriOf(NAMES.backup),
      BACKUP_RESTORE_URI: uriOf(NAMES.restore),
    });
    const shop = set.client.db('shop');
    await shop.collection('orders').insertMany(Array.from({ length: 500 }, (_, n) => ({ n, pad: 'x'.repeat(200) })));
    await shop.createCollection('ticks', { timeseries: { timeField: 't' } });
    await shop.collection('ticks').insertMany([{ t: new Date(1.79e12), v: 1 }]);
    await shop.createCollection('large', { viewOn: 'orders', pipeline: [{ $match: { n: { $gt: 400 } } }] });
    const role = { createRole: 'clerk', privileges: [], roles: [{ role: 'read', db: 'shop' }] };
    await shop.command(role);
    const customData = new Map<string, unknown>([
      ['10', 1],
      ['9', { shelf: 1 }],
    ]);
    await shop.command({ createUser: 'anna', pwd: 'a long pass phrase', roles: ['clerk'], customData });
  });
  afterAll(async () => {
    await suite?.stop();
    await set?.stop();
  });

  it('back everything up and bring it back in place, users and roles included', async () => {
    const [users, roles] = [await accountsOf('system.users'), await accountsOf('system.roles')];
    const hashes = await hashesOf(set.client, 'shop');
    const id = await backup({ engines: ['mongodb'] });
    const shop = set.client.db('shop');
    await shop.command({ dropUser: 'anna' });
    await shop.command({ dropRole: 'clerk' });
    await shop.collection('orders').deleteMany({ n: { $lt: 300 } });
    await shop.collection('ticks').drop();
    const restored = succeeded(await run(`/api/v1/backups/${id}/restore`, { safetyBackup: true }));
    expect(String(restored.result?.['warnings'])).not.toContain('could only be counted');
    expect(await hashesOf(set.client, 'shop')).toEqual(hashes);
    expect(await shop.collection('large').countDocuments()).toBe(99);
    expect(await accountsOf('system.users')).toEqual(users);
    expect(await accountsOf('system.roles')).toEqual(roles);
    const anna = await MongoClient.connect(
      set.uri.replace(/\/\/[^@]+@/, '//anna:a%20long%20pass%20phrase@').replace('authSource=admin', 'authSource=shop'),
    );
    expect(await anna.db('shop').collection('orders').countDocuments()).toBe(500);
    await anna.close();
  });

  it('the safety backup holds what the restore replaced, and is what brings it back', async () => {
    const shop = set.client.db('shop');
    const id = await backup({ database: 'shop' });
    await shop.collection('ticks').insertMany([{ t: new Date(1.79e12 + 1_000), v: 2 }]);
    await shop.collection('orders').insertOne({ n: 'mine' });
    const late = await hashesOf(set.client, 'shop');
    const plan = succeeded(await run(`/api/v1/backups/${id}/restore`, { dryRun: true }));
    expect(String(plan.result?.['warnings'])).toContain('shop.ticks');
    const restored = succeeded(await run(`/api/v1/backups/${id}/restore`, { safetyBackup: true }));
    expect(await shop.collection('ticks').countDocuments()).toBe(1);
    const { items } = await suite.api.get<{ items: { id: string; label?: string }[] }>('/api/v1/backups');
    const safety = items.find(({ label }) => label === `before ${restored.id}`);
    succeeded(await run(`/api/v1/backups/${safety?.id}/restore`, { namespaces: ['shop.*'] }));
    expect(await shop.collection('ticks').countDocuments()).toBe(2);
    expect(await hashesOf(set.client, 'shop')).toEqual(late);
  });

  it('a plan names every conflict, the versions and the time; renames alone mean what they name', async () => {
    const id = await backup({ database: 'shop' });
    const taken = set.client.db('taken');
    await taken.collection('orders').insertOne({ mine: true });
    await taken.collection('large').insertOne({ mine: true });
    const before = await hashesOf(set.client, 'taken');
    const plan = succeeded(await run(`/api/v1/backups/${id}/restore`, { targetDatabase: 'taken', dryRun: true }));
    expect(plan.result).toMatchObject({
      conflicts: [{ namespace: 'taken.orders' }, { namespace: 'taken.large' }],
      versions: [{ engine: 'mongodb', compatible: true }],
      dryRun: true,
      phases: [],
    });
    expect(plan.result?.['estimatedSeconds']).toBeGreaterThan(0);
    const refused = await run(`/api/v1/backups/${id}/restore`, { targetDatabase: 'taken' });
    expect(refused.error?.code).toBe('RESTORE_CONFLICT');
    expect(await hashesOf(set.client, 'taken')).toEqual(before);
    const hashes = await hashesOf(set.client, 'shop');
    const renamed = succeeded(await run(`/api/v1/backups/${id}/restore`, { renames: { 'shop.orders': 'shop.old' } }));
    expect(renamed.result?.['namespaces']).toMatchObject([{ source: 'shop.orders', target: 'shop.old' }]);
    expect(await hashesOf(set.client, 'shop')).toEqual({ ...hashes, old: hashes['orders'] });
  });

  it.each([
    [{ targetDatabase: 'admin' }, '/targetDatabase'],
    [{ targetDatabase: CONTROL }, '/targetDatabase'],
    [{ namespaces: ['shop.orders', 'local.oplog.rs'] }, '/namespaces/1'],
    [{ renames: { 'shop.orders': 'config.orders' } }, '/renames/shop.orders'],
  ])('%j is refused before there is a job', async (body, pointer) => {
    const id = await backup({ database: 'shop' });
    const jobs = set.client.db(CONTROL).collection('jobs');
    const before: number = await jobs.countDocuments({ name: 'backup.restore' });
    const reply = await call(suite, 'POST', `/api/v1/backups/${id}/restore`, { body });
    expect([reply.status, reply.body['code']]).toEqual([422, 'RESTORE_REFUSED']);
    expect(reply.body['errors']).toMatchObject([{ pointer }]);
    expect(await jobs.countDocuments({ name: 'backup.restore' })).toBe(before);
  });
});

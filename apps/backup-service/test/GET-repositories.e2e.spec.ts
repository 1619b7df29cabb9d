import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '@lucid/core/clock';
import type { CommonConfig } from '@lucid/service-kit/settings';
import { TOKENS } from '@lucid/service-kit/tokens';
import { eventually } from '@lucid/testing/eventually';
import { FaultProxy } from '@lucid/testing/fault-proxy';
import { startS3Server, type S3Server } from '../../../scripts/engines/s3-server.ts';
import { REFRESH_MS } from '../src/repositories/repositories.service.ts';
import { startBackupService, type BackupTestService, type EndedJob } from './interchange-service.ts';

interface View {
  name: string;
  state: string;
  reason: { code: string; detail: string } | null;
  keys: { masterKeyId: string } | null;
}

let s3: S3Server;
let proxy: FaultProxy;
const running: BackupTestService[] = [];

beforeAll(async () => {
  s3 = await startS3Server();
  proxy = await FaultProxy.start(s3.port);
});
afterEach(async () => {
  await proxy.heal();
  for (const service of running.splice(0)) await service.close();
});
afterAll(async () => {
  await proxy?.close();
  await s3?.stop();
});

/** The service looks at its repositories every 15 s: here more often, so that nobody waits for it. */
const attentive: Clock = {
  ...systemClock,
  every: (ms, action) => systemClock.every(ms === REFRESH_MS ? 1_000 : ms, action),
};

/** A test machine may be busy. */
const PATIENT = { timeoutMs: 180_000 };

const masterKey = randomBytes(32).toString('base64');

/** The settings of a bucket that is reached through the proxy. */
function bucketSettings(bucket: string): Record<string, string> {
  return {
    BACKUP_S3_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
    BACKUP_S3_BUCKET: bucket,
    BACKUP_S3_REGION: s3.region,
    BACKUP_S3_ACCESS_KEY: s3.accessKey,
    BACKUP_S3_SECRET_KEY: s3.secretKey,
    BACKUP_MASTER_KEY: masterKey,
    BACKUP_PITR_ENABLED: 'false',
    BACKUP_SCHEDULE: 'off',
  };
}

async function start(environment: Record<string, string>, clock?: Clock): Promise<BackupTestService> {
  const service = await startBackupService(environment, clock);
  running.push(service);
  if (environment['BACKUP_S3_BUCKET'] !== undefined) await known(service, 's3');
  return service;
}

/** A start waits three seconds for repositories in buckets; those that a busy machine has not opened by then are known a little later. */
function known(service: BackupTestService, name: string): Promise<unknown> {
  return eventually(`an answer of ${name}`, async () => (await viewOf(service, name)).name === name, PATIENT);
}

async function newBucket(): Promise<string> {
  const name = `bucket-${randomBytes(4).toString('hex')}`;
  await s3.createBucket(name);
  return name;
}

async function viewOf(service: BackupTestService, name: string): Promise<View> {
  return (await service.call('GET', `/api/v1/repositories/${name}`, { key: service.admin })).json as unknown as View;
}

async function fill(service: BackupTestService, documents = 5_000): Promise<string> {
  const database = service.database.sibling('shop');
  const bytes = Array.from({ length: documents }, (_, n) => ({ n, pad: randomBytes(400) }));
  await service.database.client.db(database).collection('orders').insertMany(bytes);
  return database;
}

async function succeed(job: Promise<EndedJob>): Promise<Record<string, unknown>> {
  const ended = await job;
  expect(ended).toMatchObject({ state: 'succeeded', error: null });
  return ended.result ?? {};
}

describe('GET /api/v1/repositories of a service', () => {
  it('that starts while its bucket is out of reach: says so, and has it once it is back, with the backups in it', async () => {
    const settings = bucketSettings(await newBucket());
    const first = await start(settings);
    const taken = await succeed(first.run('/backup', { database: await fill(first), repository: 's3' }));
    // The control records of the first are gone; the bucket has another owner now.
    await proxy.cut();
    const second = await start(settings, attentive);
    expect(await viewOf(second, 's3')).toMatchObject({
      state: 'unreachable',
      reason: { code: 'OBJECT_STORE_UNAVAILABLE' },
    });
    expect(await viewOf(second, 'default')).toMatchObject({ state: 'ready' });
    const refused = await second.call('POST', '/api/v1/retention/expire', {
      key: second.admin,
      body: { repository: 's3' },
    });
    expect(refused).toMatchObject({ status: 503, json: { code: 'OBJECT_STORE_UNAVAILABLE', retryable: true } });
    await proxy.heal();
    await eventually('the repository', async () => (await viewOf(second, 's3')).state === 'owned-by-another', PATIENT);
    await eventually(
      'its backups',
      async () => {
        const { json } = await second.call('GET', '/backups', { key: second.admin });
        return (json as { items: { id: string; repository: string }[] }).items.some(
          ({ id, repository }) => id === taken['backupId'] && repository === 's3',
        );
      },
      PATIENT,
    );
  });

  it('whose bucket belongs to another cluster: restores from it, and writes only once it took it over', async () => {
    const settings = bucketSettings(await newBucket());
    const owner = await start(settings);
    const database = await fill(owner);
    const taken = await succeed(owner.run('/backup', { database, repository: 's3' }));
    const other = await start(settings);
    expect(await viewOf(other, 's3')).toMatchObject({ state: 'owned-by-another' });
    const target = other.database.sibling('copy');
    await succeed(other.restore(String(taken['backupId']), target));
    expect(await other.database.client.db(target).collection('orders').countDocuments()).toBe(5_000);
    const mine = await fill(other, 10);
    expect(await other.run('/backup', { database: mine, repository: 's3' })).toMatchObject({
      state: 'failed',
      error: { code: 'REPOSITORY_OWNED' },
    });
    const taker = await start({ ...settings, BACKUP_TAKE_OVER: 'true' });
    expect(await viewOf(taker, 's3')).toMatchObject({ state: 'ready', owner: { epoch: 2 } });
    await succeed(taker.run('/backup', { database: await fill(taker, 10), repository: 's3' }));
    expect(await owner.run('/backup', { database, repository: 's3' })).toMatchObject({
      state: 'failed',
      error: { code: 'REPOSITORY_OWNED' },
    });
  });

  it('whose data may not leave its region: reads what is elsewhere, and writes nothing there', async () => {
    const bucket = await newBucket();
    const before = await start(bucketSettings(bucket));
    const taken = await succeed(before.run('/backup', { database: await fill(before), repository: 's3' }));
    const strict = await start({ ...bucketSettings(bucket), DATA_REGION: 'moon-1' });
    expect(await viewOf(strict, 's3')).toMatchObject({ region: s3.region });
    const mine = await fill(strict, 10);
    expect((await strict.run('/backup', { database: mine, repository: 's3' })).state).toBe('failed');
    const local = await succeed(strict.run('/backup', { database: mine }));
    const copy = await strict.call('POST', `/api/v1/backups/${String(local['backupId'])}/copies`, {
      key: strict.admin,
      body: { repository: 's3' },
    });
    expect(copy).toMatchObject({ status: 422, json: { code: 'RESIDENCY_REFUSED' } });
    const target = strict.database.sibling('copy');
    await succeed(strict.restore(String(taken['backupId']), target));
    const settings = { ...bucketSettings(await newBucket()), DATA_REGION: 'moon-1' };
    const empty = await start(settings);
    expect(await viewOf(empty, 's3')).toMatchObject({ state: 'unreachable', reason: { code: 'RESIDENCY_REFUSED' } });
    const open = await start({ ...settings, DATA_RESIDENCY: 'open' });
    expect(await viewOf(open, 's3')).toMatchObject({ state: 'ready' });
  });

  it('that is a second process, with a new master key: knows what the first added, and opens it', async () => {
    const first = await start({ BACKUP_PITR_ENABLED: 'false', BACKUP_SCHEDULE: 'off', BACKUP_MASTER_KEY: masterKey });
    const { controlDatabase, mongodbDatabase } = first.app.get<CommonConfig>(TOKENS.COMMON_CONFIG);
    const { endpoint, region, accessKey, secretKey } = s3;
    const body = {
      name: 'added',
      kind: 's3',
      s3: { endpoint, region, accessKey, secretKey, bucket: await newBucket() },
    };
    const added = await first.call('POST', '/api/v1/repositories', { key: first.admin, body });
    expect(added.status).toBe(201);
    const next = randomBytes(32).toString('base64');
    const second = await start({
      ...{ BACKUP_PITR_ENABLED: 'false', BACKUP_SCHEDULE: 'off', BACKUP_STORAGE_PATH: `${first.folder}/repository` },
      ...{ MONGODB_DATABASE: mongodbDatabase, CONTROL_DATABASE: controlDatabase },
      ...{ BACKUP_MASTER_KEY: next, BACKUP_PREVIOUS_KEYS: masterKey },
    });
    await known(second, 'added');
    const before = await viewOf(second, 'added');
    expect(before).toMatchObject({ state: 'ready', owner: { epoch: 1 } });
    const records = first.database.client.db(controlDatabase).collection('repositories');
    const { credentials } = (await records.findOne({ name: { $exists: false }, kind: 's3' })) as unknown as {
      credentials: { keyId: string };
    };
    expect(credentials.keyId).not.toBe(before.keys?.masterKeyId); // sealed anew, while the repository is still wrapped by the old one
    await first.close();
    running.splice(running.indexOf(first), 1);
    const rewrapped = await succeed(second.run('/api/v1/repositories/added/keys/rewrap-master-key', {}));
    expect(rewrapped).toMatchObject({ isNew: true, masterKeyId: credentials.keyId });
    expect((await viewOf(second, 'added')).keys?.masterKeyId).toBe(credentials.keyId);
  });

  it('whose folder was lost, or not mounted, does not start on an empty one in its place', async () => {
    const first = await start({ BACKUP_PITR_ENABLED: 'false', BACKUP_SCHEDULE: 'off', BACKUP_MASTER_KEY: masterKey });
    const { controlDatabase, mongodbDatabase } = first.app.get<CommonConfig>(TOKENS.COMMON_CONFIG);
    const backupId = await first.backup(await fill(first, 10));
    const path = join(first.folder, 'repository');
    await rename(path, `${path}-away`);
    const again = {
      ...{ BACKUP_PITR_ENABLED: 'false', BACKUP_SCHEDULE: 'off', BACKUP_MASTER_KEY: masterKey },
      ...{ MONGODB_DATABASE: mongodbDatabase, CONTROL_DATABASE: controlDatabase, BACKUP_STORAGE_PATH: path },
    };
    await expect(start(again)).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
    expect(await first.database.db.collection('backups').countDocuments({ _id: backupId as never })).toBe(1);
    const elsewhere = await start({ ...again, BACKUP_STORAGE_PATH: `${path}-new` }); // a new place is a new beginning
    expect(await viewOf(elsewhere, 'default')).toMatchObject({ state: 'ready' });
    await rm(path, { recursive: true, force: true });
    await rename(`${path}-away`, path);
    const back = await start(again);
    expect(await viewOf(back, 'default')).toMatchObject({ state: 'ready' });
  });

  it('whose object store fails again and again: its backups succeed, and are whole', async () => {
    const service = await start(bucketSettings(await newBucket()));
    const database = await fill(service, 20_000);
    proxy.inject({ kind: 'status', status: 500 }, { times: 2, match: /^PUT \S*chunks/ });
    proxy.inject({ kind: 'lose-answer' }, { match: /^PUT \S*chunks/ });
    proxy.inject({ kind: 'cut-request', afterBytes: 20_000 }, { times: 2, match: /^PUT \S*chunks/ });
    proxy.inject({ kind: 'cut-answer', afterBytes: 100 }, { times: 2, match: /^GET / });
    proxy.inject({ kind: 'lose-answer' }, { match: /^PUT \S*COMMIT/ });
    const before = proxy.met;
    const backup = service.run('/backup', { database, repository: 's3' });
    await eventually('the faults', () => proxy.met >= before + 5, PATIENT);
    await proxy.cut();
    await new Promise((done) => setTimeout(done, 2_000));
    await proxy.heal();
    const { backupId } = await succeed(backup);
    proxy.inject({ kind: 'cut-answer', afterBytes: 5_000 }, { times: 4, match: /^GET .*chunks/ });
    expect(await succeed(service.run('/api/v1/repositories/s3/check', { level: 'plaintext' }))).toMatchObject({
      backups: 1,
      damagedBackups: 0,
    });
    const target = service.database.sibling('copy');
    await succeed(service.restore(String(backupId), target));
    expect(await service.database.client.db(target).collection('orders').countDocuments()).toBe(20_000);
  });

  it('whose bucket goes out of reach later: says so, and sees it come back', async () => {
    const service = await start(bucketSettings(await newBucket()), attentive);
    const stateOf = async (): Promise<string> => (await viewOf(service, 's3')).state;
    expect(await stateOf()).toBe('ready');
    proxy.hang();
    await eventually('that it is noticed', async () => (await stateOf()) === 'unreachable', PATIENT);
    expect((await viewOf(service, 's3')).reason).toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE' });
    await proxy.heal();
    await eventually('that it is back', async () => (await stateOf()) === 'ready', PATIENT);
  });

  it('whose object store is silent: a copy that is cancelled ends all the same', async () => {
    const service = await start({ ...bucketSettings(await newBucket()), BACKUP_S3_BANDWIDTH_LIMIT: '2MB' });
    const local = await succeed(service.run('/backup', { database: await fill(service, 20_000) }));
    const silent = proxy.hangAfter(1_000_000);
    const asked = await service.call('POST', `/api/v1/backups/${String(local['backupId'])}/copies`, {
      key: service.admin,
      body: { repository: 's3' },
    });
    const address = String(asked.headers['location']);
    await silent;
    await service.call('DELETE', address, { key: service.admin });
    await eventually(
      'the end',
      async () => {
        const { json } = await service.call('GET', address, { key: service.admin });
        return json?.['state'] === 'cancelled';
      },
      PATIENT,
    );
    await proxy.heal();
    expect(await service.run('/api/v1/repositories/s3/check', {})).toMatchObject({
      state: 'succeeded',
      result: { backups: 0 },
    });
  });
});

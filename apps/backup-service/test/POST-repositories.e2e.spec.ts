import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startS3Server, type S3Server } from '../../../scripts/engines/s3-server.ts';
import type { CommonConfig } from '@lucid/service-kit/settings';
import { TOKENS } from '@lucid/service-kit/tokens';
import { eventually } from '@lucid/testing/eventually';
import type { Role } from '@lucid/models/roles';
import type { Answer, Method } from '../../../tests/setup/test-service.ts';
import { RepositoriesService } from '../src/repositories/repositories.service.ts';
import { startBackupService, type BackupTestService } from './interchange-service.ts';

interface View {
  name: string;
  state: string;
  [field: string]: unknown;
}

let s3: S3Server;
let suite: BackupTestService;
let database: string;
let control: string;

beforeAll(async () => {
  s3 = await startS3Server();
  for (const bucket of ['configured', 'added', 'replica', 'far']) await s3.createBucket(bucket);
  suite = await startBackupService({
    BACKUP_PITR_ENABLED: 'false',
    BACKUP_SCHEDULE: 'off',
    DATA_REGION: s3.region,
    BACKUP_S3_ENDPOINT: s3.endpoint,
    BACKUP_S3_BUCKET: 'configured',
    BACKUP_S3_REGION: s3.region,
    BACKUP_S3_ACCESS_KEY: s3.accessKey,
    BACKUP_S3_SECRET_KEY: s3.secretKey,
    BACKUP_S3_PREFIX: 'lucid/test',
  });
  // A start waits three seconds for a bucket; on a busy machine it is known a little later.
  await eventually('the bucket', async () => (await list()).length === 2);
  database = suite.database.sibling('shop');
  control = suite.app.get<CommonConfig>(TOKENS.COMMON_CONFIG).controlDatabase;
  const orders = Array.from({ length: 20_000 }, (_, n) => ({ n, text: `order ${n} ${'x'.repeat(n % 300)}` }));
  await suite.database.client.db(database).collection('orders').insertMany(orders);
});
afterAll(async () => {
  await suite?.close();
  await s3?.stop();
});

function bucket(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const { endpoint, region, accessKey, secretKey } = s3;
  return { endpoint, bucket: name, region, accessKey, secretKey, ...more };
}

async function call(method: Method, path: string, body?: unknown, role?: Role): Promise<Answer> {
  const key = role ? await suite.key(role) : suite.admin;
  return suite.call(method, path, { key, ...(body !== undefined && { body }) });
}

/** @returns the result of the job, which must succeed */
async function succeed(path: string, body: object = {}): Promise<Record<string, unknown>> {
  const job = await suite.run(path, body);
  expect(job).toMatchObject({ state: 'succeeded', error: null });
  return job.result ?? {};
}

async function list(): Promise<View[]> {
  return ((await call('GET', '/api/v1/repositories')).json as unknown as { items: View[] }).items;
}

describe('GET /api/v1/repositories', () => {
  it('has those of the settings, with owner, forms and keys', async () => {
    const found = await list();
    expect(found.map(({ name, kind, state }) => [name, kind, state])).toEqual([
      ['default', 'file', 'ready'],
      ['s3', 's3', 'ready'],
    ]);
    expect(found[1]).toMatchObject({
      origin: 'settings',
      location: `${s3.endpoint}/configured/lucid/test`,
      region: s3.region,
      encryption: 'aes-256-gcm',
      compression: 'zstd',
      owner: { clusterId: expect.stringMatching(/^[0-9a-f-]{36}$/), epoch: 1 },
      keys: { masterKeyId: expect.stringMatching(/^[0-9a-f]{16}$/), dataKeys: 1, keySetVersion: 1 },
      lastCheck: null,
    });
    expect((await call('GET', '/api/v1/repositories/s3', undefined, 'viewer')).json).toEqual(found[1]);
  });

  it('pages, and wants a key', async () => {
    const first = (await call('GET', '/api/v1/repositories?limit=1')).json as { page: { nextCursor: string } };
    const { json } = await call('GET', `/api/v1/repositories?limit=1&cursor=${first.page.nextCursor}`);
    expect(json).toMatchObject({ items: [{ name: 's3' }], page: { nextCursor: null } });
    expect((await suite.call('GET', '/api/v1/repositories')).status).toBe(401);
  });

  it('knows no other', async () => {
    for (const name of ['none', '..%2F..', '%00', 'x'.repeat(90)]) {
      expect(await call('GET', `/api/v1/repositories/${name}`)).toMatchObject({
        status: 404,
        json: { code: 'REPOSITORY_NOT_FOUND' },
      });
    }
    for (const action of [
      'check',
      'repair',
      'garbage-collection',
      'keys/rotate-data-key',
      'keys/rewrap-master-key',
      'scan',
    ]) {
      expect(await call('POST', `/api/v1/repositories/none/${action}`, {})).toMatchObject({ status: 404 });
    }
  });
});

describe('a backup in a bucket', () => {
  it('is taken, verified and restored; nothing of it is readable there', async () => {
    const taken = await succeed('/backup', { database, repository: 's3' });
    const id = String(taken['backupId']);
    expect(taken['newChunks']).toBeGreaterThan(0);
    const stored = join(s3.folder, 'configured/lucid/test');
    expect(await readdir(join(stored, 'snapshots'))).toContain(id);
    const check = await succeed('/api/v1/repositories/s3/check', { level: 'plaintext' });
    expect(check).toMatchObject({ backups: 1, damagedBackups: 0, missingChunks: 0 });
    const target = suite.database.sibling('copy');
    expect(await suite.restore(id, target)).toMatchObject({ state: 'succeeded' });
    const { client } = suite.database;
    expect(await client.db(target).collection('orders').countDocuments()).toBe(20_000);
    expect((await list()).find(({ name }) => name === 's3')).toMatchObject({
      lastCheck: { level: 'plaintext', damagedBackups: 0 },
    });
  });
});

describe('POST /api/v1/repositories', () => {
  it('makes one in a bucket, which works, and is known to another process; its access keys are kept sealed', async () => {
    const body = { name: 'added', kind: 's3', s3: bucket('added'), bandwidthLimit: '200MB', retention: { days: 7 } };
    expect(await call('POST', '/api/v1/repositories', body, 'operator')).toMatchObject({ status: 403 });
    const answer = await call('POST', '/api/v1/repositories', body, 'backup-admin');
    expect(answer).toMatchObject({
      status: 201,
      json: { name: 'added', origin: 'added', state: 'ready', bandwidthLimit: 200_000_000, retention: { days: 7 } },
    });
    for (const secret of [s3.secretKey, s3.accessKey]) {
      expect(answer.text).not.toContain(secret);
      const records = await suite.database.client.db(control).collection('repositories').find().toArray();
      expect(JSON.stringify(records)).not.toContain(secret);
    }
    await succeed('/backup', { database, repository: 'added' });
    expect(await call('POST', '/api/v1/repositories', body)).toMatchObject({
      status: 409,
      json: { code: 'CONFLICT' },
    });
  });

  it('makes one in a folder, and forgets it without touching it', async () => {
    const path = join(suite.folder, 'other');
    const made = await call('POST', '/api/v1/repositories', { name: 'other', kind: 'file', path });
    expect(made).toMatchObject({ status: 201, json: { kind: 'file', location: path, state: 'ready' } });
    const taken = await succeed('/backup', { database, repository: 'other' });
    const before = await readdir(path, { recursive: true });
    expect(await call('DELETE', '/api/v1/repositories/other')).toMatchObject({ status: 204 });
    expect(await readdir(path, { recursive: true })).toEqual(before);
    expect((await list()).map(({ name }) => name)).not.toContain('other');
    const again = await call('POST', '/api/v1/repositories', { name: 'again', kind: 'file', path });
    expect(again).toMatchObject({ status: 201, json: { repositoryId: made.json?.['repositoryId'] } });
    expect(await succeed('/api/v1/repositories/again/scan')).toMatchObject({
      backups: 1,
      unreadable: [],
    });
    const { json } = await call('GET', '/backups');
    expect((json as { items: View[] }).items.find(({ id }) => id === taken['backupId'])).toMatchObject({
      repository: 'again',
    });
  });

  it.each(['default', 's3'])('does not forget %s, which the settings name', async (name) => {
    expect(await call('DELETE', `/api/v1/repositories/${name}`)).toMatchObject({
      status: 409,
      json: { code: 'REPOSITORY_IN_USE' },
    });
  });

  const wrong: [string, () => Record<string, unknown>, string][] = [
    ['a bucket that is not there', () => ({ kind: 's3', s3: bucket('not-there') }), 'REPOSITORY_UNUSABLE'],
    ['a wrong secret', () => ({ kind: 's3', s3: bucket('far', { secretKey: 'wrong-secret' }) }), 'REPOSITORY_UNUSABLE'],
    ['no server', () => ({ kind: 's3', s3: bucket('far', { endpoint: 'http://127.0.0.1:9' }) }), 'REPOSITORY_UNUSABLE'],
    ['the bucket of another', () => ({ kind: 's3', s3: bucket('configured') }), 'REPOSITORY_UNUSABLE'],
    ['the folder of another', () => ({ kind: 'file', path: join(suite.folder, 'repository') }), 'REPOSITORY_UNUSABLE'],
    [
      'a folder in that of another',
      () => ({ kind: 'file', path: join(suite.folder, 'repository/in') }),
      'REPOSITORY_UNUSABLE',
    ],
    ['a folder of other things', () => ({ kind: 'file', path: join(suite.folder, 'used') }), 'REPOSITORY_UNUSABLE'],
    ['a relative path', () => ({ kind: 'file', path: 'backups' }), 'VALIDATION_FAILED'],
    ['a way up', () => ({ kind: 'file', path: '/tmp/../etc' }), 'VALIDATION_FAILED'],
    ['a path and a bucket', () => ({ kind: 'file', path: '/x', s3: bucket('far') }), 'VALIDATION_FAILED'],
    ['no place', () => ({ kind: 's3' }), 'VALIDATION_FAILED'],
    ['a limit that is none', () => ({ kind: 's3', s3: bucket('far'), bandwidthLimit: '10B' }), 'VALIDATION_FAILED'],
    ['an unknown field', () => ({ kind: 's3', s3: bucket('far'), secret: 'x' }), 'VALIDATION_FAILED'],
    ['another region', () => ({ kind: 's3', s3: bucket('far'), region: 'mars-1' }), 'RESIDENCY_REFUSED'],
  ];
  it.each(wrong)('refuses %s, and keeps nothing', async (_, body, code) => {
    await mkdir(join(suite.folder, 'used'), { recursive: true });
    await writeFile(join(suite.folder, 'used/letter.txt'), 'not a repository');
    const answer = await call('POST', '/api/v1/repositories', { name: 'wrong', ...body() });
    expect(answer.json).toMatchObject({ code });
    expect(answer.text).not.toContain(s3.accessKey);
    expect((await list()).map(({ name }) => name)).not.toContain('wrong');
    expect(await readdir(join(s3.folder, 'far'))).toEqual([]);
  });

  it('lets data leave the region where that was said', async () => {
    const body = { name: 'far', kind: 's3', s3: bucket('far'), region: 'mars-1', leavesRegion: true };
    expect(await call('POST', '/api/v1/repositories', body)).toMatchObject({
      status: 201,
      json: { state: 'ready' },
    });
  });
});

describe('a folder whose volume is not mounted', () => {
  it('is neither sound nor without backups', async () => {
    const path = join(suite.folder, 'volume');
    await call('POST', '/api/v1/repositories', { name: 'volume', kind: 'file', path });
    const { backupId } = await succeed('/backup', { database, repository: 'volume' });
    await rename(path, `${path}-away`);
    await mkdir(path);
    for (const route of ['/api/v1/repositories/volume/check', '/api/v1/repositories/volume/scan'])
      expect(await suite.run(route, {})).toMatchObject({ state: 'failed', error: { code: 'REPOSITORY_CORRUPT' } });
    const sample = await suite.run('/api/v1/verifications', { repository: 'volume' });
    expect(sample).toMatchObject({ state: 'failed', error: { code: 'REPOSITORY_CORRUPT' } });
    const { json } = await call('GET', '/backups');
    expect((json as { items: View[] }).items.map(({ id }) => id)).toContain(backupId);
    await rm(path, { recursive: true });
    await rename(`${path}-away`, path);
    expect(await succeed('/api/v1/repositories/volume/check')).toMatchObject({ backups: 1, damagedBackups: 0 });
  });
});

describe('copies, keys and repair', () => {
  it('copies a backup into a replica, which mends the original', async () => {
    const body = { name: 'replica', kind: 's3', s3: bucket('replica'), isReplica: true };
    const added = await call('POST', '/api/v1/repositories', body);
    const original = (await list())[0];
    expect(added).toMatchObject({ status: 201, json: { isReplica: true, repositoryId: original?.['repositoryId'] } });
    const taken = await succeed('/backup', { database });
    const id = String(taken['backupId']);
    const copied = await succeed(`/api/v1/backups/${id}/copies`, { repository: 'replica' });
    expect(copied).toMatchObject({ from: 'default', repository: 'replica' });
    expect(copied['copiedChunks']).toBeGreaterThan(0);
    const again = await succeed(`/api/v1/backups/${id}/copies`, { repository: 'replica' });
    expect(again).toMatchObject({ copiedChunks: 0, copiedBytes: 0 });

    const chunks = join(suite.folder, 'repository/chunks');
    const files = (await readdir(chunks, { recursive: true })).filter((name) => /[0-9a-f]{64}/.test(name));
    const victim = join(chunks, files[0] ?? '');
    const bytes = await readFile(victim);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(victim, bytes);
    const check = await suite.run('/api/v1/repositories/default/check', { level: 'ciphertext' });
    expect(check).toMatchObject({
      state: 'degraded',
      result: { damagedBackups: 1, damaged: [{ backupId: id, code: 'CHUNK_CORRUPT' }] },
    });
    expect((await list())[0]).toMatchObject({ lastCheck: { damagedBackups: 1 } });
    const verify = (repository: string) => suite.run(`/api/v1/backups/${id}/verify`, { repository });
    expect(await verify('default')).toMatchObject({ state: 'failed', error: { code: 'CHUNK_CORRUPT' } });
    expect(await verify('replica')).toMatchObject({ state: 'succeeded' });
    const restore = { backupId: id, targetDatabase: suite.database.sibling('copy'), repository: 'replica' };
    expect(await succeed('/api/v1/restores', restore)).toMatchObject({ documents: 20_000 });
    const repaired = await succeed('/api/v1/repositories/default/repair', { from: 'replica' });
    expect(repaired).toMatchObject({ repairedChunks: 1, quarantinedChunks: 1, whole: [id], lost: [] });
    expect(await succeed('/api/v1/repositories/default/check')).toMatchObject({ damagedBackups: 0 });
  });

  it('reads the copy where the manifest of the original is damaged', async () => {
    const id = String((await succeed('/backup', { database }))['backupId']);
    await succeed(`/api/v1/backups/${id}/copies`, { repository: 'replica' });
    const manifests = join(suite.folder, 'repository/snapshots', id);
    const manifest = (await readdir(manifests)).find((name) => name.startsWith('manifest-')) ?? '';
    await writeFile(join(manifests, manifest), 'no manifest');
    const targetDatabase = suite.database.sibling('whole');
    expect(await succeed('/api/v1/restores', { backupId: id, targetDatabase })).toMatchObject({ documents: 20_000 });
    await succeed('/api/v1/repositories/default/repair', { from: 'replica' });
  });

  it('rotates data keys and wraps by the master key', async () => {
    const { keys } = (await call('GET', '/api/v1/repositories/added')).json as unknown as {
      keys: { keySetVersion: number };
    };
    const rotated = await succeed('/api/v1/repositories/added/keys/rotate-data-key');
    expect(rotated).toMatchObject({ keySetVersion: keys.keySetVersion + 1 });
    expect((await call('GET', '/api/v1/repositories/added')).json).toMatchObject({ keys: { dataKeys: 2 } });
    expect(await succeed('/api/v1/repositories/added/keys/rewrap-master-key')).toMatchObject({ isNew: false });
    await succeed('/backup', { database, repository: 'added' });
  });

  it('collects garbage in steps, and only says so when asked', async () => {
    const path = '/api/v1/repositories/added/garbage-collection';
    expect(await succeed(path)).toMatchObject({ phase: 'clean' });
    const extra = suite.database.sibling('extra');
    const documents = Array.from({ length: 3_000 }, (_, n) => ({ n, pad: randomBytes(300) }));
    await suite.database.client.db(extra).collection('pads').insertMany(documents);
    const { backupId } = await succeed('/backup', { database: extra, repository: 'added' });
    await suite.app.get(RepositoriesService).get('added').removeSnapshot(String(backupId));
    expect(await succeed(path, { dryRun: true })).toMatchObject({ dryRun: true, phase: 'condemned', deletedChunks: 0 });
    const condemned = await succeed(path);
    expect(condemned).toMatchObject({ dryRun: false, phase: 'condemned', deletedChunks: 0, waitingFor: [] });
    expect(condemned['condemnedChunks']).toBeGreaterThan(0);
    expect(await succeed(path)).toMatchObject({ phase: 'deleted', deletedChunks: condemned['condemnedChunks'] });
    expect(await succeed('/api/v1/repositories/added/check', { level: 'plaintext', sample: 1 })).toMatchObject({
      damagedBackups: 0,
      orphans: 0,
    });
    expect(await succeed('/api/v1/repositories/added/scan')).toMatchObject({ removed: 1 });
  });
});

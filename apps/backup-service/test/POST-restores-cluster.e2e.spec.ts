import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackupRestoreResult } from '@lucid/jobs/contracts/backup-restore';
import type { JobRecord } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { eventually } from '@lucid/testing/eventually';
import { type Document, MongoClient } from 'mongodb';
import { startShardedCluster, type ShardedCluster } from '../../../tests/setup/sharded-cluster.ts';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { backupService } from '../src/backup-service.ts';

const DOCUMENTS = 500;
const JOB_MS = 180_000;
let cluster: ShardedCluster;
let router: MongoClient;
let folder: string;
let service: TestService;
let key: string;
let backupId: string;

beforeAll(async () => {
  cluster = await startShardedCluster();
  router = await MongoClient.connect(cluster.uri);
  await router.db('admin').command({ shardCollection: 'shop.orders', key: { _id: 'hashed' } });
  const orders = Array.from({ length: DOCUMENTS }, (_, n): Document => ({ _id: n, total: n }));
  await router.db('shop').collection<Document>('orders').insertMany(orders);
  folder = await mkdtemp(join(tmpdir(), 'lucid-cluster-'));
  service = await startTestService(backupService, {
    BACKUP_CAPTURE_URI: cluster.uri,
    BACKUP_RESTORE_URI: cluster.uri,
    BACKUP_STORAGE_PATH: folder,
    BACKUP_MASTER_KEY: randomBytes(32).toString('base64'),
    BACKUP_SCHEDULE: '',
  });
  key = await service.key('backup-admin');
  const { state, error, result } = await ended('/backup', { engines: ['mongodb'], database: 'shop' });
  expect({ state, error }).toEqual({ state: 'succeeded', error: null });
  backupId = (result as { backupId: string }).backupId;
});
afterAll(async () => {
  await service?.close();
  await router?.close();
  await cluster?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function ended(path: string, body: object): Promise<JobRecord> {
  const { json, text } = await service.call('POST', path, { key, body });
  const id = String(json?.['id'] ?? json?.['job_id'] ?? text);
  const jobs = service.app.get(JobService);
  const isOver = (record: JobRecord): boolean => record.finishedAt !== null;
  return eventually(`the end of ${id}`, async () => [await jobs.get(id)].find(isOver), { timeoutMs: JOB_MS });
}

describe('POST /api/v1/restores of a sharded cluster', () => {
  it('brings it back through the router, sharded', async () => {
    const { state, error, result } = await ended('/api/v1/restores', { backupId, targetDatabase: 'copy' });
    expect({ state, error }).toEqual({ state: 'succeeded', error: null });
    const { namespaces, warnings } = result as BackupRestoreResult;
    expect(namespaces).toMatchObject([{ source: 'shop.orders', target: 'copy.orders', documents: DOCUMENTS }]);
    expect(warnings).toEqual([expect.stringMatching(/Users and roles/)]);
    const restored = await router.db('copy').collection('orders').find().toArray();
    expect(restored.reduce((sum, { total }) => sum + Number(total), 0)).toBe((DOCUMENTS * (DOCUMENTS - 1)) / 2);
    for (const member of cluster.members)
      expect(await member.db('copy').collection('orders').countDocuments()).toBeGreaterThan(DOCUMENTS / 4);
  });

  it('replaces nothing: the job says which name is taken, and a dry run names all', async () => {
    const { state, error } = await ended('/api/v1/restores', { backupId });
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'RESTORE_CONFLICT' });
    const { result } = await ended('/api/v1/restores', { backupId, dryRun: true });
    expect((result as BackupRestoreResult).conflicts).toMatchObject([{ namespace: 'shop.orders' }]);
  });

  it.each([
    [{ pointInTime: '2026-01-09T14:03:10Z' }, '/pointInTime'],
    [{ before: { t: 1_767_967_390, i: 1 } }, '/before'],
  ])('refuses %j before it becomes a job', async (time, pointer) => {
    const { status, json } = await service.call('POST', '/api/v1/restores', { key, body: { backupId, ...time } });
    expect(status).toBe(422);
    expect(json).toMatchObject({ code: 'RESTORE_REFUSED', errors: [{ pointer }] });
    expect(json?.['detail']).toMatch(/sharded cluster/);
  });
});

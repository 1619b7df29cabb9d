import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { backupRestore, type BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import type { JobRecord } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { eventually } from '@lucid/testing/eventually';
import type { Db, Document } from 'mongodb';
import { startSingleMemberSet, type SingleMemberSet } from '../../../tests/setup/single-member-set.ts';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { backupService } from '../src/backup-service.ts';
import type {
  OperationsView,
  OperationView,
  RecoveryWindowsView,
} from '../src/recovery-windows/recovery-windows.dto.ts';

const JOB_MS = 180_000;
let set: SingleMemberSet;
let folder: string;
let environment: Record<string, string>;
let service: TestService;
let key: string;
let db: Db;

async function start(): Promise<void> {
  service = await startTestService(backupService, environment);
  key = await service.key('admin');
}

beforeAll(async () => {
  set = await startSingleMemberSet();
  folder = await mkdtemp(join(tmpdir(), 'lucid-recovery-'));
  environment = {
    MONGODB_URI: set.uri,
    MONGODB_DATABASE: 'lucid_main',
    CONTROL_DATABASE: 'lucid_control',
    BACKUP_STORAGE_PATH: folder,
    BACKUP_MASTER_KEY: randomBytes(32).toString('base64'),
    BACKUP_SCHEDULE: '',
    BACKUP_PITR_ENABLED: 'true',
    BACKUP_PITR_SLICE_SECONDS: '1',
  };
  db = set.client.db('shop');
  await start();
});
afterAll(async () => {
  await service.close();
  await set.stop();
  for (const path of [folder, `${folder}-mirror`]) await rm(path, { recursive: true, force: true });
});

async function get<T>(path: string): Promise<T> {
  const { status, json, text } = await service.call('GET', path, { key });
  if (status !== 200) throw new Error(`${path}: ${text}`);
  return json as T;
}

const windows = (): Promise<RecoveryWindowsView> => get('/api/v1/recovery-windows');

async function ended(id: string): Promise<JobRecord> {
  const jobs = service.app.get(JobService);
  const isOver = (record: JobRecord): boolean => record.finishedAt !== null;
  return eventually(`the end of ${id}`, async () => [await jobs.get(id)].find(isOver), { timeoutMs: JOB_MS });
}

async function backup(): Promise<string> {
  const { json, text } = await service.call('POST', '/backup', { key, body: { engines: ['mongodb'] } });
  const { state, result, error } = await ended(String(json?.['job_id'] ?? text));
  expect({ state, error }).toEqual({ state: 'succeeded', error: null });
  return (result as { backupId: string }).backupId;
}

async function restore(payload: BackupRestorePayload): Promise<JobRecord> {
  const options = { actor: { id: 'test', role: 'admin' }, correlationId: 'test' };
  return ended((await service.app.get(JobService).request(backupRestore, payload, options)).id);
}

/** Waits until the newest window reaches beyond everything written so far. */
async function reach(): Promise<RecoveryWindowsView> {
  const { lastWrite } = await set.client.db('admin').command({ hello: 1 });
  const { t } = lastWrite.opTime.ts as { t: number };
  await set.client.db('tick').collection('tick').insertOne({});
  return eventually('the window', async () => {
    const view = await windows();
    return [view].find(({ items }) => (items.at(-1)?.end.clusterTime.t ?? 0) > t);
  });
}

async function find(query: string): Promise<OperationView[]> {
  return (await get<OperationsView>(`/api/v1/recovery-windows/operations?${query}`)).items;
}

async function documents(database: string, collection: string): Promise<unknown[]> {
  const found = await set.client.db(database).collection(collection).find().sort({ _id: 1 }).toArray();
  return found.map(({ _id }) => _id as unknown);
}

describe('recovery windows', () => {
  let backupId: string;

  it('begin with a full backup and reach on with the oplog', async () => {
    expect((await windows()).items).toEqual([]);
    await eventually('the capture', async () => (await windows()).capture.lastSliceAt);
    await db.collection<Document>('orders').insertMany([1, 2, 3].map((n) => ({ _id: n as never, secret: 'pin' })));
    await set.client.db('admin').command({ createUser: 'early', pwd: 'early', roles: [] });
    backupId = await backup();
    const { items, gaps, capture } = await reach();
    expect(items).toHaveLength(1);
    expect(items[0]?.backups.map(({ id }) => id)).toEqual([backupId]);
    expect(items[0]?.start).toEqual(items[0]?.backups[0]?.consistentAt);
    expect(gaps).toEqual([]);
    expect(capture).toMatchObject({ isEnabled: true, isActive: true });
    const metrics = (await service.call('GET', '/metrics')).text;
    const start = items[0]?.start.clusterTime.t;
    expect(metrics).toMatch(new RegExp(`window_start_timestamp_seconds{[^}]*} (0|${start})\n`));
    expect(metrics).toContain('lucid_backup_oplog_capture_active{');
  });

  it('find the drop, and bring back what was there before it', async () => {
    await db.collection<Document>('orders').insertOne({ _id: 4 as never, secret: 'pin' });
    await db.collection('orders').createIndex({ secret: 1 });
    await set.client.db('admin').command({ createUser: 'late', pwd: 'late', roles: [] });
    await db.collection('orders').drop();
    await db.collection<Document>('orders').insertOne({ _id: 9 as never });
    await reach();
    const drops = await find('namespace=shop.*&kind=drop');
    expect(drops).toEqual([
      expect.objectContaining({ kind: 'drop', namespace: 'shop.orders', isInTransaction: false }),
    ]);
    const [drop] = drops as [OperationView];
    const job = await restore({ backupId, before: drop.before, targetDatabase: 'copy', namespaces: ['shop.*'] });
    expect(job.error).toBeNull();
    expect(await documents('copy', 'orders')).toEqual([1, 2, 3, 4]);
    expect(await set.client.db('copy').collection('orders').indexExists('secret_1')).toBe(true);
    const inserts = await find('namespace=shop.orders&kind=insert&limit=2');
    expect(inserts.map(({ id }) => id)).toEqual([{ $numberInt: '1' }, { $numberInt: '2' }]);
    expect(JSON.stringify(inserts)).not.toContain('pin');
  });

  it('page through the operations, and know whose cursor it is', async () => {
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const path = `/api/v1/recovery-windows/operations?namespace=shop.orders&kind=insert&limit=1${cursor}`;
      const { items, page } = await get<OperationsView>(path);
      seen.push(...items.map(({ id }) => id));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(['1', '2', '3', '4', '9'].map((text) => ({ $numberInt: text })));
    const { page } = await get<OperationsView>('/api/v1/recovery-windows/operations?limit=1&kind=drop');
    const other = await service.call('GET', `/api/v1/recovery-windows/operations?limit=1&cursor=${page.nextCursor}`, {
      key,
    });
    expect(other.json?.['code']).toBe('BAD_CURSOR');
  });

  it('bring everything back in place with its users, which ends the window and asks for a backup', async () => {
    const [late] = await find('namespace=admin.*&kind=insert&limit=1000').then((all) =>
      all.filter(({ id }) => id === 'admin.late'),
    );
    const before = (await windows()).items.length;
    await set.client.db('admin').command({ dropUser: 'early' });
    await set.client.db('admin').command({ dropUser: 'late' });
    await reach();
    const job = await restore({ backupId, before: late?.before as { t: number; i: number } });
    expect(job.error).toBeNull();
    const users = (await set.client.db('admin').command({ usersInfo: 1 })) as unknown as { users: { user: string }[] };
    expect(users.users.map(({ user }) => user)).toEqual(['early', 'lucid_root']);
    expect(await documents('shop', 'orders')).toEqual([1, 2, 3, 4]);
    expect(await set.client.db('shop').collection('orders').indexExists('secret_1')).toBe(true);
    const view = await eventually(
      'a window of the backup that was asked for',
      async () => [await windows()].find(({ items }) => items.length > before),
      { timeoutMs: JOB_MS },
    );
    expect(view.gaps.map(({ id }) => id)).toEqual([`restored-${job.id}-begins`, `restored-${job.id}-ended`]);
    expect(view.items.at(-1)?.backups.map(({ id }) => id)).not.toContain(backupId);
    const since = await reach();
    const refused = await restore({
      backupId,
      before: since.items.at(-1)?.end.clusterTime as { t: number; i: number },
    });
    expect(refused.error).toMatchObject({ code: 'RECOVERY_TIME_UNAVAILABLE' });
  });

  it('have a gap where the oplog rolled over while the service was away, an alert, and a backup after it', async () => {
    const before = await reach();
    await service.app.close();
    await pause(3_000); // A gap with a second in it, however quick the rest is.
    await set.rollOplogOver();
    await start();
    const view = await eventually(
      'a window after the gap',
      async () => [await windows()].find(({ items }) => items.length > before.items.length),
      { timeoutMs: JOB_MS },
    );
    const gap = view.gaps.find(({ reason }) => reason.includes('overwritten'));
    expect(gap?.from.clusterTime.t).toBeLessThan(gap?.to.clusterTime.t as number);
    const alerts = await set.client.db('lucid_main').collection('alerts').find({ kind: 'recovery_gap' }).toArray();
    expect(alerts.map(({ value }) => (value as { gapId: string }).gapId)).toEqual([gap?.id]);
    const inside = new Date(((gap?.from.clusterTime.t as number) + 1) * 1_000).toISOString();
    const job = await restore({
      backupId: before.items.at(-1)?.backups.at(-1)?.id as string,
      pointInTime: inside,
      dryRun: true,
    });
    expect(job.error).toMatchObject({
      code: 'RECOVERY_TIME_UNAVAILABLE',
      detail: expect.stringContaining('nearest time before') as string,
    });
  });

  it('are kept in replicas too, which mend slices that a check found damaged', async () => {
    const body = { name: 'mirror', kind: 'file', path: `${folder}-mirror`, isReplica: true };
    expect((await service.call('POST', '/api/v1/repositories', { key, body })).status).toBe(201);
    await reach();
    const slicesOf = async (place: string): Promise<string[]> => {
      const streams = await readdir(join(place, 'slices')).catch(() => []);
      const found = await Promise.all(streams.map((stream) => readdir(join(place, 'slices', stream))));
      return found.flat().filter((name) => name !== 'gaps');
    };
    const own = await slicesOf(folder);
    await eventually('every slice in the replica', async () => {
      const copied = new Set(await slicesOf(`${folder}-mirror`));
      return own.length > 0 && own.every((name) => copied.has(name));
    });
    const job = async (path: string, options: object = {}): Promise<JobRecord> => {
      const { json, text } = await service.call('POST', `/api/v1/repositories/${path}`, { key, body: options });
      return ended(String(json?.['id'] ?? text));
    };
    const [stream = ''] = await readdir(join(folder, 'slices'));
    await writeFile(join(folder, 'slices', stream, own[1] ?? ''), 'damaged');
    const damagedSlices = [expect.objectContaining({ stream, code: 'CHUNK_CORRUPT' })];
    expect(await job('default/check')).toMatchObject({ state: 'degraded', result: { damagedSlices } });
    expect(await job('default/repair', { from: 'mirror' })).toMatchObject({
      state: 'succeeded',
      result: { repairedSlices: 1, lostSlices: [] },
    });
    expect(await job('default/check')).toMatchObject({ state: 'succeeded', result: { damagedSlices: [] } });
  });

  it('end where a slice is missing', async () => {
    const { items } = await reach();
    const last = items.at(-1);
    const [stream = ''] = await readdir(join(folder, 'slices'));
    const names = (await readdir(join(folder, 'slices', stream))).filter((name) => name !== 'gaps').sort();
    const start = last?.start.clusterTime.t as number;
    const [lost = ''] = names.filter((name) => Number.parseInt(name.slice(0, 8), 16) > start);
    await rm(join(folder, 'slices', stream, lost));
    const end = (await windows()).items.at(-1)?.end.clusterTime.t as number;
    expect(end).toBe(Number.parseInt(lost.slice(0, 8), 16));
  });
});

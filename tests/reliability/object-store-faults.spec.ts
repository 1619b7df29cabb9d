import { join } from 'node:path';
import { eventually } from '@lucid/testing/eventually';
import { FaultProxy, type Fault } from '@lucid/testing/fault-proxy';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { startS3Server, type S3Server } from '../../scripts/engines/s3-server.ts';
import {
  endOf,
  hashesOf,
  listBackups,
  objectsOf,
  runBackup,
  runRestore,
  succeeded,
  type Backup,
  type Job,
} from '../system/backup-jobs.ts';
import { startSuite, type Suite } from '../system/suite.ts';
import { cleanUpTwice } from './orphans.ts';

const IS_QUICK = process.env['LUCID_TEST_QUICK'] === '1';
const BUCKET = 'backups';
const REPOSITORY = 's3';
const SLOW = 400_000;
const LIMIT_MS = 300_000;

const SLOW_DOWN = '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Reduce your rate</Message></Error>';

/** Each test has data of its own, so that its backup has chunks to write. What is cut for long is in object-store-cut.spec.ts. */
describe('backups into S3 through a bad network', () => {
  let server: S3Server;
  let proxy: FaultProxy;
  let suite: Suite;
  let number = 0;

  const stored = (folder: string): Promise<string[]> => objectsOf(join(server.folder, BUCKET, folder));

  async function newData(sizeBytes: number): Promise<string> {
    number += 1;
    const database = `${suite.database}_data_${number}`;
    await loadLucidData(suite.mongo, database, { sizeBytes, seed: `network ${number}` });
    return database;
  }

  const ask = async (database: string): Promise<string> =>
    (await suite.api.post<Job>('/api/v1/backups/create', { database, repository: REPOSITORY })).id;

  async function comesBack(database: string, backupId: string): Promise<void> {
    const target = `${suite.database}_copy_${number}`;
    succeeded(await runRestore(suite, backupId, { targetDatabase: target }));
    expect(await hashesOf(suite.mongo, target)).toEqual(await hashesOf(suite.mongo, database));
    await suite.mongo.db(target).dropDatabase();
  }

  async function expectOneMore(before: readonly Backup[], backupId: unknown): Promise<void> {
    const known = new Set(before.map(({ id }) => id));
    expect((await listBackups(suite)).map(({ id }) => id).filter((id) => !known.has(id))).toEqual([backupId]);
    const committed = (await stored('snapshots')).filter((path) => path.endsWith('/COMMIT'));
    expect(committed).toHaveLength(before.length + 1);
  }

  /** Waits until the backup that runs is in the middle of its chunks. */
  async function moreChunks(than: number): Promise<void> {
    await eventually('more chunks', async () => (await stored('chunks')).length > than, {
      intervalMs: 5,
      timeoutMs: 60_000,
    });
  }

  beforeAll(async () => {
    server = await startS3Server();
    await server.createBucket(BUCKET);
    proxy = await FaultProxy.start(server.port);
    suite = await startSuite(['storage-api', 'backup-service'], {
      BACKUP_S3_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
      BACKUP_S3_BUCKET: BUCKET,
      BACKUP_S3_REGION: server.region,
      BACKUP_S3_ACCESS_KEY: server.accessKey,
      BACKUP_S3_SECRET_KEY: server.secretKey,
      BACKUP_PITR_ENABLED: 'false',
      BACKUP_SCHEDULE: 'off',
    });
    await eventually('the repository', async () => {
      const { state } = await suite.rest('backup-service').get<{ state: string }>(`/api/v1/repositories/${REPOSITORY}`);
      return state === 'ready';
    });
  }, LIMIT_MS);

  afterAll(async () => {
    await suite?.stop();
    await proxy?.close();
    await server?.stop();
  });

  const faults: [string, Fault, RegExp][] = [
    ['500 to every kind of call', { kind: 'status', status: 500 }, /./],
    ['503 SlowDown to writes', { kind: 'status', status: 503, body: SLOW_DOWN }, /^PUT /],
    ['writes that are cut short', { kind: 'cut-request', afterBytes: 2_000 }, /^PUT /],
    ['writes whose answer is lost', { kind: 'lose-answer' }, /^PUT /],
    ['answers that are cut short', { kind: 'cut-answer', afterBytes: 100 }, /^(GET|HEAD) /],
  ];
  it.each(IS_QUICK ? faults.filter((_, at) => at % 2 === 1) : faults)(
    '%s: the backup succeeds by asking again, and comes back',
    async (_what, fault, match) => {
      const before = await listBackups(suite);
      const database = await newData(8e6);
      const met = proxy.met;
      proxy.inject(fault, { times: 6, match });
      const { result } = succeeded(await endOf(suite.api, await ask(database)));
      expect(proxy.met).toBeGreaterThan(met);
      await expectOneMore(before, result?.['backupId']);
      proxy.inject(fault, { times: 2, match: /^(GET|HEAD) / });
      await comesBack(database, String(result?.['backupId']));
      await proxy.heal();
    },
    LIMIT_MS,
  );

  it(
    'a slow line: the backup takes its time and succeeds',
    async () => {
      const before = await listBackups(suite);
      const database = await newData(4e6);
      proxy.slow(SLOW);
      const { result } = succeeded(await endOf(suite.api, await ask(database), LIMIT_MS));
      await proxy.heal();
      await expectOneMore(before, result?.['backupId']);
      await comesBack(database, String(result?.['backupId']));
    },
    LIMIT_MS,
  );

  it(
    'what asking again does not help: it fails cleanly, lists nothing half-made, and the next run finds its chunks',
    async () => {
      const before = await listBackups(suite);
      const chunks = (await stored('chunks')).length;
      const snapshots = await stored('snapshots');
      const database = await newData(24e6);
      proxy.slow(2e6);
      const id = await ask(database);
      await moreChunks(chunks + 1);
      proxy.inject({ kind: 'status', status: 403 }, { times: 1_000, match: /^PUT / });
      const job = await endOf(suite.api, id, LIMIT_MS);
      expect([job.state, job.error?.code]).toEqual(['failed', 'PERMISSION_DENIED']);
      expect(job.error?.detail).not.toContain(server.secretKey);
      expect(await listBackups(suite)).toEqual(before);
      expect(await stored('snapshots')).toEqual(snapshots);
      await proxy.heal();
      const next = await runBackup(suite, { database, repository: REPOSITORY });
      expect(next).toMatchObject({ reusedChunks: expect.any(Number) });
      expect((next as Backup & { reusedChunks: number }).reusedChunks).toBeGreaterThan(0);
      await expectOneMore(before, next.id);
      await comesBack(database, next.id);
    },
    LIMIT_MS,
  );

  it('and nothing is left over', async () => {
    const backups = (await listBackups(suite)).length;
    expect(await cleanUpTwice(suite, REPOSITORY)).toEqual({ orphans: 0, missingChunks: 0, damagedBackups: 0, backups });
  });
});

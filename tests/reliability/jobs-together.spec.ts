import { eventually } from '@lucid/testing/eventually';
import { loadLucidData } from '@lucid/testing/lucid-data';
import {
  chunksStored,
  endOf,
  hashesOf,
  listBackups,
  repositoryFolder,
  runBackup,
  stagingFilled,
  succeeded,
  type Backup,
  type Job,
} from '../system/backup-jobs.ts';
import { call } from '../system/http-calls.ts';
import { startSuite, type Suite } from '../system/suite.ts';
import { cleanUpTwice } from './orphans.ts';
import { startSecondWorker } from './workers.ts';
import type { ServiceProcess } from '../../scripts/services/services.ts';

const SERVICE = 'backup-service';
const LIMIT_MS = 300_000;
const ROUNDS = process.env['LUCID_TEST_QUICK'] === '1' ? 1 : 4;

/** Two workers, so that the jobs really run at the same time. */
describe('backup, restore, expiry, verification and garbage collection together', () => {
  let suite: Suite;
  let second: ServiceProcess;
  let database: string;
  let first: Backup;

  const post = (path: string, body: object): Promise<Job> => suite.rest(SERVICE).post<Job>(path, body);

  beforeAll(async () => {
    suite = await startSuite(['storage-api', SERVICE], {
      LUCID_INSTANCE: 'first',
      BACKUP_PITR_ENABLED: 'false',
      BACKUP_SCHEDULE: 'off',
      BACKUP_READ_LIMIT: '6MB',
    });
    second = await startSecondWorker(suite);
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: 24e6 });
    first = await runBackup(suite, { database });
  }, LIMIT_MS);

  afterAll(async () => {
    await second?.daemon.stop(0);
    await suite?.stop();
  });

  it(
    'the exclusive one waits, says who holds what it needs, and then runs',
    async () => {
      const backup = await suite.api.post<Job>('/api/v1/backups/create', { database });
      const repository = repositoryFolder(suite);
      await chunksStored(repository, 1);
      // It says that it runs before it has its leases.
      await eventually('the backup reads', async () => {
        const { progress } = await suite.api.get<Job>(`/api/v1/jobs/${backup.id}`);
        return (progress?.done ?? 0) > 0;
      });
      const waiting = await post('/api/v1/retention/expire', {});
      const held = await eventually('the refusal', async () => {
        const job = await suite.api.get<Job>(`/api/v1/jobs/${waiting.id}`);
        return job.error !== null && job;
      });
      expect(held.error?.code).toBe('LEASE_HELD');
      expect(held.error?.detail).toContain(`repository:default is held by ${backup.id}`);
      for (const { id } of [backup, waiting]) succeeded(await endOf(suite.api, id, LIMIT_MS));
    },
    LIMIT_MS,
  );

  it(
    'a backup that is restored from is not removed meanwhile: refused, with the job that reads it',
    async () => {
      const target = `${suite.database}_held`;
      const restore = await suite.api.post<Job>(`/api/v1/backups/${first.id}/restore`, { targetDatabase: target });
      await stagingFilled(suite.mongo, target);
      const { status, body } = await call(suite, 'DELETE', `/api/v1/backups/${first.id}`);
      const { state } = await suite.api.get<Job>(`/api/v1/jobs/${restore.id}`);
      if (state === 'running') {
        expect([status, body['code']]).toEqual([409, 'BACKUP_IN_USE']);
        expect(String(body['detail'])).toContain(restore.id);
      }
      succeeded(await endOf(suite.api, restore.id, LIMIT_MS));
      expect(await hashesOf(suite.mongo, target)).toEqual(await hashesOf(suite.mongo, database));
    },
    LIMIT_MS,
  );

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    'all at once, round %i: no deadlock, each ends, and what is kept is whole',
    async (round) => {
      await suite.mongo.db(database).collection('sessions').updateMany({}, { $set: { round } });
      const target = `${suite.database}_copy_${round}`;
      const other = `${suite.database}_other_${round}`;
      const asked = await Promise.all([
        suite.api.post<Job>('/api/v1/backups/create', { database }),
        suite.api.post<Job>(`/api/v1/backups/${first.id}/restore`, { targetDatabase: target }),
        post('/api/v1/retention/expire', {}),
        post('/api/v1/repositories/default/garbage-collection', {}),
        post(`/api/v1/backups/${first.id}/verify`, { level: 'plaintext' }),
        suite.api.post<Job>(`/api/v1/backups/${first.id}/restore`, { targetDatabase: other }),
        post('/api/v1/repositories/default/check', { level: 'ciphertext' }),
        suite.api.post<Job>('/api/v1/backups/create', { database, collections: ['sessions'] }),
      ]);
      const ended = await Promise.all(asked.map(({ id }) => endOf(suite.api, id, LIMIT_MS)));
      expect(ended.map((job) => [job.id, job.state, job.error?.code])).toEqual(
        asked.map(({ id }) => [id, 'succeeded', undefined]),
      );
      expect(await hashesOf(suite.mongo, target)).toEqual(await hashesOf(suite.mongo, other));
      const made = ended.map(({ result }) => result?.['backupId']).filter((id) => typeof id === 'string');
      const listed = (await listBackups(suite)).map(({ id }) => id);
      expect(listed).toEqual(expect.arrayContaining(made));
      for (const name of [target, other]) await suite.mongo.db(name).dropDatabase();
    },
    LIMIT_MS,
  );

  it(
    'and nothing is left over',
    async () => {
      const backups = (await listBackups(suite)).length;
      expect(await cleanUpTwice(suite)).toEqual({ orphans: 0, missingChunks: 0, damagedBackups: 0, backups });
    },
    LIMIT_MS,
  );
});

import { loadLucidData } from '@lucid/testing/lucid-data';
import type { ServiceProcess } from '../../scripts/services/services.ts';
import {
  committedSnapshots,
  endOf,
  listBackups,
  repositoryFolder,
  succeeded,
  type Job,
} from '../system/backup-jobs.ts';
import { call } from '../system/http-calls.ts';
import { startSuite, type Suite } from '../system/suite.ts';
import { cleanUpTwice } from './orphans.ts';
import { clockOffBy, startSecondWorker } from './workers.ts';

const HOUR_MS = 3_600_000;
const LIMIT_MS = 300_000;
const SERVICE = 'backup-service';

describe('two workers whose clocks are an hour apart', () => {
  let suite: Suite;
  let second: ServiceProcess;
  let database: string;

  beforeAll(async () => {
    suite = await startSuite(['storage-api', SERVICE], {
      LUCID_INSTANCE: 'first',
      BACKUP_PITR_ENABLED: 'false',
      BACKUP_SCHEDULE: 'off',
      // Slow enough to be met in the middle.
      BACKUP_READ_LIMIT: '6MB',
    });
    second = await startSecondWorker(suite, clockOffBy(HOUR_MS));
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: 30e6 });
  }, LIMIT_MS);

  afterAll(async () => {
    await second?.daemon.stop(0);
    await suite?.stop();
  });

  async function expectOneCommitEach(ids: readonly string[]): Promise<void> {
    const ended = await Promise.all(ids.map((id) => endOf(suite.api, id, LIMIT_MS)));
    const backupIds = ended.map((job) => String(succeeded(job).result?.['backupId']));
    expect(new Set(backupIds).size).toBe(ids.length);
    const listed = (await listBackups(suite)).filter(({ jobId }) => ids.includes(jobId));
    expect(listed.map(({ id }) => id).sort()).toEqual([...backupIds].sort());
    expect(await committedSnapshots(repositoryFolder(suite))).toEqual(expect.arrayContaining(backupIds));
  }

  it(
    'the same request sent to both at once is one job with one commit',
    async () => {
      const options = { body: { database, collections: ['sessions'] }, headers: { 'idempotency-key': 'the-same' } };
      const asked = await Promise.all(
        Array.from({ length: 6 }, () => call(suite, 'POST', '/api/v1/backups/create', options)),
      );
      expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 202));
      const ids = new Set(asked.map(({ body }) => String(body['id'])));
      expect(ids.size).toBe(1);
      await expectOneCommitEach([...ids]);
    },
    LIMIT_MS,
  );

  it(
    'several jobs asked for at once are shared, and each commits once',
    async () => {
      const jobs = await Promise.all(
        ['blocks', 'sessions', 'transactions', 'sessions'].map((name) =>
          suite.api.post<Job>('/api/v1/backups/create', { database, collections: [name] }),
        ),
      );
      await expectOneCommitEach(jobs.map(({ id }) => id));
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

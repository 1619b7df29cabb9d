import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@lucid/testing/eventually';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { whileFrozen } from '@lucid/testing/while-frozen';
import type { ServiceProcess } from '../../scripts/services/services.ts';
import {
  committedSnapshots,
  endOf,
  listBackups,
  objectsOf,
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

  /** Who has the job, by the instance that its record names while it runs. */
  async function holderOf(id: string): Promise<ServiceProcess> {
    const jobs = suite.mongo.db(`${suite.database}_control`).collection<{ _id: string; worker: string | null }>('jobs');
    const worker = await eventually('a worker', async () => (await jobs.findOne({ _id: id }))?.worker ?? undefined);
    return worker.startsWith('second#') ? second : suite.process(SERVICE);
  }

  /** Freezes who has the job until it has ended, lets him go on, and waits until he has noticed that another one took it over. */
  async function endWhileFrozen(id: string, holder: ServiceProcess): Promise<Job> {
    const ended = await whileFrozen(holder.daemon.pid, () => endOf(suite.api, id, LIMIT_MS));
    const noticed = async (): Promise<boolean> =>
      (await readFile(holder.logFile, 'utf8'))
        .split('\n')
        .some((line) => line.includes(id) && line.includes('had been taken over'));
    if (ended.interruptions > 0) await eventually('the zombie notices', noticed, { timeoutMs: LIMIT_MS });
    return ended;
  }

  async function manifestWritten(before: readonly string[]): Promise<void> {
    const ask = async (): Promise<boolean> =>
      (await objectsOf(join(repositoryFolder(suite), 'snapshots'))).some(
        (path) => path.includes('/manifest-') && !before.includes(path),
      );
    await eventually('a manifest', ask, { intervalMs: 1, timeoutMs: LIMIT_MS });
  }

  it(
    'one that is frozen past its lease while it reads publishes nothing when it goes on: the other one has committed',
    async () => {
      const before = (await committedSnapshots(repositoryFolder(suite))).length;
      const { id } = await suite.api.post<Job>('/api/v1/backups/create', { database });
      await eventually(
        'bytes',
        async () => ((await suite.api.get<Job>(`/api/v1/jobs/${id}`)).progress?.done ?? 0) > 2e6,
      );
      const job = succeeded(await endWhileFrozen(id, await holderOf(id)));
      expect(job).toMatchObject({ interruptions: 1, attempts: 1 });
      await expectOneCommitEach([id]);
      expect(await committedSnapshots(repositoryFolder(suite))).toHaveLength(before + 1);
    },
    2 * LIMIT_MS,
  );

  it(
    'one that is frozen between manifest and COMMIT leaves one commit too',
    async () => {
      const before = await objectsOf(join(repositoryFolder(suite), 'snapshots'));
      const commits = (await committedSnapshots(repositoryFolder(suite))).length;
      const { id } = await suite.api.post<Job>('/api/v1/backups/create', { database });
      const holder = await holderOf(id);
      await manifestWritten(before);
      // It may come to its end in the moment between: then there is nothing to be taken over.
      await endWhileFrozen(id, holder);
      await expectOneCommitEach([id]);
      expect(await committedSnapshots(repositoryFolder(suite))).toHaveLength(commits + 1);
    },
    2 * LIMIT_MS,
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

import { eventually } from '@lucid/testing/eventually';
import { loadLucidData } from '@lucid/testing/lucid-data';
import {
  chunksStored,
  collectionNames,
  committedSnapshots,
  endOf,
  hashesOf,
  listBackups,
  repositoryFolder,
  runBackup,
  stagingFilled,
  succeeded,
  type Job,
} from '../system/backup-jobs.ts';
import { startSuite, type Suite } from '../system/suite.ts';

/** How long the old primary may not be elected again. */
const AWAY_SECONDS = 10;

describe('the primary steps down in the middle', () => {
  let suite: Suite;
  let database: string;
  let hashes: Record<string, string>;

  async function primary(): Promise<string | undefined> {
    const hello = await suite.mongo.db('admin').command({ hello: 1 }, { readPreference: 'primary' });
    return hello['primary'] as string | undefined;
  }

  async function stepDown(): Promise<void> {
    const former = await primary();
    // A member that steps down may close the connection instead of answering.
    await suite.mongo
      .db('admin')
      .command({ replSetStepDown: AWAY_SECONDS, secondaryCatchUpPeriodSecs: 8 })
      .catch(() => undefined);
    await eventually('another primary', async () => (await primary()) !== former, { timeoutMs: 60_000 });
  }

  beforeAll(async () => {
    suite = await startSuite(['storage-api', 'backup-service']);
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: 200e6 });
    hashes = await hashesOf(suite.mongo, database);
  });

  afterAll(() => suite.stop());

  it('of a backup: it commits once', async () => {
    const { id } = await suite.api.post<Job>('/api/v1/backups/create', { database });
    await chunksStored(repositoryFolder(suite), 3);
    await stepDown();
    const { result } = succeeded(await endOf(suite.api, id));
    expect(await committedSnapshots(repositoryFolder(suite))).toEqual([result?.['backupId']]);
    expect(await listBackups(suite)).toMatchObject([{ id: result?.['backupId'], jobId: id }]);
  });

  it('of a restore: what comes back is equal in every byte', async () => {
    const target = `${suite.database}_copy`;
    const backup = await runBackup(suite, { database });
    const { id } = await suite.api.post<Job>(`/api/v1/backups/${backup.id}/restore`, { targetDatabase: target });
    await stagingFilled(suite.mongo, target);
    await stepDown();
    succeeded(await endOf(suite.api, id));
    expect(await collectionNames(suite.mongo, target)).toEqual(Object.keys(hashes).sort());
    expect(await hashesOf(suite.mongo, target)).toEqual(hashes);
    expect(await hashesOf(suite.mongo, database)).toEqual(hashes);
  });
});

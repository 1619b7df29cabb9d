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
} from './backup-jobs.ts';
import { startSuite, type Suite } from './suite.ts';

const SIZE_BYTES = 60e6;

describe('SIGKILL of backup-service in the middle', () => {
  let suite: Suite;
  let database: string;
  let hashes: Record<string, string>;

  beforeAll(async () => {
    // Slow enough that there is a middle.
    suite = await startSuite(['storage-api', 'backup-service'], {
      BACKUP_READ_LIMIT: '12MB',
      BACKUP_BANDWIDTH_LIMIT: '6MB',
    });
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: SIZE_BYTES });
    hashes = await hashesOf(suite.mongo, database);
  });

  afterAll(() => suite.stop());

  it('of a backup: nothing half-made is listed, and the same job goes on after the restart and commits once', async () => {
    const { id } = await suite.api.post<Job>('/api/v1/backups/create', { database });
    await chunksStored(repositoryFolder(suite), 3);
    await suite.kill('backup-service');
    expect((await suite.api.get<Job>(`/api/v1/jobs/${id}`)).state).toBe('running');
    expect(await listBackups(suite)).toEqual([]);
    expect(await committedSnapshots(repositoryFolder(suite))).toEqual([]);

    await suite.start('backup-service');
    const job = succeeded(await endOf(suite.api, id));
    expect(job).toMatchObject({ interruptions: 1, attempts: 1 });
    const backupId = job.result?.['backupId'];
    expect((await listBackups(suite)).map((backup) => [backup.id, backup.jobId])).toEqual([[backupId, id]]);
    expect(await committedSnapshots(repositoryFolder(suite))).toEqual([backupId]);
  });

  it('of a restore: nothing stands under a final name before, everything afterwards', async () => {
    const target = `${suite.database}_copy`;
    const backup = await runBackup(suite, { database });
    const { id } = await suite.api.post<Job>(`/api/v1/backups/${backup.id}/restore`, { targetDatabase: target });
    await stagingFilled(suite.mongo, target);
    await suite.kill('backup-service');
    expect((await suite.api.get<Job>(`/api/v1/jobs/${id}`)).state).toBe('running');
    const halfMade = await collectionNames(suite.mongo, target);
    expect(halfMade.filter((name) => !name.startsWith('__restore_'))).toEqual([]);

    await suite.start('backup-service');
    expect(succeeded(await endOf(suite.api, id))).toMatchObject({ interruptions: 1, attempts: 1 });
    expect(await collectionNames(suite.mongo, target)).toEqual(Object.keys(hashes).sort());
    expect(await hashesOf(suite.mongo, target)).toEqual(hashes);
    expect(await hashesOf(suite.mongo, database)).toEqual(hashes);
  });
});

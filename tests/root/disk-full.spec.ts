import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { eventually } from '@lucid/testing/eventually';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { endOf, hashesOf, listBackups, runRestore, succeeded, type Job } from '../system/backup-jobs.ts';
import { startSuite, type Suite } from '../system/suite.ts';

/** Needs root, to mount a small file system of its own. */
describe('a repository on a disk that is full', () => {
  let suite: Suite;
  let disk: string;
  let database: string;

  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'lucid-disk-'));
    await runProgram('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'lucid-test', disk]);
    suite = await startSuite(['storage-api', 'backup-service'], { BACKUP_STORAGE_PATH: join(disk, 'backups') });
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: 24e6 });
  });

  afterAll(async () => {
    await suite.stop();
    await runProgram('umount', [disk]);
    await rm(disk, { recursive: true });
  });

  it('says STORAGE_FULL, lists nothing, and goes on with the same job when there is room', async () => {
    const { id } = await suite.api.post<Job>('/api/v1/backups/create', { database });
    const waiting = await eventually(
      'the first attempt ended',
      async () => {
        const job = await suite.api.get<Job>(`/api/v1/jobs/${id}`);
        return job.error !== null && job.state === 'queued' && job;
      },
      { timeoutMs: 60_000 },
    );
    expect(waiting).toMatchObject({ state: 'queued', error: { code: 'STORAGE_FULL' } });
    expect(JSON.stringify(waiting)).not.toContain(disk);
    expect(await listBackups(suite)).toEqual([]);

    await runProgram('mount', ['-o', 'remount,size=200m', disk]);
    const ended = succeeded(await endOf(suite.api, id));
    const backups = await listBackups(suite);
    expect(backups.map((backup) => backup.id)).toEqual([ended.result?.['backupId']]);
    const target = `${suite.database}_copy`;
    succeeded(await runRestore(suite, String(backups[0]?.id), { targetDatabase: target }));
    expect(await hashesOf(suite.mongo, target)).toEqual(await hashesOf(suite.mongo, database));
  });
});

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@lucid/core/clock';
import { backupRestore } from '@lucid/jobs/contracts/backup-restore';
import { JobService } from '@lucid/jobs/job-service';
import { eventually } from '@lucid/testing/eventually';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { backupService } from '../src/backup-service.ts';

export interface EndedJob {
  id: string;
  state: string;
  result: Record<string, unknown> | null;
  error: { code: string; detail: string } | null;
}

/** backup-service on the real engines, with a repository and an import folder of its own. */
export interface BackupTestService extends TestService {
  folder: string;
  importPath: string;
  admin: string;
  /** Asks for a job and waits for its end. */
  run(path: string, body: object): Promise<EndedJob>;
  /** Restores a backup of one database into another one, as storage-api asks for it. */
  restore(backupId: string, targetDatabase: string): Promise<EndedJob>;
  /** Backs up one database; answers the backup's id. */
  backup(database: string): Promise<string>;
}

const JOB_MS = 240_000;

export async function startBackupService(
  environment: Record<string, string> = {},
  clock?: Clock,
): Promise<BackupTestService> {
  const folder = await mkdtemp(join(tmpdir(), 'lucid-backup-'));
  const importPath = join(folder, 'imports');
  const variables = {
    BACKUP_STORAGE_PATH: join(folder, 'repository'),
    BACKUP_MASTER_KEY: randomBytes(32).toString('base64'),
    BACKUP_IMPORT_PATH: importPath,
    BACKUP_DRILL_PATH: join(folder, 'drills'),
    ...environment,
  };
  const service = await startTestService(backupService, variables, clock);
  const admin = await service.key('backup-admin');
  const end = (address: string): Promise<EndedJob> =>
    eventually(
      `the end of ${address}`,
      async () => {
        const answer = await service.call('GET', address, { key: admin });
        if (answer.status !== 200) throw new Error(`${address}: ${answer.text}`);
        const job = answer.json as unknown as EndedJob;
        return ['queued', 'running', 'cancelling', 'interrupted'].includes(job.state) ? undefined : job;
      },
      { timeoutMs: JOB_MS },
    );
  const run = async (path: string, body: object): Promise<EndedJob> => {
    const asked = await service.call('POST', path, { key: admin, body });
    if (asked.status !== 202) throw new Error(`${path}: ${asked.text}`);
    return end(String(asked.headers['location']));
  };
  return {
    ...service,
    folder,
    importPath,
    admin,
    run,
    async restore(backupId, targetDatabase) {
      const asked = await service.app
        .get(JobService)
        .request(
          backupRestore,
          { backupId, targetDatabase },
          { actor: { id: 'test', role: 'admin' }, correlationId: 'test' },
        );
      return end(`/api/v1/jobs/${asked.id}`);
    },
    async backup(database) {
      const job = await run('/backup', { database });
      if (job.state !== 'succeeded') throw new Error(`the backup is ${job.state}: ${JSON.stringify(job.error)}`);
      return String(job.result?.['backupId']);
    },
    async close() {
      await service.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { endOf, type Job } from '../system/backup-jobs.ts';
import type { Suite } from '../system/suite.ts';

export interface Tidiness {
  /** Chunks that no backup names. */
  orphans: number;
  missingChunks: number;
  damagedBackups: number;
  backups: number;
}

/** Two cycles of garbage collection (what is not needed is condemned, then deleted), and then what the repository's check finds. */
export async function cleanUpTwice(suite: Suite, repository = 'default'): Promise<Tidiness> {
  const backupService = suite.rest('backup-service');
  const run = async (what: string, body: object): Promise<Record<string, unknown>> => {
    const { id } = await backupService.post<Job>(`/api/v1/repositories/${repository}/${what}`, body);
    const { result } = await endOf(backupService, id);
    if (!result) throw new Error(`${what} of ${repository} has no result`);
    return result;
  };
  await run('garbage-collection', {});
  await run('garbage-collection', {});
  const { orphans, missingChunks, damagedBackups, backups } = await run('check', { level: 'plaintext' });
  return { orphans, missingChunks, damagedBackups, backups } as Tidiness;
}

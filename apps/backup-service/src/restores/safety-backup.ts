import { AppError } from '@lucid/core/app-error';
import { backupCreate, type BackupCreatePayload } from '@lucid/jobs/contracts/backup-create';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import type { JobContext } from '@lucid/jobs/job-handler';
import type { JobRecord } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { Injectable } from '@nestjs/common';
import type { RestorePart } from './engine-restorers.ts';

/** A backup of what a restore is about to replace, finished before the restore begins. */
@Injectable()
export class SafetyBackup {
  constructor(private readonly jobs: JobService) {}

  /**
   * Asked for once for each restore, however often that runs. @returns the id of the backup
   * @throws AppError RESTORE_REFUSED where the backup does not succeed: nothing is replaced then
   */
  async take(context: JobContext<BackupRestorePayload>, parts: readonly RestorePart[]): Promise<string> {
    const backupId = await this.taken(context, parts);
    // Whatever becomes of the restore, its progress and its events say from now on where what it replaces is.
    const note = `what is replaced is in the backup ${backupId}`;
    context.progress({ phase: 'safety-backup', done: 1, total: 1, unit: 'backups', note });
    return backupId;
  }

  private taken(context: JobContext<BackupRestorePayload>, parts: readonly RestorePart[]): Promise<string> {
    return context.steps.run('safety-backup', async () => {
      const { job, signal } = context;
      const payload: BackupCreatePayload = {
        label: `before ${job.id}`,
        engines: parts.map(({ restorer }) => restorer.engine),
      };
      const options = {
        actor: job.actor,
        correlationId: job.correlationId,
        idempotencyKey: `safety:${job.id}`,
      };
      const requested = await this.jobs.request(backupCreate, payload, options);
      const ended = await this.end(requested, context, signal);
      const backupId = (ended.result as { backupId?: string } | null)?.backupId;
      if (ended.state === 'succeeded' && backupId !== undefined) return backupId;
      const detail = `the backup of what would be replaced is ${ended.state} (${ended.id}), so nothing was restored`;
      throw new AppError('RESTORE_REFUSED', detail);
    });
  }

  private async end(
    requested: JobRecord,
    context: JobContext<BackupRestorePayload>,
    signal: AbortSignal,
  ): Promise<JobRecord> {
    let last = requested;
    for await (const record of this.jobs.watch(requested.id, { signal })) {
      last = record;
      const { done = 0, total = null } = record.progress ?? {};
      context.progress({ phase: 'safety-backup', done, total, unit: 'bytes' });
    }
    signal.throwIfAborted();
    return last;
  }
}

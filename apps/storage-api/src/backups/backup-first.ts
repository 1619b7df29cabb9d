import { createHash } from 'node:crypto';
import { AppError, isAppError } from '@lucid/core/app-error';
import { backupCreate, type BackupCreatePayload, type BackupCreateResult } from '@lucid/jobs/contracts/backup-create';
import type { JobContext } from '@lucid/jobs/job-handler';
import type { JobRecord } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { Injectable } from '@nestjs/common';

/** What must be backed up: a database, or collections of it (views and time series too). */
export interface BackupScope {
  database: string;
  collections?: string[];
}

/** Why a run that waits for a backup ends for good, so that nobody needs the backup any more. */
const ENDS_FOR_GOOD = ['JOB_CANCELLED', 'JOB_TIMED_OUT'] as const;

/**
 * A backup that is committed before a job changes something. backup-service makes it; nothing but the record of its job and the
 * queue lie between the two services.
 */
@Injectable()
export class BackupFirst {
  constructor(private readonly jobs: JobService) {}

  /**
   * Asks for the backup and waits for its end; `context` is the one of the job that must not go on without it. Asked for once for each
   * job, scope and label, however often that job runs: a second run finds the first one's backup, made or in the making. A cancel of
   * the waiting job cancels the backup too; a worker that stops leaves it to the next one. It waits as long as it takes: until
   * backup-service runs, the progress says `backup-waiting`.
   * @param label shown with the backup, at most 200 characters
   * @returns the id of the backup
   * @throws AppError BACKUP_FIRST_FAILED unless the backup succeeded (degraded is not enough), and the signal's reason
   */
  async take(scope: BackupScope, label: string, context: JobContext): Promise<string> {
    const { steps, signal } = context;
    const key = keyOf(scope, label);
    if (steps.has(`backup-${key}`)) return steps.run(`backup-${key}`, () => Promise.resolve(''));
    try {
      const jobId = await steps.run(`backup-asked-${key}`, () => this.ask({ ...scope, label }, key, context));
      return await steps.run(`backup-${key}`, async () => backupOf(await this.end(jobId, context)));
    } catch (error) {
      const jobId = steps.get<string>(`backup-asked-${key}`);
      const isOver = ENDS_FOR_GOOD.some((code) => isAppError(signal.reason, code));
      if (signal.aborted && isOver && jobId !== undefined) await this.cancel(jobId, context);
      throw error;
    }
  }

  private async ask(payload: BackupCreatePayload, key: string, { job }: JobContext): Promise<string> {
    const { actor, correlationId } = job;
    const options = { actor, correlationId, idempotencyKey: `first:${job.id}:${key}` };
    return (await this.jobs.request(backupCreate, payload, options)).id;
  }

  private async end(jobId: string, context: JobContext): Promise<JobRecord> {
    let last: JobRecord | undefined;
    for await (const record of this.jobs.watch(jobId, { signal: context.signal })) {
      last = record;
      const { done = 0, total = null, unit = 'bytes' } = record.progress ?? {};
      const phase = record.startedAt === null ? 'backup-waiting' : 'backup';
      context.progress({ phase, done, total, unit });
    }
    context.signal.throwIfAborted();
    return last ?? this.jobs.get(jobId);
  }

  /** It may have ended by now, or be out of reach: the waiting job ends all the same. */
  private async cancel(jobId: string, { logger }: JobContext): Promise<void> {
    await this.jobs.cancel(jobId).catch((error: unknown) => {
      if (!isAppError(error, 'JOB_FINISHED')) logger.warn({ err: error, backupJob: jobId }, 'the backup goes on alone');
    });
  }
}

function backupOf({ id, state, result }: JobRecord): string {
  const { backupId } = (result ?? {}) as Partial<BackupCreateResult>;
  if (state === 'succeeded' && backupId !== undefined) return backupId;
  throw new AppError(
    'BACKUP_FIRST_FAILED',
    `the backup that had to come first is ${state} (${id}): nothing was changed`,
  );
}

function keyOf({ database, collections }: BackupScope, label: string): string {
  const text = JSON.stringify([database, collections ?? null, label]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

import { isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { BackupVerifyPayload, BackupVerifyResult } from '@lucid/jobs/contracts/backup-verify';
import type { JobContext } from '@lucid/jobs/job-handler';
import { backupLease } from '@lucid/service-kit/backups/backup-removal';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { StoredBackups } from '../backups/stored-backups.service.ts';
import { AssuranceRecords } from './assurance-records.service.ts';

const DAMAGE = ['CHUNK_MISSING', 'CHUNK_CORRUPT', 'MANIFEST_CORRUPT'] as const;

/** Reads one backup in its repository. */
@Injectable()
export class VerifyBackupFlow {
  constructor(
    private readonly backups: StoredBackups,
    private readonly records: AssuranceRecords,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Fails with the first defect. @throws AppError CHUNK_MISSING, CHUNK_CORRUPT, MANIFEST_CORRUPT, BACKUP_NOT_FOUND */
  async run(context: JobContext<BackupVerifyPayload>): Promise<BackupVerifyResult> {
    const { backupId, level = 'plaintext', repository: from } = context.payload;
    const startedAt = this.clock.now();
    await context.acquire(backupLease(backupId)); // It is not removed meanwhile.
    const { repository, repositoryName } = await this.backups.open(backupId, from);
    const copy = { repository, repositoryName, backupId };
    const verifying = repository.verify(backupId, level, {
      signal: context.signal,
      onProgress: ({ chunks, totalChunks }) =>
        context.progress({ phase: 'verify', done: chunks, total: totalChunks, unit: 'chunks' }),
    });
    const verified = await verifying.catch(async (error: unknown) => {
      if (DAMAGE.some((code) => isAppError(error, code))) await this.records.damaged(copy);
      throw error;
    });
    const finishedAt = await this.records.verified(copy, level);
    return {
      backupId,
      level,
      chunks: verified.chunks,
      storedBytes: verified.storedBytes,
      damagedChunks: 0,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
    };
  }
}

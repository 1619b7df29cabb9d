import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { REPOSITORY_NAME } from './names.ts';

export class BackupExpirePayload {
  @ApiPropertyOptional({ type: String, default: 'default' })
  @IsOptional()
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository?: string;
}

export class ExpiredBackup {
  backupId!: string;
  reason!: string;
}

export class BackupExpireResult {
  repository!: string;
  examined!: number;
  kept!: number;
  /** At most the first 1000; `removedCount` counts them all. */
  removed!: ExpiredBackup[];
  removedCount!: number;
  /** Expired, but in use or on hold at that moment: for the next run. */
  postponed!: ExpiredBackup[];
  startedAt!: string;
  finishedAt!: string;
}

/** Removes what the rules no longer keep, while nobody writes to the repository. */
export const backupExpire = defineContract({
  name: 'backup.expire',
  queue: 'backup-service',
  idPrefix: 'expire',
  payload: BackupExpirePayload,
  result: BackupExpireResult,
  timeoutMs: 6 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 10_000, maxMs: 300_000 },
  concurrency: 1,
  roles: ['backup-admin', 'admin'],
  resources: (payload) => [`repository:${payload.repository ?? 'default'}`],
});

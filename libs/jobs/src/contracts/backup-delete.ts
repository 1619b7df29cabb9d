import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { BACKUP_ID } from './names.ts';

export class BackupDeletePayload {
  @ApiProperty({ type: String })
  @Matches(BACKUP_ID, { message: 'must be the id of a backup' })
  backupId!: string;

  /** The id once more: the last verified backup goes only with it. */
  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @Matches(BACKUP_ID, { message: 'must be the id of the backup' })
  confirm?: string;
}

export class BackupDeleteResult {
  backupId!: string;
  /** Those that it was removed from. */
  repositories!: string[];
}

/** Its chunks stay until the next garbage collection. The flow acquires `repository:<name>` of those that hold it. */
export const backupDelete = defineContract({
  name: 'backup.delete',
  queue: 'backup-service',
  idPrefix: 'delete',
  payload: BackupDeletePayload,
  result: BackupDeleteResult,
  timeoutMs: 3_600_000,
  attempts: 3,
  backoff: { baseMs: 10_000, maxMs: 300_000 },
  concurrency: 1,
  roles: ['backup-admin', 'admin'],
  resources: () => [],
});

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { BACKUP_ID, REPOSITORY_NAME } from './names.ts';

export class BackupCopyPayload {
  @ApiProperty({ type: String })
  @Matches(BACKUP_ID, { message: 'must be the id of a backup' })
  backupId!: string;

  @ApiProperty({ type: String, example: 's3', description: 'Where to' })
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository!: string;

  @ApiPropertyOptional({ type: String, example: 'default', description: 'Where from; left out: whichever holds it' })
  @IsOptional()
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  from?: string;
}

export class BackupCopyResult {
  backupId!: string;
  from!: string;
  repository!: string;
  copiedChunks!: number;
  copiedBytes!: number;
  /** Chunks that were there already. */
  presentChunks!: number;
  startedAt!: string;
  finishedAt!: string;
}

/** Copies a backup that exists into another repository; one writer at a time there, as for `backup.create`. */
export const backupCopy = defineContract({
  name: 'backup.copy',
  queue: 'backup-service',
  idPrefix: 'copy',
  payload: BackupCopyPayload,
  result: BackupCopyResult,
  timeoutMs: 24 * 3_600_000,
  attempts: 5,
  backoff: { baseMs: 10_000, maxMs: 300_000 },
  concurrency: 1,
  roles: ['operator', 'backup-admin', 'admin'],
  resources: ({ repository }) => [`repository:${repository}`],
});

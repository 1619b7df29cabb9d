import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { BACKUP_ID, REPOSITORY_NAME } from './names.ts';

export const VERIFY_LEVELS = ['manifest', 'ciphertext', 'plaintext'] as const;
export type VerifyLevel = (typeof VERIFY_LEVELS)[number];

export class BackupVerifyPayload {
  @ApiProperty({ type: String })
  @Matches(BACKUP_ID, { message: 'must be the id of a backup' })
  backupId!: string;

  /** manifest: authentic, and every chunk is there; ciphertext: every chunk is read; plaintext: decrypted and hashed too. */
  @ApiPropertyOptional({ enum: VERIFY_LEVELS, default: 'plaintext' })
  @IsOptional()
  @IsIn(VERIFY_LEVELS)
  level?: VerifyLevel;

  @ApiPropertyOptional({
    type: String,
    description: 'Reads the copy of this repository; without it the first that can be read',
  })
  @IsOptional()
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository?: string;
}

export class BackupVerifyResult {
  backupId!: string;
  level!: VerifyLevel;
  chunks!: number;
  storedBytes!: number;
  /** Chunks that are missing or damaged; the job fails when there is one. */
  damagedChunks!: number;
  startedAt!: string;
  finishedAt!: string;
}

/** Only reads, so it holds no lease. */
export const backupVerify = defineContract({
  name: 'backup.verify',
  queue: 'backup-service',
  idPrefix: 'verify',
  payload: BackupVerifyPayload,
  result: BackupVerifyResult,
  timeoutMs: 12 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 10_000, maxMs: 300_000 },
  concurrency: 1,
  roles: ['operator', 'backup-admin', 'admin'],
  resources: () => [],
});

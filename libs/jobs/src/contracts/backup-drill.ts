import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { BACKUP_ID } from './names.ts';

export const DRILL_TARGETS = ['disposable', 'scratch'] as const;
export type DrillTarget = (typeof DRILL_TARGETS)[number];

/** A restore that is compared with its backup and thrown away. */
export class BackupDrillPayload {
  /** Left out, as a schedule does: the newest backup of MongoDB. */
  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @Matches(BACKUP_ID, { message: 'must be the id of a backup' })
  backupId?: string;

  /**
   * disposable: a mongod that is started for it and removed afterwards; scratch: databases `drill_…` of the cluster. Left out:
   * disposable where a mongod is at hand, else scratch.
   */
  @ApiPropertyOptional({ enum: DRILL_TARGETS })
  @IsOptional()
  @IsIn(DRILL_TARGETS)
  target?: DrillTarget;
}

export class BackupDrillResult {
  @ApiProperty()
  backupId!: string;

  @ApiProperty({ enum: DRILL_TARGETS })
  target!: DrillTarget;

  /** Seconds from the start of the restore until the data could be used: the measured recovery time. */
  @ApiProperty()
  restoreSeconds!: number;

  @ApiProperty()
  compareSeconds!: number;

  @ApiProperty()
  collections!: number;

  @ApiProperty()
  indexes!: number;

  /** Documents whose bytes were compared. */
  @ApiProperty()
  documents!: number;

  /** Documents that the oplog changed in ways that this version does not follow: only that they are there was compared. */
  @ApiProperty()
  uncomparedDocuments!: number;

  /** RFC 3339. */
  @ApiProperty()
  startedAt!: string;

  @ApiProperty()
  finishedAt!: string;

  @ApiPropertyOptional({ type: [String] })
  warnings?: string[];
}

/** One at a time, wherever it runs: it costs as much as a restore. */
export const backupDrill = defineContract({
  name: 'backup.drill',
  queue: 'backup-service',
  idPrefix: 'drill',
  payload: BackupDrillPayload,
  result: BackupDrillResult,
  timeoutMs: 12 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 30_000, maxMs: 600_000 },
  concurrency: 1,
  roles: ['backup-admin', 'admin'],
  resources: () => ['drill'],
});

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { BACKUP_ENGINES, type BackupEngine } from './backup-create.ts';
import { defineContract } from './define-contract.ts';
import { BACKUP_ID, REPOSITORY_NAME } from './names.ts';

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

  /** Reads the copy of this repository. Left out: the first that can be read; by schedule the repository that was not drilled for longest. */
  @ApiPropertyOptional({ type: String, description: 'Reads the copy of this repository' })
  @IsOptional()
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository?: string;
}

/** One engine that a drill brought back, and found to be what the backup holds. */
export class DrilledEngine {
  @ApiProperty({ enum: BACKUP_ENGINES })
  engine!: BackupEngine;

  /** Elasticsearch: scratch indices of the cluster. */
  @ApiProperty({ enum: DRILL_TARGETS })
  target!: DrillTarget;

  /** Documents or keys that were compared. */
  @ApiProperty()
  compared!: number;

  @ApiProperty()
  restoreSeconds!: number;

  @ApiProperty()
  compareSeconds!: number;
}

/** An engine of the backup that the drill left out. */
export class NotDrilledEngine {
  @ApiProperty({ enum: BACKUP_ENGINES })
  engine!: BackupEngine;

  @ApiProperty()
  reason!: string;
}

export class BackupDrillResult {
  @ApiProperty()
  backupId!: string;

  @ApiProperty({ enum: DRILL_TARGETS })
  target!: DrillTarget;

  /** Whose copy was read. Left out by earlier versions, as the next two. */
  @ApiPropertyOptional({ type: String })
  repository?: string;

  @ApiPropertyOptional({ type: () => [DrilledEngine] })
  engines?: DrilledEngine[];

  /** Empty: all of the backup came back. */
  @ApiPropertyOptional({ type: () => [NotDrilledEngine] })
  notDrilled?: NotDrilledEngine[];

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

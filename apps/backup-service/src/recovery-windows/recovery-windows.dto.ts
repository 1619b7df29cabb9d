import { OperationTime } from '@lucid/jobs/contracts/backup-restore';
import { NAMESPACE } from '@lucid/jobs/contracts/names';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PageQuery } from '@lucid/service-kit/http/page';
import { IsIn, IsOptional, IsRFC3339, Length, Matches } from 'class-validator';
import { OPERATION_KINDS } from './operations-search.ts';

/** A moment of the cluster, exact and as people read it. */
export class MomentView {
  @ApiProperty({ type: () => OperationTime })
  clusterTime!: OperationTime;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;
}

export class BaseBackupView {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: () => MomentView, description: 'The instant the backup itself brings back' })
  consistentAt!: MomentView;
}

/** Every second from `start` to `end` can be the `pointInTime` of a restore. */
export class RecoveryWindowView {
  @ApiProperty({ type: String, description: 'Id of the replica set' })
  replicaSet!: string;

  @ApiProperty({ type: () => MomentView })
  start!: MomentView;

  @ApiProperty({ type: () => MomentView, description: 'Its second is complete once the window has gone beyond it' })
  end!: MomentView;

  @ApiProperty({ type: () => [BaseBackupView], description: 'Backups a restore can begin with, oldest first' })
  backups!: BaseBackupView[];
}

export class RecoveryGapView {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  replicaSet!: string;

  @ApiProperty({ type: () => MomentView })
  from!: MomentView;

  @ApiProperty({
    type: () => MomentView,
    description: 'The same as `from` where a restore in place divides two windows',
  })
  to!: MomentView;

  @ApiProperty({ type: String })
  reason!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  foundAt!: string;
}

export class OplogCaptureView {
  @ApiProperty({ type: Boolean, description: 'BACKUP_PITR_ENABLED' })
  isEnabled!: boolean;

  @ApiProperty({ type: Boolean, description: 'Is it the process that answers which captures?' })
  isActive!: boolean;

  @ApiPropertyOptional({ type: Number, description: 'Time of the cluster that is not stored yet' })
  lagSeconds?: number;

  @ApiPropertyOptional({ type: String, format: 'date-time' })
  lastSliceAt?: string;

  @ApiPropertyOptional({ type: Number, description: 'What the oplog of the member that is read may take' })
  oplogLimitBytes?: number;

  @ApiPropertyOptional({ type: String, description: 'Error code, while it stands still' })
  failure?: string;
}

export class RecoveryWindowsView {
  @ApiProperty({ type: () => [RecoveryWindowView], description: 'Oldest first' })
  items!: RecoveryWindowView[];

  @ApiProperty({ type: () => [RecoveryGapView] })
  gaps!: RecoveryGapView[];

  @ApiProperty({ type: () => OplogCaptureView })
  capture!: OplogCaptureView;
}

/** Query of the search. */
export class OperationsQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, example: 'lucid_blockchain.*' })
  @IsOptional()
  @Matches(NAMESPACE, { message: 'must be a name such as lucid.sessions or lucid.*' })
  namespace?: string;

  @ApiPropertyOptional({ enum: OPERATION_KINDS })
  @IsOptional()
  @IsIn(OPERATION_KINDS)
  kind?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'RFC 3339; from the oldest slice without it' })
  @IsOptional()
  @IsRFC3339({ message: 'must be a time with its offset, such as 2026-01-09T14:03:10Z' })
  from?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'RFC 3339; up to the newest slice without it',
  })
  @IsOptional()
  @IsRFC3339({ message: 'must be a time with its offset, such as 2026-01-09T14:03:10Z' })
  to?: string;

  @ApiPropertyOptional({ type: String, description: 'Id of a replica set; the present one without it' })
  @IsOptional()
  @Length(1, 80)
  replicaSet?: string;
}

/** One operation, without values beyond its `_id`. */
export class OperationView {
  @ApiProperty({ type: () => MomentView, description: 'When it took effect; for one of a transaction, its commit' })
  time!: MomentView;

  @ApiProperty({ type: () => OperationTime, description: '`before` of a restore that undoes it' })
  before!: OperationTime;

  @ApiProperty({ type: String, example: 'drop' })
  kind!: string;

  @ApiProperty({ type: String })
  namespace!: string;

  @ApiPropertyOptional({ type: String, description: 'New name, of a rename' })
  to?: string;

  @ApiPropertyOptional({ description: '`_id` as canonical Extended JSON' })
  id?: unknown;

  @ApiProperty({ type: Boolean })
  isInTransaction!: boolean;
}

export class PageView {
  @ApiProperty({ type: Number })
  limit!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}

/** A page may be empty and yet have a next one: each call looks through a bounded part of the oplog. */
export class OperationsView {
  @ApiProperty({ type: () => [OperationView], description: 'Oldest first' })
  items!: OperationView[];

  @ApiProperty({ type: () => PageView })
  page!: PageView;
}

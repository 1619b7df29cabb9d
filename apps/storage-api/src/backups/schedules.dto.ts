import { BackupCreatePayload } from '@lucid/jobs/contracts/backup-create';
import { JOB_STATES, type JobState } from '@lucid/jobs/job-record';
import { RetentionPolicy } from '@lucid/models/retention-policy';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsObject, IsOptional, IsString, Length, Matches, ValidateNested } from 'class-validator';

const NAME = /^[A-Za-z0-9][A-Za-z0-9 _.-]*$/;

export class CreateScheduleDto {
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'nightly' })
  @Length(1, 100)
  @Matches(NAME, { message: 'name must begin with a letter or digit and hold letters, digits, spaces, _ . -' })
  name!: string;

  @ApiProperty({ example: '0 2 * * *', description: 'minute, hour, day of month, month, weekday; or @daily …' })
  @IsString()
  @Length(1, 200)
  cron!: string;

  @ApiPropertyOptional({ example: 'Europe/Vienna', description: 'IANA time zone; BACKUP_TIMEZONE without it' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  timezone?: string;

  @ApiProperty({ type: () => BackupCreatePayload, description: 'As the body of backups/create' })
  @IsObject()
  @ValidateNested()
  @Type(() => BackupCreatePayload)
  backup!: BackupCreatePayload;

  @ApiPropertyOptional({ type: () => RetentionPolicy, nullable: true, description: 'Null: as the repository has it' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RetentionPolicy)
  retention?: RetentionPolicy | null;

  @ApiPropertyOptional({ default: true, description: 'A paused schedule misses nothing: it goes on with its next run' })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;
}

/** Only what is to be changed; `backup` as a whole. */
export class UpdateScheduleDto extends PartialType(CreateScheduleDto) {}

export class ScheduleDto {
  @ApiProperty({ example: 'sch_3k9f0a7c1x2m8q4z' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ example: '0 2 * * *' })
  cron!: string;

  @ApiProperty({ example: 'Europe/Vienna' })
  timezone!: string;

  @ApiProperty({ type: () => BackupCreatePayload })
  backup!: object;

  @ApiProperty({ type: () => RetentionPolicy, nullable: true, description: 'Null: as the repository has it' })
  retention!: RetentionPolicy | null;

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({ description: 'Does BACKUP_SCHEDULE name it? Then it can be paused, not removed' })
  isConfigured!: boolean;

  @ApiProperty({ type: Date, nullable: true })
  nextDueAt!: Date | null;

  @ApiProperty({ type: [Date], description: 'The next five runs; none while it is paused' })
  nextRuns!: Date[];

  @ApiProperty({ type: Date, nullable: true })
  lastDueAt!: Date | null;

  @ApiProperty({ type: String, nullable: true })
  lastJobId!: string | null;

  @ApiProperty({ enum: JOB_STATES, nullable: true })
  lastState!: JobState | null;

  @ApiProperty({ type: Object, nullable: true, description: 'Why there is no job of the last run' })
  lastError!: object | null;

  @ApiProperty({ description: 'Runs that nobody could ask for, and that were not made up for' })
  missedRuns!: number;

  @ApiProperty({ type: Date, nullable: true })
  lastMissedAt!: Date | null;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty()
  createdBy!: string;

  @ApiProperty()
  updatedAt!: Date;
}

export class SchedulesPageInfo {
  @ApiProperty()
  limit!: number;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class SchedulesPage {
  @ApiProperty({ type: [ScheduleDto] })
  items!: ScheduleDto[];

  @ApiProperty({ type: () => SchedulesPageInfo })
  page!: SchedulesPageInfo;
}

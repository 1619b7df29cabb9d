import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

export const MIGRATION_STATES = [
  ...['pending', 'applying', 'applied', 'reverting', 'rolling-back', 'reverted', 'failed'],
] as const;

export class DryRunQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only says what it would do' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';
}

export class MigrationDto {
  @ApiProperty({ example: '0001-baseline' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null where only the database knows it' })
  description!: string | null;

  @ApiProperty({ enum: MIGRATION_STATES, description: 'reverted and failed were undone, and may be applied again' })
  state!: string;

  @ApiProperty({ type: [String], description: 'Steps that are done, where it is under way' })
  doneSteps!: string[];

  @ApiProperty({ type: String, nullable: true, description: 'The step it is at' })
  step!: string | null;

  @ApiProperty({ type: Boolean, description: 'Is an undo written for all of it?' })
  isReversible!: boolean;

  @ApiProperty({ type: Date, nullable: true })
  startedAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true })
  appliedAt!: Date | null;

  @ApiProperty({ type: String, nullable: true, description: 'Job, or host and process of the script' })
  runBy!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The backup of before it' })
  backupId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed' })
  error!: string | null;

  @ApiProperty({ type: [String], description: 'What an undo could not undo' })
  left!: string[];
}

export class MigrationsDto {
  @ApiProperty({ type: [MigrationDto], description: 'By version' })
  items!: MigrationDto[];

  @ApiProperty({ type: 'integer' })
  pending!: number;

  @ApiProperty({ type: [String], description: 'Why neither up nor down would run' })
  problems!: string[];

  @ApiProperty({ type: String, nullable: true, description: 'Who runs migrations at this moment' })
  heldBy!: string | null;
}

export class PlannedChangeDto {
  @ApiProperty({ example: 'lucid_blockchain.sessions' })
  target!: string;

  @ApiProperty({ example: 'create index' })
  action!: string;

  @ApiProperty()
  detail!: string;
}

export class PlannedMigrationDto {
  @ApiProperty({ example: '0001-baseline' })
  name!: string;

  @ApiProperty({ enum: ['up', 'down'] })
  direction!: 'up' | 'down';

  @ApiProperty({ type: [PlannedChangeDto] })
  changes!: readonly PlannedChangeDto[];
}

export class MigrationPlanDto {
  @ApiProperty({ type: [PlannedMigrationDto], description: 'In the order in which it would be done' })
  migrations!: PlannedMigrationDto[];
}

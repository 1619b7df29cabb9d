import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { defineContract } from './define-contract.ts';

const VERSION = /^\d{4}(-[a-z0-9-]{1,100})?$/;

export class MigrationUpPayload {
  @ApiPropertyOptional({
    type: String,
    example: '0002',
    description: 'The last one to apply; all that are pending without it',
  })
  @IsOptional()
  @Matches(VERSION, { message: 'must be the version or the name of a migration, such as 0002' })
  to?: string;

  @ApiPropertyOptional({ type: Boolean, default: true, description: 'False: without a backup before the first change' })
  @IsOptional()
  @IsBoolean()
  backup?: boolean;
}

export class MigrationDownPayload {
  @ApiPropertyOptional({
    type: String,
    example: '0001',
    description: 'What is newer is undone, this one stays; 0000: undo all',
  })
  @IsOptional()
  @Matches(VERSION, { message: 'must be the version or the name of a migration, such as 0001, or 0000' })
  to?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    default: 1,
    description: 'How many are undone; not with `to`',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  steps?: number;

  @ApiPropertyOptional({ type: Boolean, default: true, description: 'False: without a backup before the first change' })
  @IsOptional()
  @IsBoolean()
  backup?: boolean;
}

export class MigrationResult {
  /** Names, in the order in which it was done. */
  applied!: string[];
  reverted!: string[];
  /** What an undo could not undo; the job is degraded where there is any. */
  left!: string[];
  /** The backup of before the first change; null where nothing was there to lose, or none was wanted. */
  backupId!: string | null;
}

const limits = {
  queue: 'storage-api',
  result: MigrationResult,
  timeoutMs: 6 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 5_000, maxMs: 60_000 },
  concurrency: 1,
  roles: ['admin'],
  resources: () => ['migrations'],
} as const;

export const migrationUp = defineContract({
  ...limits,
  name: 'migration.up',
  idPrefix: 'migrate',
  payload: MigrationUpPayload,
});

export const migrationDown = defineContract({
  ...limits,
  name: 'migration.down',
  idPrefix: 'revert',
  payload: MigrationDownPayload,
});

import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  Length,
  Matches,
} from 'class-validator';
import { defineContract } from './define-contract.ts';
import { COLLECTION_NAME, DATABASE_NAME, REPOSITORY_NAME } from './names.ts';

export const BACKUP_ENGINES = ['mongodb', 'redis', 'elasticsearch'] as const;
export type BackupEngine = (typeof BACKUP_ENGINES)[number];

export const CONSISTENCY_MODES = ['converged', 'strict', 'per-engine'] as const;
export type ConsistencyMode = (typeof CONSISTENCY_MODES)[number];

export const DEFAULT_REPOSITORY_NAME = 'default';

/** Names of the repositories that a backup is written to, its own first. */
export function repositoriesOf({ repository, repositories }: BackupCreatePayload): string[] {
  return repositories ?? [repository ?? DEFAULT_REPOSITORY_NAME];
}

/** Body of POST backups/create. Neither engines nor database: everything. A database or collections: MongoDB alone. */
export class BackupCreatePayload {
  @ApiPropertyOptional({
    type: String,
    example: 'lucid_blockchain',
    description: 'One database of MongoDB; without it all of them',
  })
  @IsOptional()
  @Matches(DATABASE_NAME, { message: 'must be the name of a database' })
  database?: string;

  @ApiPropertyOptional({ type: [String], description: 'Only these collections of `database`' })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(1000)
  @ArrayUnique()
  @Matches(COLLECTION_NAME, { each: true, message: 'must be names of collections' })
  collections?: string[];

  @ApiPropertyOptional({ enum: BACKUP_ENGINES, isArray: true })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(BACKUP_ENGINES, { each: true })
  engines?: BackupEngine[];

  /**
   * How the engines are brought to one time: `converged` (default): MongoDB's end of capture leads, the others are captured just
   * before it; `strict`: user writes to MongoDB are held meanwhile; `per-engine`: each at its own time.
   */
  @ApiPropertyOptional({ enum: CONSISTENCY_MODES, default: 'converged' })
  @IsOptional()
  @IsIn(CONSISTENCY_MODES)
  consistency?: ConsistencyMode;

  /** Must agree with the repository's own setting; left out, the repository decides. */
  @ApiPropertyOptional({ type: Boolean, description: 'Must agree with the repository' })
  @IsOptional()
  @IsBoolean()
  compression?: boolean;

  /** Must agree with the repository's own setting; left out, the repository decides. */
  @ApiPropertyOptional({ type: Boolean, description: 'Must agree with the repository' })
  @IsOptional()
  @IsBoolean()
  encryption?: boolean;

  @ApiPropertyOptional({ type: String, maxLength: 200 })
  @IsOptional()
  @Length(1, 200)
  label?: string;

  @ApiPropertyOptional({ type: String, default: 'default' })
  @IsOptional()
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository?: string;

  /** Written to at once, from one read; instead of `repository`. The first one is the backup's own, the others hold copies. */
  @ApiPropertyOptional({ type: [String], example: ['default', 's3'] })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(8)
  @ArrayUnique()
  @Matches(REPOSITORY_NAME, { each: true, message: 'must be names of repositories' })
  repositories?: string[];
}

export class BackupCreateResult {
  backupId!: string;
  /** Bytes of the captured streams before compression. */
  plainBytes!: number;
  /** Bytes this backup added to the repository. */
  storedBytes!: number;
  newChunks!: number;
  reusedChunks!: number;
  documents!: number;
  collections!: number;
  /** RFC 3339. */
  startedAt!: string;
  finishedAt!: string;
  /** Where it is now. */
  repositories!: string[];
  /** The time between the earliest and the latest engine's state. */
  skewSeconds!: number;
  /** What could not be captured or stored, where the job is degraded. */
  warnings?: string[];
}

/** One backup at a time in a repository: its lease's token is the one the commit carries. */
export const backupCreate = defineContract({
  name: 'backup.create',
  queue: 'backup-service',
  idPrefix: 'backup',
  payload: BackupCreatePayload,
  result: BackupCreateResult,
  timeoutMs: 12 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 10_000, maxMs: 300_000 },
  concurrency: 1,
  roles: ['operator', 'backup-admin', 'admin'],
  // The first one's token is the one of the commit; the flow acquires the others.
  resources: (payload) =>
    repositoriesOf(payload)
      .slice(0, 1)
      .map((name) => `repository:${name}`),
});

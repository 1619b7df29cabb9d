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
  @ArrayUnique()
  @IsIn(BACKUP_ENGINES, { each: true })
  engines?: BackupEngine[];

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
  /** What could not be captured, where the job is degraded. */
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
  resources: (payload) => [`repository:${payload.repository ?? 'default'}`],
});

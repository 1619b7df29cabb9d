import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Length, Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { REPOSITORY_NAME } from './names.ts';

/** A path below the import folder, without a way out of it: no root, no `..`, no empty part. */
const RELATIVE_PATH = /^(?!\/)(?!(?:.*\/)?\.\.?(?:\/|$))(?!.*\/\/)[^\0\\]{1,1024}$/;

/** Body of POST imports: a file of `mongodump --archive`, packed with gzip or not, or a folder that mongodump wrote. */
export class BackupImportPayload {
  /** Relative to BACKUP_IMPORT_PATH. */
  @ApiProperty({ type: String, example: 'nightly.archive.gz' })
  @Matches(RELATIVE_PATH, { message: 'must be a path below the import folder' })
  path!: string;

  @ApiPropertyOptional({ type: String, maxLength: 200 })
  @IsOptional()
  @Length(1, 200)
  label?: string;

  @ApiPropertyOptional({ type: String, default: 'default' })
  @IsOptional()
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository?: string;
}

export class BackupImportResult {
  backupId!: string;
  format!: 'archive' | 'folder';
  /** Bytes of the documents. */
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
  /** What of the dump is not in the backup, and what is to be known about it. */
  warnings?: string[];
}

/** Makes a backup of a dump: one writer at a time in a repository, as for `backup.create`. */
export const backupImport = defineContract({
  name: 'backup.import',
  queue: 'backup-service',
  idPrefix: 'import',
  payload: BackupImportPayload,
  result: BackupImportResult,
  timeoutMs: 12 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 10_000, maxMs: 300_000 },
  concurrency: 1,
  roles: ['backup-admin', 'admin'],
  resources: (payload) => [`repository:${payload.repository ?? 'default'}`],
});

import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';
import { IsIn, IsNumber, IsOptional, Matches, Max, Min } from 'class-validator';
import { VERIFY_LEVELS, type VerifyLevel } from './backup-verify.ts';
import { defineContract } from './define-contract.ts';
import { REPOSITORY_NAME } from './names.ts';

export class RepositoryCheckPayload {
  @ApiProperty({ type: String, example: 'default' })
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository!: string;

  /** manifest: all is authentic and every chunk is there; ciphertext: every chunk is read; plaintext: decrypted and hashed too. */
  @ApiPropertyOptional({ enum: VERIFY_LEVELS, default: 'ciphertext' })
  @IsOptional()
  @IsIn(VERIFY_LEVELS)
  level?: VerifyLevel;

  /** Reads only this fraction of the chunks, others each time. Whether chunks are there is always looked at for all. */
  @ApiPropertyOptional({ type: Number, minimum: 0, maximum: 1, example: 0.05 })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  sample?: number;
}

/** What is wrong with one backup. */
export class DamagedBackup {
  backupId!: string;
  code!: 'MANIFEST_CORRUPT' | 'CHUNK_MISSING' | 'CHUNK_CORRUPT';
  chunks!: number;
  /** Of its streams, at most the first hundred. */
  streams!: string[];
}

/** A slice of the oplog that is not what was stored. */
export class DamagedSlice {
  /** The replica set's id. */
  stream!: string;
  /** Cluster times, as of the recovery windows. */
  from!: { t: number; i: number };
  to!: { t: number; i: number };
  code!: 'CHUNK_MISSING' | 'CHUNK_CORRUPT';
}

/**
 * What is wrong with what is known of gaps in the oplog: the record `id` is not what was written (MANIFEST_CORRUPT), or slices break off with no record
 * of it from `from` to `to` (CHUNK_MISSING).
 */
export class DamagedGap {
  stream!: string;
  code!: 'MANIFEST_CORRUPT' | 'CHUNK_MISSING';
  id?: string;
  from?: { t: number; i: number };
  to?: { t: number; i: number };
}

export class RepositoryCheckResult {
  repository!: string;
  level!: VerifyLevel;
  backups!: number;
  /** Distinct chunks that the backups name, and how many of them were read. */
  chunks!: number;
  readChunks!: number;
  storedBytes!: number;
  missingChunks!: number;
  /** Chunk objects that no backup names; garbage collection removes them. */
  orphans!: number;
  /** At most the first hundred. */
  damaged!: DamagedBackup[];
  damagedBackups!: number;
  /** Slices of the oplog that were read; none with the level `manifest`. Left out by earlier versions, as the next. */
  slices?: number;
  /** At most the first hundred. */
  damagedSlices?: DamagedSlice[];
  /** At most the first hundred. Left out by earlier versions. */
  damagedGaps?: DamagedGap[];
  startedAt!: string;
  finishedAt!: string;
}

/** Only reads, so it holds no lease. Damage is the result of a degraded job. */
export const repositoryCheck = defineContract({
  name: 'repository.check',
  queue: 'backup-service',
  idPrefix: 'check',
  payload: RepositoryCheckPayload,
  result: RepositoryCheckResult,
  timeoutMs: 24 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 10_000, maxMs: 300_000 },
  concurrency: 1,
  roles: ['backup-admin', 'admin'],
  resources: () => [],
});

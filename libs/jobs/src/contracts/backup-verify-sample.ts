import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { REPOSITORY_NAME } from './names.ts';

/** Reads a part of the chunks of all backups, the next part with each run, so that all of them are read in a number of days. */
export class BackupVerifySamplePayload {
  /** Left out: every repository, one after the other. */
  @ApiPropertyOptional({ type: String, description: 'Left out: every repository' })
  @IsOptional()
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository?: string;

  /** Days in which everything is read once, however often it runs. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 3650 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(3650)
  days?: number;
}

/** What was read in one repository. */
export class SampledRepository {
  repository!: string;
  fraction!: number;
  chunks!: number;
  readChunks!: number;
  storedBytes!: number;
}

export class BackupVerifySampleResult {
  /** The first that was read. */
  repository!: string;
  /** Left out by earlier versions, which read one. */
  repositories?: SampledRepository[];
  /** Repositories that could not be read; the job is degraded then. */
  unreachable?: string[];
  /** The part of the chunks that was read, from 0 to 1: of the first. The numbers below are sums. */
  fraction!: number;
  chunks!: number;
  readChunks!: number;
  storedBytes!: number;
  /** Backups with something wrong; the job fails when there is one. */
  damagedBackups!: number;
  startedAt!: string;
  finishedAt!: string;
}

/** One at a time in a repository, so that no part is read twice; it changes nothing there. Of every one: the flow takes them as it goes. */
export const backupVerifySample = defineContract({
  name: 'backup.verify-sample',
  queue: 'backup-service',
  idPrefix: 'sample',
  payload: BackupVerifySamplePayload,
  result: BackupVerifySampleResult,
  timeoutMs: 12 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 30_000, maxMs: 600_000 },
  concurrency: 1,
  roles: ['operator', 'backup-admin', 'admin'],
  resources: ({ repository }) => (repository === undefined ? [] : [`verify-sample:${repository}`]),
});

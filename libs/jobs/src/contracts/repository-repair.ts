import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { REPOSITORY_NAME } from './names.ts';
import type { DamagedBackup, DamagedGap, DamagedSlice } from './repository-check.ts';

export class RepositoryRepairPayload {
  @ApiProperty({ type: String, example: 'default' })
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository!: string;

  /** Sound copies of damaged chunks come from here; without it damage is only set aside, so that the next backup stores it anew. */
  @ApiPropertyOptional({ type: String, description: 'A repository with the same keys' })
  @IsOptional()
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  from?: string;
}

export class RepositoryRepairResult {
  repository!: string;
  repairedChunks!: number;
  /** Damaged objects, which are kept below `quarantine/`. */
  quarantinedChunks!: number;
  /** Backups that were damaged and are whole again; at most the first hundred. */
  whole!: string[];
  /** What is still damaged; at most the first hundred. */
  lost!: DamagedBackup[];
  /** Slices of the oplog that the replica had sound. Left out by earlier versions, as the next. */
  repairedSlices?: number;
  /** What is still damaged; at most the first hundred. */
  lostSlices?: DamagedSlice[];
  /** The same of records of gaps. Left out by earlier versions. */
  lostGaps?: DamagedGap[];
  startedAt!: string;
  finishedAt!: string;
}

export const repositoryRepair = defineContract({
  name: 'repository.repair',
  queue: 'backup-service',
  idPrefix: 'repair',
  payload: RepositoryRepairPayload,
  result: RepositoryRepairResult,
  timeoutMs: 24 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 10_000, maxMs: 300_000 },
  concurrency: 1,
  roles: ['backup-admin', 'admin'],
  resources: ({ repository }) => [`repository:${repository}`],
});

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { REPOSITORY_NAME } from './names.ts';

export class RepositoryCollectGarbagePayload {
  @ApiProperty({ type: String, example: 'default' })
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository!: string;

  @ApiPropertyOptional({ type: Boolean, description: 'Only says what would be done' })
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

export class RepositoryCollectGarbageResult {
  repository!: string;
  dryRun!: boolean;
  /**
   * condemned: what is to go was noted, a later run deletes it · waiting: backups that began before still run ·
   * deleted: it is gone · clean: there was nothing.
   */
  phase!: 'condemned' | 'waiting' | 'deleted' | 'clean';
  condemnedChunks!: number;
  deletedChunks!: number;
  deletedBytes!: number;
  keptChunks!: number;
  /** Backups that it waits for. */
  waitingFor!: string[];
  startedAt!: string;
  finishedAt!: string;
}

/** One step of the collection; never beside a backup into the same repository, whose lease it needs. */
export const repositoryCollectGarbage = defineContract({
  name: 'repository.collect-garbage',
  queue: 'backup-service',
  idPrefix: 'collect',
  payload: RepositoryCollectGarbagePayload,
  result: RepositoryCollectGarbageResult,
  timeoutMs: 12 * 3_600_000,
  attempts: 3,
  backoff: { baseMs: 10_000, maxMs: 300_000 },
  concurrency: 1,
  roles: ['backup-admin', 'admin'],
  resources: ({ repository }) => [`repository:${repository}`],
});

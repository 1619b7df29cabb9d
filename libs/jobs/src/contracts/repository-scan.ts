import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { REPOSITORY_NAME } from './names.ts';

export class RepositoryScanPayload {
  @ApiProperty({ type: String, example: 'default' })
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository!: string;
}

export class RepositoryScanResult {
  repository!: string;
  /** Backups that the repository holds. */
  backups!: number;
  /** Of these, the ones that the catalogue did not have. */
  added!: number;
  /** Entries of the catalogue that no repository holds any more. */
  removed!: number;
  /** Backups that cannot be read; at most the first hundred. */
  unreadable!: string[];
}

/** Rebuilds the catalogue from the repository; only reads it. */
export const repositoryScan = defineContract({
  name: 'repository.scan',
  queue: 'backup-service',
  idPrefix: 'scan',
  payload: RepositoryScanPayload,
  result: RepositoryScanResult,
  timeoutMs: 3_600_000,
  attempts: 3,
  backoff: { baseMs: 10_000, maxMs: 300_000 },
  concurrency: 1,
  roles: ['backup-admin', 'admin'],
  resources: () => [],
});

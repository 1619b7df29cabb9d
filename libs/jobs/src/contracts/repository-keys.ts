import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { defineContract } from './define-contract.ts';
import { REPOSITORY_NAME } from './names.ts';

export class RepositoryKeysPayload {
  @ApiProperty({ type: String, example: 'default' })
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository!: string;
}

export class RepositoryRotateDataKeyResult {
  repository!: string;
  /** The key that encrypts new chunks; earlier ones stay and decrypt. */
  dataKeyId!: number;
  keySetVersion!: number;
}

export class RepositoryRewrapResult {
  repository!: string;
  /** Names the master key and tells nothing about it. */
  masterKeyId!: string;
  keySetVersion!: number;
  /** False where the keys were wrapped by this master key already. */
  isNew!: boolean;
  removedVersions!: number;
}

const limits = {
  queue: 'backup-service',
  payload: RepositoryKeysPayload,
  timeoutMs: 600_000,
  attempts: 3,
  backoff: { baseMs: 5_000, maxMs: 60_000 },
  concurrency: 1,
  roles: ['backup-admin', 'admin'],
  resources: ({ repository }: RepositoryKeysPayload) => [`repository:${repository}`],
} as const;

/** A new data key for what is stored from now on. */
export const repositoryRotateDataKey = defineContract({
  ...limits,
  name: 'repository.rotate-data-key',
  idPrefix: 'rotate',
  result: RepositoryRotateDataKeyResult,
});

/** The keys wrapped by BACKUP_MASTER_KEY, where one of BACKUP_PREVIOUS_KEYS wraps them. */
export const repositoryRewrap = defineContract({
  ...limits,
  name: 'repository.rewrap',
  idPrefix: 'rewrap',
  result: RepositoryRewrapResult,
});

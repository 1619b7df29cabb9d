import type { RepositoryOwner } from '@lucid/archive/repository';
import type { SelfTestResult } from '@lucid/archive/maintenance-types';
import { AppError, type StoredError } from '@lucid/core/app-error';
import type { OpenedRepository } from './open-repository.ts';
import type { RepositoryDefinition } from './repository-definition.ts';

/**
 * ready: read and written · read-only: residency forbids to write · owned-by-another: another cluster's, which can be
 * read · damaged: it opens, and its keys do not open what is stored · unreachable: it could not be opened; tried again.
 */
export const REPOSITORY_STATES = ['ready', 'read-only', 'owned-by-another', 'damaged', 'unreachable'] as const;
export type RepositoryState = (typeof REPOSITORY_STATES)[number];

/** What a service process knows of one repository. */
export interface KnownRepository {
  readonly definition: RepositoryDefinition;
  readonly state: RepositoryState;
  /** Why it is not `ready`. */
  readonly reason: StoredError | undefined;
  readonly opened: OpenedRepository | undefined;
  readonly owner: RepositoryOwner | undefined;
  /** Of the time it was opened. */
  readonly selfTest: SelfTestResult | undefined;
}

/** The plain form of what kept a repository from being opened; what is no AppError is only logged. */
export function reasonOf(error: unknown): StoredError {
  const known =
    error instanceof AppError
      ? error
      : new AppError('INTERNAL', 'The repository cannot be opened; the log of the service says why.', { cause: error });
  return known.toStored();
}

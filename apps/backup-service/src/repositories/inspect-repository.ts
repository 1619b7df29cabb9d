import { AppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import type { OpenedRepository } from './open-repository.ts';
import type { RepositoryDefinition } from './repository-definition.ts';
import { reasonOf, type KnownRepository, type RepositoryState } from './repository-state.ts';

export interface InspectOptions {
  /** Of this cluster. */
  readonly clusterId: string;
  /** Makes this cluster the owner where another one is. */
  readonly takeOver: boolean;
  readonly logger: Logger;
}

/**
 * Whose is it, and do the keys still open what is stored? That they do not is a state, not an error.
 * @throws AppError OBJECT_STORE_UNAVAILABLE, REPOSITORY_CORRUPT (its owner), CONFLICT (another took it over at this moment)
 */
export async function inspectRepository(
  definition: RepositoryDefinition,
  opened: OpenedRepository,
  { clusterId, takeOver, logger }: InspectOptions,
): Promise<KnownRepository> {
  const { repository, isWritable } = opened;
  let owner = await repository.owner();
  if (owner.clusterId !== clusterId && takeOver && isWritable) {
    owner = await repository.takeOver();
    logger.warn({ epoch: owner.epoch }, 'the repository was taken over from another cluster');
  }
  const isOwn = owner.clusterId === clusterId;
  if (!isOwn) {
    logger.warn('another cluster owns the repository: backups can be restored; to write, set BACKUP_TAKE_OVER=true');
  }
  const usable: RepositoryState = !isOwn ? 'owned-by-another' : isWritable ? 'ready' : 'read-only';
  const known = { definition, opened, owner, reason: undefined, selfTest: undefined };
  try {
    const selfTest = await repository.selfTest();
    logger.info({ selfTest }, 'the keys open what the repository holds');
    return { ...known, state: usable, selfTest };
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    logger.error({ err: error }, 'the self-test of the repository failed');
    return { ...known, state: 'damaged', reason: reasonOf(error) };
  }
}

import { Repository } from '@lucid/archive/repository';
import type { CreateOptions } from '@lucid/archive/repository-types';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { GuardedObjectStore } from '@lucid/clients/object-store/guarded-object-store';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { probeConditionalWrites } from '@lucid/clients/object-store/probe';
import { RetryingObjectStore } from '@lucid/clients/object-store/retrying-object-store';
import { ThrottledObjectStore } from '@lucid/clients/object-store/throttled-object-store';
import { TokenBucket } from '@lucid/clients/object-store/token-bucket';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { BackupConfig } from '../config.ts';
import {
  DEFAULT_REPOSITORY,
  S3_REPOSITORY,
  mayHoldData,
  residencyRefused,
  type RepositoryDefinition,
} from './repository-definition.ts';

export interface OpenContext {
  readonly config: BackupConfig;
  readonly clusterId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The limit of all repositories together. */
  readonly shared: TokenBucket | undefined;
  /** Ends every wait for a store, when the service stops. */
  readonly signal: AbortSignal;
  /** Id of the repository that was there before; another one, or none, is not taken for it. */
  readonly knownId: string | undefined;
  /** What replicas share their keys with. */
  readonly source: Repository | undefined;
}

export interface OpenedRepository {
  readonly repository: Repository;
  /** False where residency forbids to write into it. */
  readonly isWritable: boolean;
  close(): Promise<void>;
}

interface Connected {
  readonly store: ObjectStore;
  close(): void;
}

/**
 * Opens a repository, or makes it where there is none and data may be written there.
 * @throws AppError OBJECT_STORE_UNAVAILABLE, REPOSITORY_KEY_WRONG, REPOSITORY_MISMATCH, RESIDENCY_REFUSED, PERMISSION_DENIED …
 */
export async function openRepository(
  definition: RepositoryDefinition,
  context: OpenContext,
): Promise<OpenedRepository> {
  const { config, clock, shared } = context;
  const isWritable = mayHoldData(definition, config);
  const connected = await connect(definition, context);
  try {
    if (isWritable) await probeConditionalWrites(connected.store);
    const own = definition.bandwidthLimit === undefined ? undefined : new TokenBucket(definition.bandwidthLimit, clock);
    const buckets = [shared, own].filter((bucket) => bucket !== undefined);
    const throttled = buckets.length > 0 ? new ThrottledObjectStore(connected.store, buckets) : connected.store;
    await assertThere(throttled, definition, context);
    const repository = isWritable
      ? await openOrCreate(throttled, definition, context)
      : await openReadOnly(throttled, definition, context);
    if (context.knownId !== undefined && repository.id !== context.knownId) {
      await repository.close();
      throw another(definition.name);
    }
    return {
      repository,
      isWritable,
      close: async () => {
        await repository.close();
        connected.close();
      },
    };
  } catch (error) {
    connected.close();
    throw error;
  }
}

async function connect(definition: RepositoryDefinition, context: OpenContext): Promise<Connected> {
  if (definition.kind === 'file') {
    const store = await FileObjectStore.open(definition.path).catch((error: unknown) => {
      throw unusablePath(error, definition.name);
    });
    return { store, close: () => undefined };
  }
  // A library of 20 MB, which most installations never need.
  const { S3ObjectStore } = await import('@lucid/clients/object-store/s3-object-store');
  const { clock, signal } = context;
  const store = await S3ObjectStore.open(definition.s3, { clock, signal });
  const logger = context.logger.child({ repository: definition.name });
  if (definition.s3.endpoint?.startsWith('http:')) {
    logger.warn(
      'the endpoint of the object store is http: what is stored is encrypted, its addresses and times are not',
    );
  }
  return { store: new RetryingObjectStore(store, { clock, logger, signal }), close: () => store.close() };
}

/**
 * A folder whose volume is not mounted, and a bucket that was emptied, look as new ones do: nothing is made there, for everybody
 * would take the new repository for the one with the backups.
 */
async function assertThere(store: ObjectStore, { name }: RepositoryDefinition, context: OpenContext): Promise<void> {
  if (context.knownId === undefined || (await Repository.isIn(store))) return;
  throw new AppError(
    'REPOSITORY_NOT_FOUND',
    `the repository ${name} is not at its place any more: is its volume mounted? ${anew(name)}`,
  );
}

function another(name: string): AppError {
  return new AppError('REPOSITORY_MISMATCH', `another repository is at the place of ${name}. ${anew(name)}`);
}

function anew(name: string): string {
  return name === DEFAULT_REPOSITORY || name === S3_REPOSITORY
    ? 'BACKUP_TAKE_OVER=true begins with what is there now'
    : 'To begin with what is there now, forget it and add it again';
}

function openOrCreate(store: ObjectStore, definition: RepositoryDefinition, context: OpenContext): Promise<Repository> {
  const options = optionsOf(definition, context);
  if (!definition.isReplica) return Repository.openOrCreate(store, options);
  if (!context.source) {
    throw new AppError(
      'OBJECT_STORE_UNAVAILABLE',
      `the repository ${DEFAULT_REPOSITORY}, whose replica it is, is not there`,
    );
  }
  return Repository.createReplica(store, context.source, options);
}

/** Nothing may be made there: what is there can be read, and that is all. */
async function openReadOnly(
  store: ObjectStore,
  definition: RepositoryDefinition,
  context: OpenContext,
): Promise<Repository> {
  const refused = (): AppError => residencyRefused(definition.name, definition.region, context.config.dataRegion);
  try {
    return await Repository.open(new GuardedObjectStore(store, refused), optionsOf(definition, context));
  } catch (error) {
    throw isAppError(error, 'REPOSITORY_NOT_FOUND') ? refused() : error;
  }
}

function optionsOf({ encryption, compression }: RepositoryDefinition, context: OpenContext): CreateOptions {
  const { config, clusterId, clock } = context;
  const { masterKey, previousKeys } = config;
  return {
    encryption: encryption ? 'aes-256-gcm' : 'none',
    compression: compression ? 'zstd' : 'none',
    ...(encryption && masterKey && { masterKey }),
    previousKeys: encryption ? previousKeys : [],
    clusterId,
    clock,
  };
}

/** What the operating system says against a path, as one line; anything else as it is. */
function unusablePath(error: unknown, name: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof AppError || code === undefined) return error;
  const what = name === DEFAULT_REPOSITORY ? 'BACKUP_STORAGE_PATH' : `the path of the repository ${name}`;
  return new AppError('CONFIG_INVALID', `${what} cannot be used as a folder (${code}), for example /backups`, {
    cause: error,
  });
}

import { randomUUID } from 'node:crypto';
import { Repository } from '@lucid/archive/repository';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { probeConditionalWrites } from '@lucid/clients/object-store/probe';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { InjectClock, InjectControlDatabase, InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Db } from 'mongodb';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';

export const DEFAULT_REPOSITORY = 'default';

/** The id of this cluster, made once and kept with the control records: it says whose repository a repository is. */
async function ensureClusterId(controlDatabase: Db): Promise<string> {
  const clusters = controlDatabase.collection<{ _id: string; clusterId: string }>('cluster');
  const found = await clusters.findOneAndUpdate(
    { _id: 'cluster' },
    { $setOnInsert: { clusterId: randomUUID() } },
    { upsert: true, returnDocument: 'after', writeConcern: { w: 'majority' } },
  );
  if (!found) throw new AppError('MONGODB_UNAVAILABLE', 'the id of the cluster could not be stored');
  return found.clusterId;
}

/** What the operating system says against the storage path, as one line; anything else as it is. */
function unusablePath(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof AppError || code === undefined) return error;
  return new AppError(
    'CONFIG_INVALID',
    `BACKUP_STORAGE_PATH cannot be used as a folder (${code}), for example /backups`,
    {
      cause: error,
    },
  );
}

/** The repositories this service writes to and reads from; one of them, `default`, until more can be configured. */
@Injectable()
export class RepositoriesService implements OnModuleInit, OnApplicationShutdown {
  private opened: Repository | undefined;

  constructor(
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectControlDatabase() private readonly controlDatabase: Db,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /** Opens the repository, or makes it. @throws AppError REPOSITORY_KEY_WRONG, REPOSITORY_MISMATCH, PERMISSION_DENIED … */
  async onModuleInit(): Promise<void> {
    const { backupStoragePath, backupEncryption, backupCompression, masterKey, previousKeys } = this.config;
    const clusterId = await ensureClusterId(this.controlDatabase);
    const store = await FileObjectStore.open(backupStoragePath).catch((error: unknown) => {
      throw unusablePath(error);
    });
    await probeConditionalWrites(store);
    const repository = await Repository.openOrCreate(store, {
      encryption: backupEncryption ? 'aes-256-gcm' : 'none',
      compression: backupCompression ? 'zstd' : 'none',
      ...(masterKey && { masterKey }),
      previousKeys,
      clusterId,
      clock: this.clock,
    });
    this.opened = repository;
    const owner = await repository.owner();
    if (owner.clusterId === clusterId) return;
    if (this.config.takeOver) {
      const { epoch } = await repository.takeOver();
      this.logger.warn({ epoch }, 'the repository was taken over from another cluster');
    } else {
      this.logger.warn(
        'another cluster owns the repository: backups can be restored; to write, set BACKUP_TAKE_OVER=true',
      );
    }
  }

  /** @throws AppError REPOSITORY_NOT_FOUND */
  get(name: string = DEFAULT_REPOSITORY): Repository {
    if (name !== DEFAULT_REPOSITORY || !this.opened) {
      throw new AppError('REPOSITORY_NOT_FOUND', `there is no repository ${name}; there is ${DEFAULT_REPOSITORY}`);
    }
    return this.opened;
  }

  names(): string[] {
    return this.opened ? [DEFAULT_REPOSITORY] : [];
  }

  async onApplicationShutdown(): Promise<void> {
    await this.opened?.close();
  }
}

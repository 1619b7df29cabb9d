import type { Repository } from '@lucid/archive/repository';
import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import { readBackupMeta, type BackupMeta } from './backup-record.ts';

export interface StoredBackup {
  readonly repositoryName: string;
  readonly repository: Repository;
  readonly reader: SnapshotReader;
  readonly meta: BackupMeta;
}

/** Finds a backup in whichever repository holds it, also where the catalogue is gone or wrong. */
@Injectable()
export class StoredBackups {
  constructor(
    private readonly catalogue: BackupCatalogue,
    private readonly repositories: RepositoriesService,
  ) {}

  /**
   * Where one repository is out of reach, or what it holds of the backup is damaged, another one that holds it is taken.
   * @param from only this repository
   * @throws AppError BACKUP_NOT_FOUND, MANIFEST_CORRUPT, REPOSITORY_FORMAT, REPOSITORY_NOT_FOUND, OBJECT_STORE_UNAVAILABLE
   */
  async open(backupId: string, from?: string): Promise<StoredBackup> {
    let failure: AppError | undefined;
    for (const repositoryName of from === undefined ? await this.candidates(backupId) : [from]) {
      try {
        const repository = this.repositories.get(repositoryName);
        if (!(await repository.findCommit(backupId))) continue;
        const reader = await repository.readSnapshot(backupId);
        return { repositoryName, repository, reader, meta: readBackupMeta(reader) };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        failure ??= error;
      }
    }
    if (failure) throw failure;
    const where = from === undefined ? 'no repository holds' : `the repository ${from} does not hold`;
    throw new AppError('BACKUP_NOT_FOUND', `${where} the backup ${backupId.slice(0, 100)}`);
  }

  /** The repository of the catalogue first. */
  private async candidates(backupId: string): Promise<string[]> {
    const listed = (await this.catalogue.find(backupId))?.repository;
    const names = this.repositories.names();
    return listed !== undefined && names.includes(listed)
      ? [listed, ...names.filter((name) => name !== listed)]
      : [...names];
  }
}

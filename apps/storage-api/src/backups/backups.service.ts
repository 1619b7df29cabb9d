import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import type { BackupCreatePayload } from '@lucid/jobs/contracts/backup-create';
import { getBackup, listBackups, type BackupView } from '@lucid/service-kit/backups/backup-view';
import { assertBackupRequest, assertKnownRepositories } from '@lucid/service-kit/backups/backup-request';
import { assertScopeThere, readNamesThere } from '@lucid/service-kit/backups/backup-scope';
import { assertRestoreChoice } from '@lucid/service-kit/backups/restore-choice';
import { assertRestoreTargets, refuseTimeOfCluster } from '@lucid/service-kit/backups/restore-targets';
import type { Page, PageQuery } from '@lucid/service-kit/http/page';
import { InjectControlDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Db } from 'mongodb';
import type { RestoreBackupDto } from './backups.dto.ts';

/** Shows the backups of the catalogue; making and restoring them is backup-service's work. */
@Injectable()
export class BackupsService {
  constructor(
    private readonly catalogue: BackupCatalogue,
    @InjectControlDatabase() private readonly controlDatabase: Db,
  ) {}

  list(query: PageQuery): Promise<Page<BackupView>> {
    return listBackups(this.catalogue, query);
  }

  get(id: string): Promise<BackupView> {
    return getBackup(this.catalogue, id);
  }

  /** Is this a backup that could be made? @throws AppError VALIDATION_FAILED, REPOSITORY_NOT_FOUND */
  async assertPossible(request: BackupCreatePayload, parent = ''): Promise<void> {
    assertBackupRequest(request, this.controlDatabase.databaseName, parent);
    await assertKnownRepositories(request, this.controlDatabase);
  }

  /** Is there what is to be backed up now? @throws AppError BACKUP_SCOPE_EMPTY, MONGODB_UNAVAILABLE */
  async assertThere(request: BackupCreatePayload): Promise<void> {
    const there = await readNamesThere(this.controlDatabase, request);
    if (there) assertScopeThere(request, there, this.controlDatabase.databaseName);
  }

  /**
   * The backup to be restored. @throws AppError BACKUP_NOT_FOUND, RESTORE_REFUSED (a database that is never restored, several into one),
   * BACKUP_SCOPE_EMPTY (names that it does not hold), BACKUP_ENGINE_UNSUPPORTED
   */
  async restorable(id: string, request: RestoreBackupDto): Promise<BackupView> {
    const backup = await this.get(id);
    assertRestoreTargets(request, this.controlDatabase.databaseName);
    assertRestoreChoice(request, backup);
    refuseTimeOfCluster(request, (await this.catalogue.find(id))?.is_sharded === true);
    return backup;
  }
}

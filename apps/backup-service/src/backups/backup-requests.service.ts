import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { AppError } from '@lucid/core/app-error';
import { repositoriesOf, type BackupCreatePayload } from '@lucid/jobs/contracts/backup-create';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import { assertBackupRequest } from '@lucid/service-kit/backups/backup-request';
import { assertScopeThere } from '@lucid/service-kit/backups/backup-scope';
import { getBackup } from '@lucid/service-kit/backups/backup-view';
import { assertRestoreChoice } from '@lucid/service-kit/backups/restore-choice';
import { assertRestoreTargets, refuseTimeOfCluster } from '@lucid/service-kit/backups/restore-targets';
import { mongodbTls } from '@lucid/service-kit/engines/engine-providers';
import { InjectControlDatabase } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import type { Db } from 'mongodb';
import { namesThere } from '../captures/mongodb/names-there.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { captureUri } from '../mongodb-users.ts';
import { PointInTimeService } from '../recovery-windows/point-in-time.service.ts';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import { assertSettings } from './new-backup.ts';

/** Refuses what cannot succeed before it becomes a job. */
@Injectable()
export class BackupRequests {
  constructor(
    private readonly catalogue: BackupCatalogue,
    private readonly repositories: RepositoriesService,
    private readonly times: PointInTimeService,
    @InjectControlDatabase() private readonly controlDatabase: Db,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
  ) {}

  /**
   * Is this a backup that could be made now?
   * @throws AppError BACKUP_DISABLED, VALIDATION_FAILED, BACKUP_ENGINE_UNSUPPORTED, REPOSITORY_NOT_FOUND, REPOSITORY_MISMATCH, BACKUP_SCOPE_EMPTY
   */
  async assertPossible(request: BackupCreatePayload): Promise<void> {
    const control = this.controlDatabase.databaseName;
    if (!this.config.backupEnabled)
      throw new AppError('BACKUP_DISABLED', 'backups are switched off: BACKUP_ENABLED is false');
    assertBackupRequest(request, control);
    for (const name of repositoriesOf(request)) {
      this.repositories.describe(name);
      // One that is away now may be back when the job is run.
      if (this.repositories.names().includes(name)) assertSettings(request, this.repositories.get(name));
    }
    const there = await namesThere(new Topology(captureUri(this.config), mongodbTls(this.config)), request);
    if (there) assertScopeThere(request, there, control);
  }

  /**
   * Is this a restore that could be made?
   * @throws AppError VALIDATION_FAILED, BACKUP_NOT_FOUND, RESTORE_REFUSED, REPOSITORY_NOT_FOUND, BACKUP_SCOPE_EMPTY, BACKUP_ENGINE_UNSUPPORTED,
   * RECOVERY_TIME_UNAVAILABLE
   */
  async assertRestorable(request: BackupRestorePayload): Promise<void> {
    const backup = await getBackup(this.catalogue, request.backupId);
    assertRestoreTargets(request, this.controlDatabase.databaseName);
    if (request.repository !== undefined) this.repositories.describe(request.repository);
    assertRestoreChoice(request, backup);
    refuseTimeOfCluster(request, (await this.catalogue.find(backup.id))?.is_sharded === true);
    const moment = this.times.momentOf(request);
    if (moment) await this.times.chooseBackup(moment, request.backupId);
  }
}

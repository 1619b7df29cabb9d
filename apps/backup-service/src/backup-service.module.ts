import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { jobWorkerProvider } from '@lucid/service-kit/jobs/job-worker.provider';
import { TOKENS } from '@lucid/service-kit/tokens';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Db } from 'mongodb';
import { BackupRequests } from './backups/backup-requests.service.ts';
import { BackupsController } from './backups/backups.controller.ts';
import { BackupsJobs } from './backups/backups.jobs.ts';
import { BackupsService } from './backups/backups.service.ts';
import { StoredBackups } from './backups/stored-backups.service.ts';
import { CreateBackupFlow } from './backups/create-backup.flow.ts';
import { capturesProvider } from './captures/captures.provider.ts';
import { BACKUP_CONFIG, type BackupConfig } from './config.ts';
import { ExportsController } from './interchange/exports.controller.ts';
import { ExportsService } from './interchange/exports.service.ts';
import { ImportBackupFlow } from './interchange/import-backup.flow.ts';
import { ImportsController } from './interchange/imports.controller.ts';
import { ImportsService } from './interchange/imports.service.ts';
import { InterchangeJobs } from './interchange/interchange.jobs.ts';
import { RecoveryWindowsController } from './recovery-windows/recovery-windows.controller.ts';
import { recoveryProviders } from './recovery-windows/recovery-windows.providers.ts';
import { BackupCopiesController, RepositoriesController } from './repositories/repositories.controller.ts';
import { RepositoriesJobs } from './repositories/repositories.jobs.ts';
import { repositoriesProviders } from './repositories/repositories.providers.ts';
import { RepositoriesService } from './repositories/repositories.service.ts';
import { DocumentCache } from './restores/document-cache.ts';
import { InterruptedRestores } from './restores/interrupted-restores.ts';
import { RestoreBackupFlow } from './restores/restore-backup.flow.ts';
import { RestoresController } from './restores/restores.controller.ts';
import { restorersProvider } from './restores/restorers.provider.ts';
import { RestoreConnection } from './mongodb-users.ts';
import { RestoreEstimates } from './restores/restore-estimates.ts';
import { RestoreRuns } from './restores/restore-runs.ts';
import { SafetyBackup } from './restores/safety-backup.ts';
import { HoldsController } from './retention/holds.controller.ts';
import { RetentionController } from './retention/retention.controller.ts';
import { RetentionJobs } from './retention/retention.jobs.ts';
import { retentionProviders } from './retention/retention.providers.ts';
import { scheduleProviders } from './schedules/schedules.providers.ts';
import { ASSURANCE_CONTROLLERS, ASSURANCE_JOBS, ASSURANCE_PROVIDERS } from './verification/assurance.providers.ts';

@Module({})
export class BackupServiceModule {
  static forConfig(config: BackupConfig): DynamicModule {
    return {
      module: BackupServiceModule,
      controllers: [
        BackupsController,
        ExportsController,
        ImportsController,
        ...ASSURANCE_CONTROLLERS,
        RecoveryWindowsController,
        HoldsController,
        RetentionController,
        RepositoriesController,
        BackupCopiesController,
        RestoresController,
      ],
      providers: [
        { provide: BACKUP_CONFIG, useValue: config },
        {
          provide: BackupCatalogue,
          useFactory: (database: Db) => new BackupCatalogue(database),
          inject: [TOKENS.MAIN_DATABASE],
        },
        RepositoriesService,
        ...repositoriesProviders,
        RestoreConnection,
        capturesProvider,
        BackupsService,
        ExportsService,
        ImportsService,
        ImportBackupFlow,
        InterchangeJobs,
        ...ASSURANCE_PROVIDERS,
        CreateBackupFlow,
        StoredBackups,
        restorersProvider,
        RestoreEstimates,
        SafetyBackup,
        DocumentCache,
        RestoreRuns,
        BackupRequests,
        InterruptedRestores,
        RestoreBackupFlow,
        ...recoveryProviders,
        BackupsJobs,
        ...scheduleProviders,
        ...retentionProviders,
        jobWorkerProvider('backup-service', [
          BackupsJobs,
          InterchangeJobs,
          ...ASSURANCE_JOBS,
          RetentionJobs,
          RepositoriesJobs,
        ]),
      ],
    };
  }
}

import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { scheduleServiceProvider } from '@lucid/service-kit/jobs/scheduler.provider';
import { TOKENS } from '@lucid/service-kit/tokens';
import { Module } from '@nestjs/common';
import type { Db } from 'mongodb';
import { BackupDeletion } from './backup-deletion.service.ts';
import { BackupFirst } from './backup-first.ts';
import { BackupsController } from './backups.controller.ts';
import { BackupsService } from './backups.service.ts';
import { SchedulesController } from './schedules.controller.ts';
import { SchedulesService } from './schedules.service.ts';

@Module({
  controllers: [SchedulesController, BackupsController],
  providers: [
    BackupsService,
    BackupDeletion,
    BackupFirst,
    scheduleServiceProvider,
    SchedulesService,
    {
      provide: BackupCatalogue,
      useFactory: (database: Db) => new BackupCatalogue(database),
      inject: [TOKENS.MAIN_DATABASE],
    },
  ],
  // Others take a backup before what they do.
  exports: [BackupFirst],
})
export class BackupsModule {}

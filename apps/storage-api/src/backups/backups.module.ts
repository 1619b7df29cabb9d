import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { TOKENS } from '@lucid/service-kit/tokens';
import { Module } from '@nestjs/common';
import type { Db } from 'mongodb';
import { BackupsController } from './backups.controller.ts';
import { BackupsService } from './backups.service.ts';

@Module({
  controllers: [BackupsController],
  providers: [
    BackupsService,
    {
      provide: BackupCatalogue,
      useFactory: (database: Db) => new BackupCatalogue(database),
      inject: [TOKENS.MAIN_DATABASE],
    },
  ],
})
export class BackupsModule {}

import type { Clock } from '@lucid/core/clock';
import { TOKENS } from '@lucid/service-kit/tokens';
import { Module } from '@nestjs/common';
import { MongoClient, type Db } from 'mongodb';
import { BackupsModule } from '../backups/backups.module.ts';
import { MigrateFlow } from './migrate.flow.ts';
import { MigrationsController } from './migrations.controller.ts';
import { MigrationsJobs } from './migrations.jobs.ts';
import { MigrationsService } from './migrations.service.ts';
import { ALL_VERSIONS } from './versions/all-versions.ts';

@Module({
  imports: [BackupsModule],
  controllers: [MigrationsController],
  providers: [
    {
      provide: MigrationsService,
      useFactory: (client: MongoClient, database: Db, controlDatabase: Db, clock: Clock) =>
        new MigrationsService({ client, database, controlDatabase, clock, versions: ALL_VERSIONS }),
      inject: [MongoClient, TOKENS.MAIN_DATABASE, TOKENS.CONTROL_DATABASE, TOKENS.CLOCK],
    },
    MigrateFlow,
    MigrationsJobs,
  ],
  exports: [MigrationsJobs],
})
export class MigrationsModule {}

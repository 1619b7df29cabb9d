import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { TOKENS } from '@lucid/service-kit/tokens';
import { Module } from '@nestjs/common';
import type { Db } from 'mongodb';
import { BackupsModule } from '../backups/backups.module.ts';
import { CollectionCatalogue } from './collection-catalogue.ts';
import { CollectionDrop } from './collection-drop.service.ts';
import { CollectionsController } from './collections.controller.ts';
import { CollectionsJobs } from './collections.jobs.ts';
import { CollectionsService } from './collections.service.ts';
import { DropCollectionFlow } from './drop-collection.flow.ts';

/** Collections: what there is, with its options; create and drop. */
@Module({
  imports: [BackupsModule],
  controllers: [CollectionsController],
  providers: [
    CollectionCatalogue,
    CollectionsService,
    CollectionDrop,
    DropCollectionFlow,
    CollectionsJobs,
    {
      provide: BackupCatalogue,
      useFactory: (database: Db) => new BackupCatalogue(database),
      inject: [TOKENS.MAIN_DATABASE],
    },
  ],
  exports: [CollectionCatalogue, CollectionsJobs],
})
export class CollectionsModule {}

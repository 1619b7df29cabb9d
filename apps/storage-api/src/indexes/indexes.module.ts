import { Module } from '@nestjs/common';
import { ClusterModule } from '../cluster/cluster.module.ts';
import { CollectionsModule } from '../collections/collections.module.ts';
import { MembersModule } from '../database/members.module.ts';
import { CreateIndexFlow } from './create-index.flow.ts';
import { IndexBuilds } from './index-builds.ts';
import { IndexListing } from './index-list.service.ts';
import { IndexReportController } from './index-report.controller.ts';
import { IndexReportService } from './index-report.service.ts';
import { IndexTrial } from './index-trial.ts';
import { IndexUsageReader } from './index-usage.ts';
import { IndexesController } from './indexes.controller.ts';
import { IndexesJobs } from './indexes.jobs.ts';
import { IndexesService } from './indexes.service.ts';
import { ShardKeys } from './shard-keys.ts';

/** Indexes: list, build, hide and drop, and which of them are of use. */
@Module({
  imports: [ClusterModule, CollectionsModule, MembersModule],
  controllers: [IndexesController, IndexReportController],
  providers: [
    IndexListing,
    IndexUsageReader,
    IndexBuilds,
    IndexTrial,
    ShardKeys,
    IndexesService,
    IndexReportService,
    CreateIndexFlow,
    IndexesJobs,
  ],
  exports: [IndexesJobs],
})
export class IndexesModule {}

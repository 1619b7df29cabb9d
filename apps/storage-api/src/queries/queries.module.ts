import { Module } from '@nestjs/common';
import { CollectionsModule } from '../collections/collections.module.ts';
import { MembersModule } from '../database/members.module.ts';
import { ExplainController } from './explain.controller.ts';
import { ExplainService } from './explain.service.ts';
import { IndexAdviceController } from './index-advice.controller.ts';
import { IndexAdviceService } from './index-advice.service.ts';
import { IndexCatalogue } from './index-catalogue.ts';
import { OperationsController } from './operations.controller.ts';
import { OperationsService } from './operations.service.ts';
import { ProfileEntries } from './profile-entries.ts';
import { ProfilerController } from './profiler.controller.ts';
import { ProfilerIntents } from './profiler-intents.repository.ts';
import { ProfilerMembers } from './profiler-members.ts';
import { ProfilerService } from './profiler.service.ts';
import { QueriesJobs } from './queries.jobs.ts';
import { SlowQueriesController } from './slow-queries.controller.ts';
import { SlowQueriesService } from './slow-queries.service.ts';
import { TryIndexFlow } from './try-index.flow.ts';

/** What the database is asked: profiler, slow queries, plans, operations, advice on indexes. */
@Module({
  imports: [CollectionsModule, MembersModule],
  controllers: [
    ProfilerController,
    SlowQueriesController,
    ExplainController,
    OperationsController,
    IndexAdviceController,
  ],
  providers: [
    ...[ProfilerIntents, ProfilerMembers, ProfilerService],
    ...[ProfileEntries, SlowQueriesService, ExplainService, OperationsService],
    ...[IndexCatalogue, IndexAdviceService, TryIndexFlow, QueriesJobs],
  ],
  exports: [QueriesJobs],
})
export class QueriesModule {}

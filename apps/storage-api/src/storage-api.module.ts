import { jobWorkerProvider } from '@lucid/service-kit/jobs/job-worker.provider';
import { Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.ts';
import { BackupsModule } from './backups/backups.module.ts';
import { CacheJobs } from './cache/cache.jobs.ts';
import { CacheModule } from './cache/cache.module.ts';
import { CollectionsJobs } from './collections/collections.jobs.ts';
import { CollectionsModule } from './collections/collections.module.ts';
import { DatabaseModule } from './database/database.module.ts';
import { DocumentsModule } from './documents/documents.module.ts';
import { IndexesJobs } from './indexes/indexes.jobs.ts';
import { IndexesModule } from './indexes/indexes.module.ts';
import { MigrationsJobs } from './migrations/migrations.jobs.ts';
import { MigrationsModule } from './migrations/migrations.module.ts';
import { QueriesJobs } from './queries/queries.jobs.ts';
import { QueriesModule } from './queries/queries.module.ts';
import { ReplicaSetJobs } from './replica-set/replica-set.jobs.ts';
import { ReplicaSetModule } from './replica-set/replica-set.module.ts';
import { ShardingModule } from './sharding/sharding.module.ts';

@Module({
  imports: [
    AccessModule,
    BackupsModule,
    DatabaseModule,
    CollectionsModule,
    IndexesModule,
    DocumentsModule,
    ReplicaSetModule,
    ShardingModule,
    QueriesModule,
    MigrationsModule,
    CacheModule,
  ],
  // A feature that works on jobs exports its `x.jobs.ts` and is named here.
  providers: [
    jobWorkerProvider('storage-api', [
      CacheJobs,
      CollectionsJobs,
      IndexesJobs,
      MigrationsJobs,
      QueriesJobs,
      ReplicaSetJobs,
    ]),
  ],
})
export class StorageApiModule {}

import { Module } from '@nestjs/common';
import { ClusterModule } from '../cluster/cluster.module.ts';
import { CollectionsModule } from '../collections/collections.module.ts';
import { DatabaseController } from './database.controller.ts';
import { HealthService } from './health.service.ts';
import { MembersModule } from './members.module.ts';
import { StatsService } from './stats.service.ts';

/** The database as a whole: its health and its figures. */
@Module({
  imports: [ClusterModule, CollectionsModule, MembersModule],
  controllers: [DatabaseController],
  providers: [HealthService, StatsService],
})
export class DatabaseModule {}

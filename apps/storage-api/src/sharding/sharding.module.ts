import { Module } from '@nestjs/common';
import { ClusterModule } from '../cluster/cluster.module.ts';
import { BalancerController } from './balancer.controller.ts';
import { BalancerService } from './balancer.service.ts';
import { KeyAnalyses } from './key-analysis.service.ts';
import { ShardCollectionFlow } from './shard-collection.flow.ts';
import { ShardingController } from './sharding.controller.ts';
import { ShardingRepository } from './sharding.repository.ts';
import { ShardingService } from './sharding.service.ts';
import { ZonesController } from './zones.controller.ts';
import { ZonesService } from './zones.service.ts';

/** Sharding through mongos; on a replica set a clear refusal. */
@Module({
  imports: [ClusterModule],
  controllers: [ShardingController, BalancerController, ZonesController],
  providers: [ShardingRepository, ShardingService, ShardCollectionFlow, KeyAnalyses, BalancerService, ZonesService],
})
export class ShardingModule {}

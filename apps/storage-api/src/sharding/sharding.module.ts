import { Module } from '@nestjs/common';

/** Sharding through mongos; on a replica set a clear refusal. */
@Module({})
export class ShardingModule {}

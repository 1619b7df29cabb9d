import { Module } from '@nestjs/common';

/** The replica set: members, their state, and changes of its configuration. */
@Module({})
export class ReplicaSetModule {}

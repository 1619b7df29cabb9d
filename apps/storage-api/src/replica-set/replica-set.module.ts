import { Module } from '@nestjs/common';
import { ClusterModule } from '../cluster/cluster.module.ts';
import { AddMemberFlow } from './add-member.flow.ts';
import { MemberArrival } from './member-arrival.ts';
import { ReplicaSetController } from './replica-set.controller.ts';
import { ReplicaSetJobs } from './replica-set.jobs.ts';
import { ReplicaSetRepository } from './replica-set.repository.ts';
import { ReplicaSetService } from './replica-set.service.ts';
import { StepDownFlow } from './step-down.flow.ts';

/** The replica set: members, their state, and changes of its configuration. */
@Module({
  imports: [ClusterModule],
  controllers: [ReplicaSetController],
  providers: [ReplicaSetService, ReplicaSetRepository, StepDownFlow, AddMemberFlow, MemberArrival, ReplicaSetJobs],
  exports: [ReplicaSetJobs],
})
export class ReplicaSetModule {}

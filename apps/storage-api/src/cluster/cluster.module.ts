import { Module } from '@nestjs/common';
import { ClusterChanges } from './cluster-changes.service.ts';
import { DeploymentKind } from './deployment.service.ts';

/** What changes of members and of shards have in common. */
@Module({ providers: [ClusterChanges, DeploymentKind], exports: [ClusterChanges, DeploymentKind] })
export class ClusterModule {}

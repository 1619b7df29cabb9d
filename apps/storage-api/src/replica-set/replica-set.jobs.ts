import { replicaSetAddMember } from '@lucid/jobs/contracts/replica-set-add-member';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { AddMemberFlow } from './add-member.flow.ts';

@Injectable()
export class ReplicaSetJobs implements JobHandlers {
  readonly handlers;

  constructor(addMember: AddMemberFlow) {
    this.handlers = [handle(replicaSetAddMember, (context) => addMember.run(context))];
  }
}

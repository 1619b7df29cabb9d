import { indexCreate } from '@lucid/jobs/contracts/index-create';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { CreateIndexFlow } from './create-index.flow.ts';

/** What storage-api's worker does with indexes. */
@Injectable()
export class IndexesJobs implements JobHandlers {
  readonly handlers;

  constructor(flow: CreateIndexFlow) {
    this.handlers = [handle(indexCreate, (context) => flow.run(context))];
  }
}

import { indexTry } from '@lucid/jobs/contracts/index-try';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { TryIndexFlow } from './try-index.flow.ts';

/** What the advice on indexes has jobs for. */
@Injectable()
export class QueriesJobs implements JobHandlers {
  readonly handlers;

  constructor(flow: TryIndexFlow) {
    this.handlers = [handle(indexTry, (context) => flow.run(context))];
  }
}

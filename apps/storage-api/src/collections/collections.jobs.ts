import { collectionDrop } from '@lucid/jobs/contracts/collection-drop';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { DropCollectionFlow } from './drop-collection.flow.ts';

/** What storage-api's worker does with collections. */
@Injectable()
export class CollectionsJobs implements JobHandlers {
  readonly handlers;

  constructor(flow: DropCollectionFlow) {
    this.handlers = [handle(collectionDrop, (context) => flow.run(context))];
  }
}

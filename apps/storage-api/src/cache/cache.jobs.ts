import { cacheFlush } from '@lucid/jobs/contracts/cache-flush';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { FlushCacheFlow } from './flush-cache.flow.ts';

@Injectable()
export class CacheJobs implements JobHandlers {
  readonly handlers;

  constructor(flush: FlushCacheFlow) {
    this.handlers = [handle(cacheFlush, (context) => flush.run(context))];
  }
}

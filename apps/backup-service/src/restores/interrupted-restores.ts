import { isAppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import { isFinal } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EngineRestorers } from './engine-restorers.ts';
import { RestoreRuns } from './restore-runs.ts';

/** A job that ended while it held user writes must not hold them until somebody notices, and what it staged is in nobody's way meanwhile. */
@Injectable()
export class InterruptedRestores implements OnModuleInit {
  constructor(
    private readonly restorers: EngineRestorers,
    private readonly runs: RestoreRuns,
    private readonly jobs: JobService,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const restorer of this.restorers.all()) {
      const released = await restorer.recover?.((id) => this.isOver(id));
      if (released?.length) this.logger.warn({ jobs: released }, 'lifted what killed jobs held up');
      const left = (await restorer.leftBehind?.((id) => this.isOver(id))) ?? [];
      // The start does not wait for drops, which may be refused or wait for a lock.
      for (const id of left) void this.runs.remove(id, Promise.resolve(), false);
    }
  }

  /** Will nobody go on with this job? */
  private async isOver(jobId: string): Promise<boolean> {
    try {
      return isFinal((await this.jobs.get(jobId)).state);
    } catch (error) {
      if (isAppError(error, 'JOB_NOT_FOUND')) return true;
      throw error;
    }
  }
}

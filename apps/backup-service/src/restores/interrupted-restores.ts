import { isAppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import { isFinal } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EngineRestorers } from './engine-restorers.ts';

/** A job that ended while it held user writes must not hold them until somebody notices. */
@Injectable()
export class InterruptedRestores implements OnModuleInit {
  constructor(
    private readonly restorers: EngineRestorers,
    private readonly jobs: JobService,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const restorer of this.restorers.all()) {
      const released = await restorer.recover?.((id) => this.isOver(id));
      if (released?.length) this.logger.warn({ jobs: released }, 'lifted what killed jobs held up');
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

import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { BullJobQueues } from '@lucid/jobs/bull-job-queues';
import { JobService } from '@lucid/jobs/job-service';
import type { Provider } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Db } from 'mongodb';
import type { CommonConfig } from '../settings.ts';
import { TOKENS } from '../tokens.ts';
import { JobRequests } from './job-requests.service.ts';

const DEFAULT_CONTROL_DATABASE = 'lucid_control';

/** Key prefix of the queues. Two clusters that share a Redis have control databases of different names: neither takes the other's. */
function queuePrefix(config: CommonConfig): string {
  const { controlDatabase } = config;
  return controlDatabase === DEFAULT_CONTROL_DATABASE ? '{lucid}' : `{lucid:${controlDatabase}}`;
}

/** What every service needs to ask for jobs and to show them; running them is `jobWorkerProvider`'s. */
export function jobProviders(): Provider[] {
  return [
    {
      provide: BullJobQueues,
      useFactory: (redis: Redis, config: CommonConfig, clock: Clock, logger: Logger) =>
        new BullJobQueues({ redis, clock, logger, prefix: queuePrefix(config) }),
      inject: [TOKENS.QUEUE_REDIS, TOKENS.COMMON_CONFIG, TOKENS.CLOCK, TOKENS.LOGGER],
    },
    {
      provide: JobService,
      useFactory: (controlDatabase: Db, queues: BullJobQueues, clock: Clock, logger: Logger) =>
        new JobService({ controlDatabase, queues, clock, logger }),
      inject: [TOKENS.CONTROL_DATABASE, BullJobQueues, TOKENS.CLOCK, TOKENS.LOGGER],
    },
    JobRequests,
  ];
}

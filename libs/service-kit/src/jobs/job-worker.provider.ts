import type { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { BullJobQueues } from '@lucid/jobs/bull-job-queues';
import { contractsOf } from '@lucid/jobs/contracts/all-contracts';
import type { QueueName } from '@lucid/jobs/contracts/job-contract';
import type { JobHandler } from '@lucid/jobs/job-handler';
import { startJobWorker, type JobWorker, type JobWorkerOptions } from '@lucid/jobs/job-worker';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, Provider, Type } from '@nestjs/common';
import type { Db } from 'mongodb';
import { SERVICE_IDENTITY, type ServiceIdentity } from '../service-identity.ts';
import type { CommonConfig } from '../settings.ts';
import { TOKENS } from '../tokens.ts';

/** A provider of an app that handles jobs: `x.jobs.ts`. */
export interface JobHandlers {
  readonly handlers: readonly JobHandler[];
}

/** Works on the service's queue from the time the service is up until it stops; not at all in the role `api`. */
class JobWorkerLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private worker: JobWorker | undefined;

  constructor(
    private readonly options: JobWorkerOptions,
    private readonly role: CommonConfig['role'],
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.role !== 'api') this.worker = await startJobWorker(this.options);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker?.stop();
  }
}

/** Makes an app work on `queue` with the handlers of these providers. */
export function jobWorkerProvider(queue: QueueName, sources: readonly Type<JobHandlers>[]): Provider {
  return {
    provide: JobWorkerLifecycle,
    useFactory: (
      identity: ServiceIdentity,
      config: CommonConfig,
      queues: BullJobQueues,
      controlDatabase: Db,
      leases: MongoLeaseStore,
      ...[clock, logger, ...found]: [Clock, Logger, ...JobHandlers[]]
    ) => {
      const handlers = found.flatMap((source) => source.handlers);
      const contracts = contractsOf(queue);
      const { instance } = identity;
      const options = {
        instance,
        queue: queues.open(queue),
        controlDatabase,
        leases,
        contracts,
        handlers,
        clock,
        logger,
      };
      return new JobWorkerLifecycle(options, config.role);
    },
    inject: [
      SERVICE_IDENTITY,
      TOKENS.COMMON_CONFIG,
      BullJobQueues,
      TOKENS.CONTROL_DATABASE,
      TOKENS.LEASES,
      TOKENS.CLOCK,
      TOKENS.LOGGER,
      ...sources,
    ],
  };
}

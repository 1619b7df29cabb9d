import type { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { contractsOf } from '@lucid/jobs/contracts/all-contracts';
import type { QueueName } from '@lucid/jobs/contracts/job-contract';
import { JobService } from '@lucid/jobs/job-service';
import { ScheduleService } from '@lucid/jobs/schedule-service';
import { Scheduler, type SchedulerOptions } from '@lucid/jobs/scheduler';
import { SchedulesRepository } from '@lucid/jobs/schedules.repository';
import { randomText } from '@lucid/models/ids';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, Provider, Type } from '@nestjs/common';
import type { Db } from 'mongodb';
import { SERVICE_IDENTITY, type ServiceIdentity } from '../service-identity.ts';
import type { CommonConfig } from '../settings.ts';
import { TOKENS } from '../tokens.ts';

/** Makes the schedules that the configuration of a service names, before the scheduler looks for the first time. */
export interface ConfiguredSchedules {
  configure(): Promise<void>;
  /** False where nothing is to be asked for: the schedules stay, and what comes due counts as missed. */
  readonly isOn: boolean;
}

/** Asks for what the schedules of a queue have due, from the time the service is up until it stops; not at all in the role `api`. */
class SchedulerLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private scheduler: Scheduler | undefined;

  constructor(
    private readonly options: SchedulerOptions,
    private readonly configured: ConfiguredSchedules,
    private readonly role: CommonConfig['role'],
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.role === 'api') return;
    await this.options.schedules.createIndexes();
    await this.configured.configure();
    if (!this.configured.isOn) return;
    this.scheduler = new Scheduler(this.options);
    this.scheduler.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.scheduler?.stop();
  }
}

/** What makes, changes and lists schedules; a service that only does that needs no scheduler. */
export const scheduleServiceProvider: Provider = {
  provide: ScheduleService,
  useFactory: (controlDatabase: Db, clock: Clock) => new ScheduleService(controlDatabase, clock),
  inject: [TOKENS.CONTROL_DATABASE, TOKENS.CLOCK],
};

/** Makes an app ask for what the schedules of `queue` have due. */
export function schedulerProvider(queue: QueueName, configured: Type<ConfiguredSchedules>): Provider {
  return {
    provide: SchedulerLifecycle,
    useFactory: (
      identity: ServiceIdentity,
      config: CommonConfig,
      controlDatabase: Db,
      leases: MongoLeaseStore,
      ...[jobs, clock, logger, found]: [JobService, Clock, Logger, ConfiguredSchedules]
    ) => {
      const schedules = new SchedulesRepository(controlDatabase);
      const holder = `${identity.instance}#${randomText(8)}`;
      const contracts = contractsOf(queue);
      return new SchedulerLifecycle(
        { queue, contracts, schedules, jobs, leases, holder, clock, logger },
        found,
        config.role,
      );
    },
    inject: [
      SERVICE_IDENTITY,
      TOKENS.COMMON_CONFIG,
      TOKENS.CONTROL_DATABASE,
      TOKENS.LEASES,
      JobService,
      TOKENS.CLOCK,
      TOKENS.LOGGER,
      configured,
    ],
  };
}

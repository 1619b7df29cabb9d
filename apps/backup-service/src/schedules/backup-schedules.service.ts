import { isAppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import { backupCreate } from '@lucid/jobs/contracts/backup-create';
import { backupExpire } from '@lucid/jobs/contracts/backup-expire';
import type { JobContract } from '@lucid/jobs/contracts/job-contract';
import { repositoryCollectGarbage } from '@lucid/jobs/contracts/repository-collect-garbage';
import type { JobRecord } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { scheduleOfActor } from '@lucid/jobs/schedule-record';
import { ScheduleService } from '@lucid/jobs/schedule-service';
import { retentionOfSchedule } from '@lucid/service-kit/backups/schedule-settings';
import type { ConfiguredSchedules } from '@lucid/service-kit/jobs/scheduler.provider';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import type { BackupOrigin } from '../backups/backup-record.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { RepositoriesService } from '../repositories/repositories.service.ts';

/** The schedule that BACKUP_SCHEDULE makes. */
const DEFAULT_SCHEDULE = 'sch_default';
/** After the nightly backup as a rule; they wait for one that still runs. */
const EXPIRY_CRON = '45 4 * * *';
/** One step of two a day: what expired is condemned, and deleted the day after. */
const COLLECTION_CRON = '15 5 * * *';

/** The schedules that the configuration names, and what a scheduled backup has beside its data. */
@Injectable()
export class BackupSchedules implements ConfiguredSchedules {
  constructor(
    private readonly schedules: ScheduleService,
    private readonly repositories: RepositoriesService,
    private readonly jobs: JobService,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  get isOn(): boolean {
    return this.config.backupEnabled;
  }

  /** BACKUP_SCHEDULE for everything there is, and a daily expiry of each repository. */
  async configure(): Promise<void> {
    const { backupSchedule: cron, backupTimezone: timezone } = this.config;
    await this.configured(DEFAULT_SCHEDULE, () =>
      this.schedules.configure(
        backupCreate,
        DEFAULT_SCHEDULE,
        cron === 'off' ? null : { name: 'default', cron, timezone, payload: {} },
      ),
    );
    await this.configureEach('expire', backupExpire, { cron: EXPIRY_CRON, timezone });
    await this.configureEach('collect', repositoryCollectGarbage, { cron: COLLECTION_CRON, timezone });
  }

  /** One for each repository that is known; that of a repository which was forgotten goes. */
  private async configureEach<P extends { repository?: string }, R extends object>(
    what: string,
    contract: JobContract<P, R>,
    times: { cron: string; timezone: string },
  ): Promise<void> {
    const names = this.repositories.list().map(({ definition }) => definition.name);
    for (const { id } of await this.schedules.list(contract)) {
      if (!names.some((name) => id === `sch_${what}_${name}`)) await this.schedules.configure(contract, id, null);
    }
    for (const repository of names) {
      const id = `sch_${what}_${repository}`;
      const request = { name: `${what}-${repository}`, ...times, payload: { repository } as P };
      await this.configured(id, () => this.schedules.configure(contract, id, request));
    }
  }

  /** What the snapshot of this job's backup says of where it comes from, so that a rebuilt catalogue knows it. */
  async originOf({ actor }: Pick<JobRecord, 'actor'>): Promise<BackupOrigin | undefined> {
    const scheduleId = scheduleOfActor(actor);
    if (scheduleId === undefined) return undefined;
    try {
      const retention = retentionOfSchedule(await this.schedules.get(backupCreate, scheduleId));
      return { scheduleId, ...(retention && { retention: { ...retention } }) };
    } catch (error) {
      if (isAppError(error, 'SCHEDULE_NOT_FOUND')) return { scheduleId };
      throw error;
    }
  }

  /** After a scheduled backup what it replaces may go; asked for once for each backup, also by a run that repeats another. */
  async expireAfter({ id, actor, correlationId }: JobRecord): Promise<void> {
    if (scheduleOfActor(actor) === undefined) return;
    for (const repository of this.repositories.names()) {
      const idempotencyKey = `expire-after:${id}:${repository}`;
      await this.jobs.request(backupExpire, { repository }, { actor, correlationId, idempotencyKey });
    }
  }

  /** A schedule of that name that somebody made is no reason not to start. */
  private async configured(id: string, configure: () => Promise<unknown>): Promise<void> {
    try {
      await configure();
    } catch (error) {
      if (!isAppError(error, 'DUPLICATE_KEY')) throw error;
      this.logger.error({ err: error, scheduleId: id }, 'a schedule of this name was made by hand; rename it');
    }
  }
}

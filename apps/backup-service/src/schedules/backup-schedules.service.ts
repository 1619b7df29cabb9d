import { isAppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import { backupCreate } from '@lucid/jobs/contracts/backup-create';
import { backupExpire } from '@lucid/jobs/contracts/backup-expire';
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
/** After the nightly backup as a rule; it waits for one that still runs. */
const EXPIRY_CRON = '45 4 * * *';

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
    await this.configureExpiry(timezone);
  }

  /** One for each repository that is known; that of a repository which was forgotten goes. */
  private async configureExpiry(timezone: string): Promise<void> {
    const known = this.repositories.list().map(({ definition }) => `sch_expire_${definition.name}`);
    for (const { id } of await this.schedules.list(backupExpire)) {
      if (!known.includes(id)) await this.schedules.configure(backupExpire, id, null);
    }
    for (const { definition } of this.repositories.list()) {
      const repository = definition.name;
      const id = `sch_expire_${repository}`;
      const request = { name: `expire-${repository}`, cron: EXPIRY_CRON, timezone, payload: { repository } };
      await this.configured(id, () => this.schedules.configure(backupExpire, id, request));
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

import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import type { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import type { Clock } from '@lucid/core/clock';
import { backupCreate } from '@lucid/jobs/contracts/backup-create';
import { ScheduleService } from '@lucid/jobs/schedule-service';
import type { Backup } from '@lucid/models/main/backups';
import type { RetentionPolicy } from '@lucid/models/retention-policy';
import { backupLease, jobOf } from '@lucid/service-kit/backups/backup-removal';
import { retentionOfSchedule } from '@lucid/service-kit/backups/schedule-settings';
import { InjectClock, InjectLeases } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import { applyRetention, type RetentionDecision, type ZonedPolicy } from './apply-retention.ts';

/** Backups of a repository that something else cannot do without, with the reason for each. */
export type NeededBackups = (repository: string) => Promise<ReadonlyMap<string, string>>;

export interface RetentionOutlook {
  /** The instant the decisions are of. */
  now: Date;
  backups: ReadonlyMap<string, Backup>;
  /** Newest first. */
  decisions: RetentionDecision[];
}

/** Decides which backups are kept, by the rules of their schedules and repositories as they are now. It removes none. */
@Injectable()
export class RetentionService {
  private readonly needs: NeededBackups[] = [];

  constructor(
    private readonly catalogue: BackupCatalogue,
    private readonly schedules: ScheduleService,
    private readonly repositories: RepositoriesService,
    @InjectLeases() private readonly leases: MongoLeaseStore,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Asks this too, at each decision, which backups must stay; for features that build on backups, such as recovery windows. */
  addNeed(need: NeededBackups): void {
    this.needs.push(need);
  }

  /** The rules of a repository, for backups whose schedule has none. @throws AppError REPOSITORY_NOT_FOUND */
  policyOfRepository(repository: string): RetentionPolicy {
    const own = this.repositories.describe(repository).definition.retention;
    return own ?? this.generalPolicy();
  }

  /** What the rules, or `tried` in place of all of them, keep of a repository's backups. @throws AppError MONGODB_UNAVAILABLE */
  async decide(repository: string, tried?: RetentionPolicy): Promise<RetentionOutlook> {
    const backups = await this.catalogue.ofRepository(repository);
    const policies = await this.policies(repository, tried);
    const needed = await this.needed(repository);
    // Of two clocks the earlier one: it never removes what the other keeps.
    const now = new Date(Math.min(this.clock.now().getTime(), (await this.catalogue.databaseTime()).getTime()));
    const decisions = applyRetention(backups, { now, policyOf: policies, needed });
    return { now, backups: new Map(backups.map((backup) => [backup._id, backup])), decisions };
  }

  private generalPolicy(): RetentionPolicy {
    const { backupRetentionDays: days, backupKeepHourly: hourly, backupKeepDaily: daily } = this.config;
    const { backupKeepWeekly: weekly, backupKeepMonthly: monthly, backupKeepYearly: yearly } = this.config;
    return { days, hourly, daily, weekly, monthly, yearly };
  }

  private async policies(repository: string, tried?: RetentionPolicy): Promise<(backup: Backup) => ZonedPolicy> {
    const schedules = await this.schedules.list(backupCreate);
    const byId = new Map(schedules.map((schedule) => [schedule.id, schedule]));
    const general = this.policyOfRepository(repository);
    return ({ schedule_id, retention }) => {
      const schedule = byId.get(schedule_id ?? '');
      const own = (schedule && retentionOfSchedule(schedule)) ?? retention ?? undefined;
      return { ...(tried ?? own ?? general), timezone: schedule?.timezone ?? this.config.backupTimezone };
    };
  }

  private async needed(repository: string): Promise<Map<string, string>> {
    const needed = new Map<string, string>();
    const prefix = backupLease('');
    for (const [resource, holder] of await this.leases.held(prefix)) {
      needed.set(resource.slice(prefix.length), `in use by ${jobOf(holder)}`);
    }
    for (const need of this.needs) for (const [id, reason] of await need(repository)) needed.set(id, reason);
    return needed;
  }
}

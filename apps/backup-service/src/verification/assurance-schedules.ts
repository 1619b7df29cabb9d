import type { Clock } from '@lucid/core/clock';
import { backupDrill } from '@lucid/jobs/contracts/backup-drill';
import { backupVerifySample } from '@lucid/jobs/contracts/backup-verify-sample';
import type { JobContract } from '@lucid/jobs/contracts/job-contract';
import { ScheduleService } from '@lucid/jobs/schedule-service';
import { InjectClock, InjectControlDatabase } from '@lucid/service-kit/tokens';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Db } from 'mongodb';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';

/** Makes the schedules that BACKUP_VERIFY_SCHEDULE and BACKUP_DRILL_SCHEDULE name. */
@Injectable()
export class AssuranceSchedules implements OnModuleInit {
  private readonly schedules: ScheduleService;

  constructor(
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectControlDatabase() controlDatabase: Db,
    @InjectClock() clock: Clock,
  ) {
    this.schedules = new ScheduleService(controlDatabase, clock);
  }

  async onModuleInit(): Promise<void> {
    await this.schedules.init();
    await this.configure(backupVerifySample, 'sch_verify', 'verify a sample', this.config.verifySchedule);
    await this.configure(backupDrill, 'sch_drill', 'drill', this.config.drillSchedule);
  }

  private async configure(contract: JobContract, id: string, name: string, cron: string): Promise<void> {
    const timezone = this.config.assuranceTimezone;
    await this.schedules.configure(contract, id, cron === 'off' ? null : { name, cron, timezone, payload: {} });
  }
}

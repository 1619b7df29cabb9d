import { backupDrill } from '@lucid/jobs/contracts/backup-drill';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { DrillBackupFlow } from './drill-backup.flow.ts';

@Injectable()
export class DrillsJobs implements JobHandlers {
  readonly handlers;

  constructor(drills: DrillBackupFlow) {
    this.handlers = [handle(backupDrill, (context) => drills.run(context))];
  }
}

import { backupCreate } from '@lucid/jobs/contracts/backup-create';
import { backupRestore } from '@lucid/jobs/contracts/backup-restore';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { RestoreBackupFlow } from '../restores/restore-backup.flow.ts';
import { BackupSchedules } from '../schedules/backup-schedules.service.ts';
import { CreateBackupFlow } from './create-backup.flow.ts';

/** What this service does when a job asks for it. */
@Injectable()
export class BackupsJobs implements JobHandlers {
  readonly handlers;

  constructor(create: CreateBackupFlow, restore: RestoreBackupFlow, schedules: BackupSchedules) {
    this.handlers = [
      handle(backupCreate, async (context) => {
        const result = await create.run(context, await schedules.originOf(context.job));
        await schedules.expireAfter(context.job);
        return result;
      }),
      handle(backupRestore, (context) => restore.run(context)),
    ];
  }
}

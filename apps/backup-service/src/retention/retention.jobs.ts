import { backupDelete } from '@lucid/jobs/contracts/backup-delete';
import { backupExpire } from '@lucid/jobs/contracts/backup-expire';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { DeleteBackupFlow } from './delete-backup.flow.ts';
import { ExpireBackupsFlow } from './expire-backups.flow.ts';

/** What this service removes when a job asks for it. */
@Injectable()
export class RetentionJobs implements JobHandlers {
  readonly handlers;

  constructor(expire: ExpireBackupsFlow, remove: DeleteBackupFlow) {
    this.handlers = [
      handle(backupExpire, (context) => expire.run(context)),
      handle(backupDelete, (context) => remove.run(context)),
    ];
  }
}

import { backupImport } from '@lucid/jobs/contracts/backup-import';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { ImportBackupFlow } from './import-backup.flow.ts';

@Injectable()
export class InterchangeJobs implements JobHandlers {
  readonly handlers;

  constructor(imports: ImportBackupFlow) {
    this.handlers = [handle(backupImport, (context) => imports.run(context))];
  }
}

import { backupVerify } from '@lucid/jobs/contracts/backup-verify';
import { backupVerifySample } from '@lucid/jobs/contracts/backup-verify-sample';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { VerifyBackupFlow } from './verify-backup.flow.ts';
import { VerifySampleFlow } from './verify-sample.flow.ts';

@Injectable()
export class VerificationJobs implements JobHandlers {
  readonly handlers;

  constructor(backup: VerifyBackupFlow, sample: VerifySampleFlow) {
    this.handlers = [
      handle(backupVerify, (context) => backup.run(context)),
      handle(backupVerifySample, (context) => sample.run(context)),
    ];
  }
}

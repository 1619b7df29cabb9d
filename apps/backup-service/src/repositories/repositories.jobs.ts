import { repositoryCheck } from '@lucid/jobs/contracts/repository-check';
import { repositoryCollectGarbage } from '@lucid/jobs/contracts/repository-collect-garbage';
import { backupCopy } from '@lucid/jobs/contracts/repository-copy-backup';
import { repositoryRewrap, repositoryRotateDataKey } from '@lucid/jobs/contracts/repository-keys';
import { repositoryRepair } from '@lucid/jobs/contracts/repository-repair';
import { repositoryScan } from '@lucid/jobs/contracts/repository-scan';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { CopyBackupFlow } from './copy-backup.flow.ts';
import { MaintainRepositoryFlow } from './maintain-repository.flow.ts';
import { RepositoryKeysFlow } from './repository-keys.flow.ts';
import { ScanRepositoryFlow } from './scan-repository.flow.ts';

/** What is done to whole repositories when a job asks for it. */
@Injectable()
export class RepositoriesJobs implements JobHandlers {
  readonly handlers;

  constructor(
    maintain: MaintainRepositoryFlow,
    keys: RepositoryKeysFlow,
    scan: ScanRepositoryFlow,
    copy: CopyBackupFlow,
  ) {
    this.handlers = [
      handle(repositoryCheck, (context) => maintain.check(context)),
      handle(repositoryRepair, (context) => maintain.repair(context)),
      handle(repositoryCollectGarbage, (context) => maintain.collectGarbage(context)),
      handle(repositoryRotateDataKey, (context) => keys.rotateDataKey(context)),
      handle(repositoryRewrap, (context) => keys.rewrap(context)),
      handle(repositoryScan, (context) => scan.run(context)),
      handle(backupCopy, (context) => copy.run(context)),
    ];
  }
}

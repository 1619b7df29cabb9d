import { CopyBackupFlow } from './copy-backup.flow.ts';
import { MaintainRepositoryFlow } from './maintain-repository.flow.ts';
import { RepositoriesJobs } from './repositories.jobs.ts';
import { RepositoryKeysFlow } from './repository-keys.flow.ts';
import { ScanRepositoryFlow } from './scan-repository.flow.ts';

/** What works on repositories beside RepositoriesService. */
export const repositoriesProviders = [
  CopyBackupFlow,
  MaintainRepositoryFlow,
  RepositoryKeysFlow,
  ScanRepositoryFlow,
  RepositoriesJobs,
];

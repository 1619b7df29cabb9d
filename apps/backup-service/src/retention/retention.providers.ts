import type { Provider } from '@nestjs/common';
import { BackupRemoval } from './backup-removal.service.ts';
import { DeleteBackupFlow } from './delete-backup.flow.ts';
import { ExpireBackupsFlow } from './expire-backups.flow.ts';
import { HoldsService } from './holds.service.ts';
import { RecoveryNeed } from './recovery-need.ts';
import { RetentionJobs } from './retention.jobs.ts';
import { RetentionService } from './retention.service.ts';

/** What decides which backups go, and removes them. */
export const retentionProviders: Provider[] = [
  HoldsService,
  RetentionService,
  RecoveryNeed,
  BackupRemoval,
  ExpireBackupsFlow,
  DeleteBackupFlow,
  RetentionJobs,
];

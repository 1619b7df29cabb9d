import type { Provider } from '@nestjs/common';
import { OperationsService } from './operations.service.ts';
import { OplogCaptureService } from './oplog-capture.service.ts';
import { PointInTimeService } from './point-in-time.service.ts';
import { RecoveryGapsService } from './recovery-gaps.service.ts';
import { RecoveryMetrics } from './recovery-metrics.ts';
import { RecoveryWindowsService } from './recovery-windows.service.ts';
import { SliceReplicas } from './slice-replicas.service.ts';
import { SliceUpkeep } from './slice-upkeep.ts';

/** Capture of the oplog, recovery windows and restores to a time. */
export const recoveryProviders: readonly Provider[] = [
  RecoveryWindowsService,
  RecoveryGapsService,
  SliceReplicas,
  SliceUpkeep,
  OplogCaptureService,
  PointInTimeService,
  OperationsService,
  RecoveryMetrics,
];

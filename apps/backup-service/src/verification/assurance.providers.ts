import type { Provider } from '@nestjs/common';
import { DrillBackupFlow } from '../drills/drill-backup.flow.ts';
import { DrillChoice } from '../drills/drill-choice.service.ts';
import { DrillTargets } from '../drills/drill-targets.service.ts';
import { DrillsController } from '../drills/drills.controller.ts';
import { DrillsJobs } from '../drills/drills.jobs.ts';
import { BackupMetricsFacts } from '../backup-metrics-facts.ts';
import { BackupMetrics } from '../backup-metrics.ts';
import { SampleProgressRepository } from './sample-progress.ts';
import { AssuranceRecords } from './assurance-records.service.ts';
import { AssuranceSchedules } from './assurance-schedules.ts';
import { VerificationController } from './verification.controller.ts';
import { VerificationJobs } from './verification.jobs.ts';
import { VerifyBackupFlow } from './verify-backup.flow.ts';
import { VerifySampleFlow } from './verify-sample.flow.ts';

/** Verification, drills and what shows them. */
export const ASSURANCE_PROVIDERS: Provider[] = [
  AssuranceRecords,
  SampleProgressRepository,
  BackupMetricsFacts,
  BackupMetrics,
  VerifyBackupFlow,
  VerifySampleFlow,
  VerificationJobs,
  DrillTargets,
  DrillChoice,
  DrillBackupFlow,
  DrillsJobs,
  AssuranceSchedules,
];

export const ASSURANCE_CONTROLLERS = [VerificationController, DrillsController];
export const ASSURANCE_JOBS = [VerificationJobs, DrillsJobs] as const;

import { scheduleServiceProvider, schedulerProvider } from '@lucid/service-kit/jobs/scheduler.provider';
import type { Provider } from '@nestjs/common';
import { BackupSchedules } from './backup-schedules.service.ts';

/** What asks for backups and their expiry by the clock. */
export const scheduleProviders: Provider[] = [
  scheduleServiceProvider,
  BackupSchedules,
  schedulerProvider('backup-service', BackupSchedules),
];

import type { ScheduleRecord } from '@lucid/jobs/schedule-record';
import type { RetentionPolicy } from '@lucid/models/retention-policy';

/** What a schedule of backups keeps beside what the scheduler knows. */
export interface BackupScheduleSettings {
  /** How long its backups are kept; without it the rules of the repository count. */
  retention: RetentionPolicy | null;
}

export function retentionOfSchedule({ settings }: Pick<ScheduleRecord, 'settings'>): RetentionPolicy | undefined {
  return (settings as Partial<BackupScheduleSettings> | null)?.retention ?? undefined;
}

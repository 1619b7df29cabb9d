import { env } from '@lucid/core/config';
import { cronSetting, timezoneSetting } from '@lucid/jobs/schedule-settings';

/** Keeps so many hours, days … of backups; see RetentionPolicy. */
const keep = (name: string) => env.int(name, [0, 10_000], { default: 0 });

/** When backups are made, and how long they are kept where neither their schedule nor their repository says it. */
export const retentionSettings = {
  backupSchedule: cronSetting('BACKUP_SCHEDULE', '0 2 * * *'),
  backupTimezone: timezoneSetting('BACKUP_TIMEZONE'),
  backupRetentionDays: env.int('BACKUP_RETENTION_DAYS', [0, 36_500], { default: 30 }),
  backupKeepHourly: keep('BACKUP_KEEP_HOURLY'),
  backupKeepDaily: keep('BACKUP_KEEP_DAILY'),
  backupKeepWeekly: keep('BACKUP_KEEP_WEEKLY'),
  backupKeepMonthly: keep('BACKUP_KEEP_MONTHLY'),
  backupKeepYearly: keep('BACKUP_KEEP_YEARLY'),
};

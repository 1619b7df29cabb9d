import { env } from '@lucid/core/config';
import { cronSetting, timezoneSetting } from '@lucid/jobs/schedule-settings';

/** How backups are verified and drilled by themselves. */
export const assuranceSettings = {
  verifySchedule: cronSetting('BACKUP_VERIFY_SCHEDULE', '30 4 * * *'),
  /** Days in which every chunk is read once. */
  verifyDays: env.int('BACKUP_VERIFY_DAYS', [1, 3_650], { default: 30 }),
  /** Off by default: a drill takes the disk, and on a cluster without a mongod beside the service the databases, of a whole restore. */
  drillSchedule: cronSetting('BACKUP_DRILL_SCHEDULE', 'off'),
  assuranceTimezone: timezoneSetting('BACKUP_TIMEZONE'),
  searchPath: env.text('PATH', { default: '' }),
};

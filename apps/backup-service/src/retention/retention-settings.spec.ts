import { randomBytes } from 'node:crypto';
import { loadBackupConfig } from '../config.ts';

const load = (environment: Record<string, string>) =>
  loadBackupConfig({ BACKUP_MASTER_KEY: randomBytes(32).toString('base64'), ...environment });

describe('the settings of schedules and retention', () => {
  it('have the defaults of the requirements', () => {
    expect(load({})).toMatchObject({
      ...{ backupSchedule: '0 2 * * *', backupTimezone: 'UTC', backupRetentionDays: 30 },
      ...{ backupKeepHourly: 0, backupKeepDaily: 0, backupKeepWeekly: 0, backupKeepMonthly: 0, backupKeepYearly: 0 },
    });
  });

  it.each(['', 'off'])('switch the schedule off with "%s"', (BACKUP_SCHEDULE) => {
    expect(load({ BACKUP_SCHEDULE }).backupSchedule).toBe('off');
  });

  it.each([
    ['BACKUP_SCHEDULE', '61 * * * *'],
    ['BACKUP_SCHEDULE', 'nightly'],
    ['BACKUP_SCHEDULE', '0 0 31 2 *'],
    ['BACKUP_TIMEZONE', 'Mars/Olympus'],
    ['BACKUP_RETENTION_DAYS', '-1'],
    ['BACKUP_KEEP_WEEKLY', 'four'],
  ])('stop the start with one line for %s=%s', (name, value) => {
    expect(() => load({ [name]: value })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(`^${name} .*for example ${name}=`),
      }),
    );
  });
});

import { env, loadConfig, type SettingsOf } from '@lucid/core/config';
import type { Environment } from '@lucid/core/environment';
import { timezoneSetting } from '@lucid/jobs/schedule-settings';
import { commonSettings } from '@lucid/service-kit/settings';

const settings = {
  ...commonSettings,
  port: env.port('STORAGE_API_PORT', 8085),
  /** Of schedules that name none; the same as backup-service's. */
  backupTimezone: timezoneSetting('BACKUP_TIMEZONE'),
};

export type StorageConfig = SettingsOf<typeof settings>;

/** @throws AppError CONFIG_INVALID */
export function loadStorageConfig(environment: Environment): StorageConfig {
  return loadConfig(settings, environment);
}

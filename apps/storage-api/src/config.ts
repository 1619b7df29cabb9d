import { env, loadConfig, type SettingsOf } from '@lucid/core/config';
import type { Environment } from '@lucid/core/environment';
import { timezoneSetting } from '@lucid/jobs/schedule-settings';
import { commonSettings } from '@lucid/service-kit/settings';

const settings = {
  ...commonSettings,
  port: env.port('STORAGE_API_PORT', 8085),
  /** Of schedules that name none; the same as backup-service's. */
  backupTimezone: timezoneSetting('BACKUP_TIMEZONE'),
  /** Queries of documents that no index serves are refused above so many documents, unless asked for. */
  documentsScanLimit: env.int('DOCUMENTS_SCAN_LIMIT', [0, 1_000_000_000], { default: 10_000 }),
  /** Largest body of a POST of documents; 16 MiB is the largest document. */
  documentsBodyLimit: env.int('DOCUMENTS_BODY_LIMIT', [1024 * 1024, 512 * 1024 * 1024], { default: 64 * 1024 * 1024 }),
  /** Exports and change feeds that may be open at once in this process; each holds a cursor of MongoDB. */
  documentsMaxStreams: env.int('DOCUMENTS_MAX_STREAMS', [0, 10_000], { default: 100 }),
};

export type StorageConfig = SettingsOf<typeof settings>;

/** @throws AppError CONFIG_INVALID */
export function loadStorageConfig(environment: Environment): StorageConfig {
  return loadConfig(settings, environment);
}

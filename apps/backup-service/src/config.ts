import { parseMasterKey, type MasterKey } from '@lucid/archive/master-key';
import { AppError } from '@lucid/core/app-error';
import { env, loadConfig, type SettingsOf } from '@lucid/core/config';
import type { Environment } from '@lucid/core/environment';
import { commonSettings } from '@lucid/service-kit/settings';
import { bandwidth, checkRepositorySettings, repositorySettings } from './repositories/repository-settings.ts';
import { assuranceSettings } from './verification/assurance-settings.ts';
import { retentionSettings } from './retention/retention-settings.ts';

const settings = {
  ...commonSettings,
  ...retentionSettings,
  ...assuranceSettings,
  ...repositorySettings,
  port: env.port('BACKUP_SERVICE_PORT', 8089),
  backupEnabled: env.bool('BACKUP_ENABLED', true),
  backupStoragePath: env.text('BACKUP_STORAGE_PATH', { default: '/backups' }),
  backupCompression: env.bool('BACKUP_COMPRESSION', true),
  backupEncryption: env.bool('BACKUP_ENCRYPTION', true),
  backupMasterKeyText: env.secret('BACKUP_MASTER_KEY'),
  backupPreviousKeyTexts: env.secretList('BACKUP_PREVIOUS_KEYS'),
  /** How fast a backup reads MongoDB at most: what it leaves to everybody else (`npm run bench backup`, read_p95_during_backup). */
  backupReadLimit: bandwidth('BACKUP_READ_LIMIT', 48_000_000),
  /** Users of their own for reading and for restoring MongoDB; without them those are done as MONGODB_URI's. */
  captureUri: env.uri('BACKUP_CAPTURE_URI', ['mongodb']),
  restoreUri: env.uri('BACKUP_RESTORE_URI', ['mongodb']),
  takeOver: env.bool('BACKUP_TAKE_OVER', false),
  /** The folder of `path.repo` that Elasticsearch and this service share; without it documents are read one by one. */
  elasticsearchSnapshotPath: env.text('ELASTICSEARCH_SNAPSHOT_PATH'),
  pitrEnabled: env.bool('BACKUP_PITR_ENABLED', true),
  pitrSliceSeconds: env.int('BACKUP_PITR_SLICE_SECONDS', [1, 3_600], { default: 60 }),
  pitrSliceMegabytes: env.int('BACKUP_PITR_SLICE_MB', [1, 64], { default: 16 }),
  pitrRetentionDays: env.int('BACKUP_PITR_RETENTION_DAYS', [1, 3_650], { default: 30 }),
  importPath: env.text('BACKUP_IMPORT_PATH'),
  drillMongod: env.text('BACKUP_DRILL_MONGOD'),
  drillRedis: env.text('BACKUP_DRILL_REDIS'),
  /** What the redis-server of a drill may hold; a larger backup is not drilled. */
  drillRedisMegabytes: env.int('BACKUP_DRILL_REDIS_MB', [1, 1_048_576], { default: 1_024 }),
  drillPath: env.text('BACKUP_DRILL_PATH'),
};

export const BACKUP_CONFIG = Symbol('BackupConfig');

export type BackupConfig = SettingsOf<typeof settings> & {
  /** Undefined only where BACKUP_ENCRYPTION is false. */
  masterKey: MasterKey | undefined;
  previousKeys: readonly MasterKey[];
};

/** @throws AppError CONFIG_INVALID */
export function loadBackupConfig(environment: Environment): BackupConfig {
  const config = loadConfig(settings, environment);
  checkRepositorySettings(config);
  if (config.backupEncryption && config.backupMasterKeyText === undefined) {
    throw new AppError(
      'CONFIG_INVALID',
      'BACKUP_MASTER_KEY is not set, and backups are encrypted (BACKUP_ENCRYPTION): make a key with `openssl rand -base64 32`, ' +
        'keep a copy of it away from the backups, and set BACKUP_MASTER_KEY or BACKUP_MASTER_KEY_FILE',
    );
  }
  const text = config.backupEncryption ? config.backupMasterKeyText : undefined;
  return {
    ...config,
    // Set and empty means none; not set, the default.
    backupSchedule: environment['BACKUP_SCHEDULE'] === '' ? 'off' : config.backupSchedule,
    masterKey: text === undefined ? undefined : parseMasterKey(text),
    previousKeys: config.backupPreviousKeyTexts.map((key) => parseMasterKey(key, 'BACKUP_PREVIOUS_KEYS')),
  };
}

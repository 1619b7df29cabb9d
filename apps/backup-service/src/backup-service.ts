import type { ServiceDefinition } from '@lucid/service-kit/start';
import { BackupServiceModule } from './backup-service.module.ts';
import { loadBackupConfig, type BackupConfig } from './config.ts';

/** Backups, restores and their verification. */
export const backupService: ServiceDefinition<BackupConfig> = {
  name: 'backup-service',
  loadConfig: loadBackupConfig,
  port: (config) => config.port,
  module: (config) => BackupServiceModule.forConfig(config),
};

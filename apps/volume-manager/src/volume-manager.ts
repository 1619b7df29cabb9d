import type { ServiceDefinition } from '@lucid/service-kit/start';
import { loadVolumeManagerConfig, type VolumeManagerConfig } from './config.ts';
import { VolumeManagerModule } from './volume-manager.module.ts';

/** Provisions and watches the volumes that engines and backups stand on. */
export const volumeManager: ServiceDefinition<VolumeManagerConfig> = {
  name: 'volume-manager',
  loadConfig: loadVolumeManagerConfig,
  port: (config) => config.port,
  module: (config) => VolumeManagerModule.forConfig(config),
};

import type { ServiceDefinition } from '@lucid/service-kit/start';
import { loadStorageConfig, type StorageConfig } from './config.ts';
import { StorageApiModule } from './storage-api.module.ts';

/** The front door: REST for operators and for the other Lucid services. */
export const storageApi: ServiceDefinition<StorageConfig> = {
  name: 'storage-api',
  loadConfig: loadStorageConfig,
  port: (config) => config.port,
  module: () => StorageApiModule,
};

import type { ServiceDefinition } from '@lucid/service-kit/start';
import { loadMonitoringConfig, type MonitoringConfig } from './config.ts';
import { MonitoringModule } from './monitoring.module.ts';

export const monitoring: ServiceDefinition<MonitoringConfig> = {
  name: 'monitoring',
  loadConfig: loadMonitoringConfig,
  port: (config) => config.port,
  module: () => MonitoringModule,
  startsWithoutEngines: true,
};

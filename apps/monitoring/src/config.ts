import { env, loadConfig, type SettingsOf } from '@lucid/core/config';
import type { Environment } from '@lucid/core/environment';
import { commonSettings } from '@lucid/service-kit/settings';

const settings = {
  ...commonSettings,
  port: env.port('MONITORING_PORT', 8091),
  /** Port of the page for Prometheus; the same page is at /metrics of `port`. */
  metricsPort: env.port('METRICS_PORT', 9216),
  intervalSeconds: env.int('MONITORING_INTERVAL', [5, 3600], { default: 30 }),
  prometheusEnabled: env.bool('PROMETHEUS_ENABLED', true),
};

export type MonitoringConfig = SettingsOf<typeof settings>;

/** @throws AppError CONFIG_INVALID */
export function loadMonitoringConfig(environment: Environment): MonitoringConfig {
  return loadConfig(settings, environment);
}

import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { AppError } from '@lucid/core/app-error';
import { env, loadConfig, type SettingsOf } from '@lucid/core/config';
import type { Environment } from '@lucid/core/environment';
import { commonSettings } from '@lucid/service-kit/settings';

const settings = {
  ...commonSettings,
  port: env.port('VOLUME_MANAGER_PORT', 8090),
  enabled: env.bool('VOLUME_MANAGER_ENABLED', true),
  storagePath: env.text('VOLUME_STORAGE_PATH', { default: '/data', aliases: ['VOLUME_MOUNT_PATH'], example: '/data' }),
  /** GB of 10⁹ bytes, as makers of disks count. */
  maxSizeGb: env.int('VOLUME_MAX_SIZE_GB', [1, 9_000_000], { default: 1000, aliases: ['VOLUME_SIZE_LIMIT_GB'] }),
  warningPercent: env.int('VOLUME_WARNING_THRESHOLD', [1, 100], { default: 80 }),
  criticalPercent: env.int('VOLUME_CRITICAL_THRESHOLD', [1, 100], { default: 95 }),
};

export type VolumeManagerConfig = SettingsOf<typeof settings>;

const WHY: Record<string, string> = {
  ENOENT: 'does not exist; create it, or set another path',
  ENOTDIR: 'is not a folder; set the path of one',
  EACCES: 'cannot be read by the user of this service; give it read and execute rights',
};

/** What is wrong with the folder, to complete "VOLUME_STORAGE_PATH …"; undefined when it is fine. */
function folderProblem(path: string): string | undefined {
  if (!isAbsolute(path)) return 'must be an absolute path';
  try {
    if (!statSync(path).isDirectory()) return WHY['ENOTDIR'];
    accessSync(path, constants.R_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    return WHY[code] ?? `cannot be used (${code})`;
  }
}

/** A folder that cannot be read stops the start: an empty list of volumes would look like a healthy one. @throws AppError CONFIG_INVALID */
export function loadVolumeManagerConfig(environment: Environment): VolumeManagerConfig {
  const config = loadConfig(settings, environment);
  const problems: string[] = [];
  const folder = config.enabled ? folderProblem(config.storagePath) : undefined;
  if (folder !== undefined) {
    problems.push(
      `VOLUME_STORAGE_PATH ${folder} (it is "${config.storagePath.slice(0, 100)}"), for example VOLUME_STORAGE_PATH=/data`,
    );
  }
  if (config.warningPercent >= config.criticalPercent) {
    problems.push(
      'VOLUME_WARNING_THRESHOLD must be less than VOLUME_CRITICAL_THRESHOLD, for example VOLUME_WARNING_THRESHOLD=80 VOLUME_CRITICAL_THRESHOLD=95',
    );
  }
  if (problems.length > 0) throw new AppError('CONFIG_INVALID', problems.join('; '));
  return config;
}

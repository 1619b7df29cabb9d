import { AppError } from '@lucid/core/app-error';
import { env, type Setting, type SettingsOf } from '@lucid/core/config';

const UNITS: Record<string, number> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
};

/** Bytes a second of texts such as `50MB`, `800 KiB` or `1.5GB`; undefined where it is none. At least 1 KB. */
export function parseBandwidth(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,12}(?:\.\d{1,6})?)\s*([kmg]?i?b)?(?:\/s)?$/i.exec(text.trim()) ?? [];
  const bytes = Math.round(Number(number) * (UNITS[unit.toUpperCase()] ?? Number.NaN));
  return bytes >= 1_000 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A variable that holds bytes a second, or `off`; undefined: no limit. */
export function bandwidth(name: string, fallback?: number): Setting<number | undefined> {
  return {
    name,
    aliases: [],
    example: '50MB',
    secret: false,
    fallback: () => fallback,
    parse: (text) => {
      if (text === 'off') return undefined;
      const bytes = parseBandwidth(text);
      if (bytes === undefined) throw new Error('must be bytes a second with a unit, at least 1KB, or off');
      return bytes;
    },
  };
}

export const repositorySettings = {
  dataRegion: env.text('DATA_REGION'),
  dataResidency: env.oneOf('DATA_RESIDENCY', ['strict', 'open'], 'strict'),
  bandwidthLimit: bandwidth('BACKUP_BANDWIDTH_LIMIT'),
  s3Endpoint: env.uri('BACKUP_S3_ENDPOINT', ['https', 'http']),
  s3Bucket: env.text('BACKUP_S3_BUCKET'),
  s3Region: env.text('BACKUP_S3_REGION', { default: 'us-east-1' }),
  s3AccessKey: env.secret('BACKUP_S3_ACCESS_KEY'),
  s3SecretKey: env.secret('BACKUP_S3_SECRET_KEY'),
  s3Prefix: env.text('BACKUP_S3_PREFIX'),
  s3Ca: env.text('BACKUP_S3_CA'),
  s3DataRegion: env.text('BACKUP_S3_DATA_REGION'),
  s3LeavesRegion: env.bool('BACKUP_S3_LEAVES_REGION', false),
  s3Replica: env.bool('BACKUP_S3_REPLICA', false),
  s3BandwidthLimit: bandwidth('BACKUP_S3_BANDWIDTH_LIMIT'),
};

export type RepositorySettings = SettingsOf<typeof repositorySettings>;

/** Checks what spans several variables. @throws AppError CONFIG_INVALID */
export function checkRepositorySettings(settings: RepositorySettings): void {
  const { s3Bucket, s3AccessKey, s3SecretKey, s3Endpoint } = settings;
  const named = [s3Bucket, s3AccessKey, s3SecretKey].filter((value) => value !== undefined).length;
  if (named === 3 || (named === 0 && s3Endpoint === undefined)) return;
  throw new AppError(
    'CONFIG_INVALID',
    'BACKUP_S3_BUCKET, BACKUP_S3_ACCESS_KEY and BACKUP_S3_SECRET_KEY must be set together, for example ' +
      'BACKUP_S3_BUCKET=backups BACKUP_S3_ACCESS_KEY_FILE=/secrets/s3-access-key BACKUP_S3_SECRET_KEY_FILE=/secrets/s3-secret-key',
  );
}

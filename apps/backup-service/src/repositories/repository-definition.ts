import { readFile } from 'node:fs/promises';
import type { S3Location } from '@lucid/clients/object-store/s3-client';
import { AppError } from '@lucid/core/app-error';
import type { RetentionPolicy } from '@lucid/models/retention-policy';
import type { BackupConfig } from '../config.ts';

export const DEFAULT_REPOSITORY = 'default';
export const S3_REPOSITORY = 's3';

/** Where a repository lies. */
export type RepositoryPlace =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 's3'; readonly s3: S3Location };

/** Its place as people read it, without access keys. */
export function locationOf(place: RepositoryPlace): string {
  if (place.kind === 'file') return place.path;
  const { endpoint, bucket, prefix } = place.s3;
  return [endpoint ?? 's3:/', bucket, prefix].filter((part) => part !== undefined).join('/');
}

/** What a repository is: from the settings (`default`, `s3`), or added by REST. */
export type RepositoryDefinition = RepositoryPlace & {
  readonly name: string;
  readonly origin: 'settings' | 'added';
  /** Where its data lie; undefined: not said, so it counts as the cluster's own. */
  readonly region: string | undefined;
  readonly leavesRegion: boolean;
  /** Shares the keys of `default`, so chunks are copied as they are. */
  readonly isReplica: boolean;
  readonly encryption: boolean;
  readonly compression: boolean;
  /** Bytes a second, beside the limit of all repositories. */
  readonly bandwidthLimit: number | undefined;
  readonly retention: RetentionPolicy | undefined;
};

/** What the settings name: `default` first. @throws AppError CONFIG_INVALID where a named file cannot be read */
export async function definitionsOf(config: BackupConfig): Promise<[RepositoryDefinition, ...RepositoryDefinition[]]> {
  const forms = { encryption: config.backupEncryption, compression: config.backupCompression };
  const main: RepositoryDefinition = {
    ...forms,
    name: DEFAULT_REPOSITORY,
    origin: 'settings',
    kind: 'file',
    path: config.backupStoragePath,
    region: config.dataRegion,
    leavesRegion: false,
    isReplica: false,
    bandwidthLimit: undefined,
    retention: undefined,
  };
  const s3 = await s3LocationOf(config);
  if (!s3) return [main];
  const second: RepositoryDefinition = {
    ...forms,
    name: S3_REPOSITORY,
    origin: 'settings',
    kind: 's3',
    s3,
    region: config.s3DataRegion ?? config.s3Region,
    leavesRegion: config.s3LeavesRegion,
    isReplica: config.s3Replica,
    bandwidthLimit: config.s3BandwidthLimit,
    retention: undefined,
  };
  return [main, second];
}

async function s3LocationOf(config: BackupConfig): Promise<S3Location | undefined> {
  const { s3Bucket, s3AccessKey, s3SecretKey, s3Endpoint, s3Region, s3Prefix, s3Ca } = config;
  if (s3Bucket === undefined || s3AccessKey === undefined || s3SecretKey === undefined) return undefined;
  return {
    bucket: s3Bucket,
    accessKey: s3AccessKey,
    secretKey: s3SecretKey,
    region: s3Region,
    ...(s3Endpoint !== undefined && { endpoint: s3Endpoint }),
    ...(s3Prefix !== undefined && { prefix: s3Prefix }),
    ...(s3Ca !== undefined && { ca: await readCa(s3Ca) }),
  };
}

async function readCa(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new AppError('CONFIG_INVALID', `BACKUP_S3_CA names a file that cannot be read (${code})`, { cause: error });
  });
}

/** May the cluster's data be written there? The one rule of residency (docs/backup.md). */
export function mayHoldData(
  { region, leavesRegion }: Pick<RepositoryDefinition, 'region' | 'leavesRegion'>,
  { dataRegion, dataResidency }: Pick<BackupConfig, 'dataRegion' | 'dataResidency'>,
): boolean {
  return dataResidency === 'open' || leavesRegion || dataRegion === undefined || (region ?? dataRegion) === dataRegion;
}

/** @throws AppError RESIDENCY_REFUSED */
export function residencyRefused(name: string, region: string | undefined, dataRegion: string | undefined): AppError {
  return new AppError(
    'RESIDENCY_REFUSED',
    `the repository ${name} lies in ${region ?? 'an unknown region'}, and data of ${dataRegion ?? 'this cluster'} may not leave it`,
  );
}

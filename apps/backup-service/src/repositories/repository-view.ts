import type { VerifyLevel } from '@lucid/jobs/contracts/backup-verify';
import { AppError } from '@lucid/core/app-error';
import type { RepositoryCheck } from '@lucid/models/control/repositories';
import type { BackupConfig } from '../config.ts';
import type { AddRepositoryDto, RepositoryView } from './repositories.dto.ts';
import { locationOf, type RepositoryDefinition, type RepositoryPlace } from './repository-definition.ts';
import { parseBandwidth } from './repository-settings.ts';
import type { KnownRepository } from './repository-state.ts';

/** What a request describes. @throws AppError VALIDATION_FAILED, REPOSITORY_UNUSABLE */
export function toNewDefinition(body: AddRepositoryDto, config: BackupConfig): RepositoryDefinition {
  const place = placeOf(body);
  const { leavesRegion = false, isReplica = false, retention } = body;
  return {
    ...place,
    ...formsOf(body, config),
    ...{ leavesRegion, isReplica },
    name: body.name,
    origin: 'added',
    region: body.region ?? (place.kind === 's3' ? place.s3.region : config.dataRegion),
    bandwidthLimit: bandwidthOf(body),
    retention: retention && { ...retention },
  };
}

function formsOf(
  { encryption, compression, isReplica }: AddRepositoryDto,
  { backupEncryption, backupCompression, masterKey }: BackupConfig,
): Pick<RepositoryDefinition, 'encryption' | 'compression'> {
  const forms = { encryption: encryption ?? backupEncryption, compression: compression ?? backupCompression };
  if (forms.encryption && !masterKey) {
    throw new AppError(
      'REPOSITORY_UNUSABLE',
      'an encrypted repository needs BACKUP_MASTER_KEY and BACKUP_ENCRYPTION=true',
    );
  }
  if (isReplica && (forms.encryption !== backupEncryption || forms.compression !== backupCompression)) {
    throw invalid('/encryption', 'and compression of a replica are those of `default`');
  }
  return forms;
}

function bandwidthOf({ bandwidthLimit }: AddRepositoryDto): number | undefined {
  if (bandwidthLimit === undefined) return undefined;
  const bytes = parseBandwidth(bandwidthLimit);
  if (bytes === undefined) throw invalid('/bandwidthLimit', 'must be bytes a second with a unit, at least 1KB');
  return bytes;
}

function placeOf({ kind, path, s3 }: AddRepositoryDto): RepositoryPlace {
  if (kind === 'file') {
    if (s3) throw invalid('/s3', 'belongs to a repository of the kind s3');
    return { kind, path: path ?? '' };
  }
  if (path !== undefined) throw invalid('/path', 'belongs to a repository of the kind file');
  if (!s3) throw invalid('/s3', 'names the bucket');
  return { kind, s3: { ...s3 } };
}

function invalid(pointer: string, message: string): AppError {
  return new AppError('VALIDATION_FAILED', `${pointer.slice(1)} ${message}`, {
    errors: [{ pointer, code: 'INVALID', message }],
  });
}

/** What callers see of a repository: no access keys. */
export function toRepositoryView(known: KnownRepository, lastCheck: RepositoryCheck | undefined): RepositoryView {
  const { definition, state, reason, opened, owner } = known;
  const { name, kind, origin, region = null, leavesRegion, isReplica } = definition;
  const { bandwidthLimit = null, retention = null } = definition;
  const forms = opened?.repository ?? {
    id: null,
    encryption: definition.encryption ? 'aes-256-gcm' : 'none',
    compression: definition.compression ? 'zstd' : 'none',
  };
  return {
    ...{ name, kind, origin, state, region, leavesRegion, isReplica, bandwidthLimit, retention },
    location: locationOf(definition),
    reason: reason ? { code: reason.code, detail: reason.detail } : null,
    repositoryId: forms.id,
    encryption: forms.encryption,
    compression: forms.compression,
    owner: owner ?? null,
    keys: toKeysView(known),
    lastCheck: lastCheck ? toCheckView(lastCheck) : null,
  };
}

function toKeysView({ selfTest }: KnownRepository): RepositoryView['keys'] {
  if (!selfTest) return null;
  const { masterKeyId, dataKeys, keySetVersion } = selfTest;
  return { masterKeyId, dataKeys, keySetVersion };
}

function toCheckView({ at, level, damagedBackups, jobId }: RepositoryCheck): RepositoryView['lastCheck'] {
  return { at, level: level as VerifyLevel, damagedBackups, jobId: jobId ?? null };
}

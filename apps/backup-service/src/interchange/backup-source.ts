import { AppError } from '@lucid/core/app-error';
import type { StoredBackup } from '../backups/stored-backups.service.ts';
import type { MongodbManifest } from '../captures/mongodb/manifest.ts';
import { ownSource } from '../captures/mongodb/mongodb-restorer.ts';
import type { RestoreSource } from '../captures/mongodb/restore-source.ts';

/** What a backup holds of MongoDB, ready to be read. */
export interface MongodbSource {
  readonly manifest: MongodbManifest;
  readonly source: RestoreSource;
}

/** @throws AppError BACKUP_ENGINE_UNSUPPORTED where it does not hold MongoDB, MANIFEST_CORRUPT, REPOSITORY_FORMAT */
export function mongodbSource({ reader, meta }: StoredBackup, backupId: string): MongodbSource {
  const manifest = meta.engines['mongodb'];
  if (manifest === undefined)
    throw new AppError('BACKUP_ENGINE_UNSUPPORTED', `the backup ${backupId} does not hold MongoDB`);
  const source = ownSource({ backupId, reader, manifest, isWhole: meta.isWhole });
  return { manifest: manifest as unknown as MongodbManifest, source };
}

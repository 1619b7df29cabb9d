import type { Repository } from '@lucid/archive/repository';
import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import { AppError } from '@lucid/core/app-error';
import { readBackupMeta, type BackupMeta } from '../backups/backup-record.ts';
import type { MongodbManifest } from '../captures/mongodb/manifest.ts';
import { snapshotSource } from '../captures/mongodb/restore-manifest-source.ts';
import type { RestoreSource } from '../captures/mongodb/restore-source.ts';

/** What a backup holds of MongoDB, ready to be read. */
export interface BackupSource {
  readonly reader: SnapshotReader;
  readonly meta: BackupMeta;
  readonly manifest: MongodbManifest;
  readonly source: RestoreSource;
}

/** @throws AppError BACKUP_NOT_FOUND, MANIFEST_CORRUPT, BACKUP_ENGINE_UNSUPPORTED where it does not hold MongoDB */
export async function openBackupSource(repository: Repository, backupId: string): Promise<BackupSource> {
  const reader = await repository.readSnapshot(backupId);
  const meta = readBackupMeta(reader);
  const manifest = meta.engines['mongodb'] as unknown as MongodbManifest | undefined;
  if (!manifest) throw new AppError('BACKUP_ENGINE_UNSUPPORTED', `the backup ${backupId} does not hold MongoDB`);
  const databases = new Set(manifest.collections.map(({ database }) => database));
  const source = snapshotSource(reader, manifest, meta.isWhole ? [...databases] : []);
  return { reader, meta, manifest, source };
}

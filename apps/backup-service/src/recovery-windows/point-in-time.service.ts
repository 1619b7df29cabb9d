import { AppError } from '@lucid/core/app-error';
import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import { Inject, Injectable } from '@nestjs/common';
import { StoredBackups } from '../backups/stored-backups.service.ts';
import { type ClusterTime, compareClusterTimes, type MongodbManifest } from '../captures/mongodb/manifest.ts';
import { pitrSource } from '../captures/mongodb/point-in-time-source.ts';
import { snapshotSource } from '../captures/mongodb/restore-manifest-source.ts';
import type { RestoreSource } from '../captures/mongodb/restore-source.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import { type ChosenBackup, chooseBackup, endOfSecond, justBefore } from './recovery-window.ts';
import { RecoveryWindowsService } from './recovery-windows.service.ts';
import { slicePieces } from './slice-pieces.ts';

/** What a restore may ask for: a second, whose last operation is included, or one operation, which is not. */
export interface RecoveryRequest {
  /** RFC 3339. */
  readonly pointInTime?: string;
  readonly before?: ClusterTime;
}

/** Restores of MongoDB to a time after a backup. */
@Injectable()
export class PointInTimeService {
  constructor(
    private readonly windows: RecoveryWindowsService,
    private readonly backups: StoredBackups,
    private readonly repositories: RepositoriesService,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
  ) {}

  /** The last moment to be brought back; undefined where the request names none. @throws AppError VALIDATION_FAILED (both) */
  momentOf({ pointInTime, before }: RecoveryRequest): ClusterTime | undefined {
    if (pointInTime !== undefined && before)
      throw new AppError('VALIDATION_FAILED', 'pointInTime and before exclude each other: send one of them');
    if (before) return justBefore(before);
    return pointInTime === undefined ? undefined : endOfSecond(pointInTime);
  }

  /**
   * The backup to begin with: the newest one before the moment, in its window.
   * @param backupId the window must be one that this backup is in
   * @throws AppError RECOVERY_TIME_UNAVAILABLE, with the nearest times in its detail
   */
  async chooseBackup(moment: ClusterTime, backupId?: string): Promise<ChosenBackup> {
    return chooseBackup((await this.windows.read()).windows, moment, backupId);
  }

  /**
   * What a restore of this backup reads, where the request names a time: the newest backup that leads there begins it, which
   * may be another one of the same window. @throws AppError as `chooseBackup` and `source`
   */
  async sourceAt(
    { backupId }: { backupId: string },
    request: RecoveryRequest,
    signal: AbortSignal,
  ): Promise<RestoreSource | undefined> {
    const moment = this.momentOf(request);
    if (!moment) return undefined;
    const { backup } = await this.chooseBackup(moment, backupId);
    const { reader, meta } = await this.backups.open(backup.id);
    const manifest = meta.engines['mongodb'] as unknown as MongodbManifest;
    return { ...(await this.source(reader, manifest, moment, signal)), backupId: backup.id };
  }

  /**
   * The backup as it became until the moment: plan and restore it like the backup itself.
   * @throws AppError RECOVERY_TIME_UNAVAILABLE, RESTORE_REFUSED (a backup of a part), CHUNK_MISSING, CHUNK_CORRUPT, OPLOG_GAP
   */
  async source(
    reader: SnapshotReader,
    manifest: MongodbManifest,
    moment: ClusterTime,
    signal: AbortSignal,
  ): Promise<RestoreSource> {
    if (manifest.isFull !== true)
      throw new AppError('RESTORE_REFUSED', 'Only a backup of everything in MongoDB leads on to a later time.');
    const names = [...manifest.collections, ...manifest.views].map(({ database }) => database);
    const base = snapshotSource(reader, manifest, [...new Set(names)].sort());
    const { tend } = manifest;
    if (compareClusterTimes(moment, tend) < 0) await this.chooseBackup(moment, reader.manifest.id); // says the nearest times
    const log = this.repositories.get().slices(manifest.replicaSet.id);
    const pieces = await slicePieces(log, tend, moment);
    if (!pieces) {
      await this.chooseBackup(moment, reader.manifest.id);
      throw new AppError('RECOVERY_TIME_UNAVAILABLE', 'The oplog slices of this time are gone meanwhile.');
    }
    return pitrSource(base, { tend, to: moment, controlDatabase: this.config.controlDatabase }, pieces, signal);
  }
}

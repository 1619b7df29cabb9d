import type { CommitRecord, JsonValue, SnapshotReader } from '@lucid/archive/snapshot-types';
import { AppError } from '@lucid/core/app-error';
import type { ConsistencyMode } from '@lucid/jobs/contracts/backup-create';
import type { Backup } from '@lucid/models/main/backups';

/** What the snapshot of a backup says of itself, beside its streams: the catalogue is rebuilt from it. */
export interface BackupMeta {
  version: 1;
  jobId: string;
  label: string | null;
  /** RFC 3339. */
  startedAt: string;
  consistentAt: string;
  namespaces: string[];
  documents: number;
  warnings: string[];
  /** True where no collections were chosen: what a database of it lacks did not exist. */
  isWhole: boolean;
  /** The name of the dump that it was imported from. Such a backup says nothing of how old the newest state is. */
  importedFrom?: string;
  /** Only a database, or some collections of one, were asked for. It says nothing of how old the newest state of the rest is. */
  isPartial?: boolean;
  /** A part of what was asked for is not in it. */
  isDegraded?: boolean;
  /** Of what asked for it, where that was a schedule. */
  origin?: BackupOrigin;
  /** How the engines were brought to one time; left out where there is one engine. */
  consistency?: BackupConsistency;
  /** What each engine's restore needs, by engine. */
  engines: Record<string, JsonValue>;
}

/** Which schedule a backup is of, and how long that keeps its backups. */
export type BackupOrigin = {
  scheduleId: string;
  /** A RetentionPolicy, where the schedule has rules of its own. */
  retention?: Record<string, number>;
};

export type BackupConsistency = {
  mode: ConsistencyMode;
  /** The instant whose state a restore brings back, by engine, RFC 3339. */
  times: Record<string, string>;
  /** Between the earliest and the latest of them. */
  skewSeconds: number;
};

/** @param manifest what the capture of MongoDB left */
export function isOfCluster(manifest: JsonValue | undefined): boolean {
  return typeof manifest === 'object' && manifest !== null && 'shards' in manifest;
}

export function toSnapshotMeta(meta: BackupMeta): JsonValue {
  return { ...meta };
}

/** @throws AppError REPOSITORY_FORMAT when a newer version of the suite made the backup */
export function readBackupMeta(snapshot: SnapshotReader): BackupMeta {
  const meta = snapshot.manifest.meta as unknown as BackupMeta | null;
  if (meta?.version !== 1) {
    throw new AppError(
      'REPOSITORY_FORMAT',
      `the backup ${snapshot.manifest.id} was made by a newer version of the suite`,
    );
  }
  return meta;
}

/** The catalogue's entry of a committed backup. @param repository where it was committed first */
export function toCatalogueEntry(repository: string, meta: BackupMeta, commit: CommitRecord): Backup {
  return {
    _id: commit.id,
    created_at: new Date(meta.startedAt),
    finished_at: new Date(commit.committedAt),
    job_id: meta.jobId,
    label: meta.label,
    repository,
    repositories: [repository],
    skew_seconds: meta.consistency?.skewSeconds ?? 0,
    engines: Object.keys(meta.engines),
    namespaces: meta.namespaces,
    plain_bytes: commit.plainBytes,
    stored_bytes: commit.storedBytes,
    new_chunks: commit.newChunks,
    reused_chunks: commit.reusedChunks,
    documents: meta.documents,
    consistent_at: new Date(meta.consistentAt),
    last_verified_at: null,
    last_verified_level: null,
    imported_from: meta.importedFrom ?? null,
    is_partial: meta.isPartial ?? false,
    is_degraded: meta.isDegraded ?? false,
    ...(isOfCluster(meta.engines['mongodb']) && { is_sharded: true }),
    schedule_id: meta.origin?.scheduleId ?? null,
    retention: meta.origin?.retention ?? null,
  };
}

import type { SnapshotAttemptInfo } from './intents.ts';
import type { VerifyLevel } from './snapshot-types.ts';

/** What work on a whole repository runs under. */
export interface MaintenanceOptions {
  /** `lease.assertHeld` of the one lease under which a repository is maintained; throws LEASE_LOST. */
  readonly assertHeld: () => Promise<void>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MaintenanceProgress) => void;
}

export interface MaintenanceProgress {
  readonly phase: string;
  readonly done: number;
  /** Null where it is not known. */
  readonly total: number | null;
}

export interface GarbageOptions extends MaintenanceOptions {
  /**
   * May this attempt still go on: does its job run, or wait to be resumed? Only false lets a collector declare it dead. What has
   * an older owner epoch, or a newer attempt of the same snapshot under a greater fencing token, is dead without asking.
   */
  readonly isAlive: (snapshotId: string, attempt: SnapshotAttemptInfo | undefined) => boolean | Promise<boolean>;
  /** Says what would be done, and changes nothing. */
  readonly dryRun?: boolean;
}

export interface GarbageResult {
  /** The generation worked on; 0 where none was ever needed. */
  readonly generation: number;
  /**
   * `condemned`: a new generation was written, its chunks are deleted by a later call · `waiting`: snapshots that began before
   * it still run · `deleted`: it was carried out · `clean`: there was nothing to condemn.
   */
  readonly phase: 'condemned' | 'waiting' | 'deleted' | 'clean';
  /** Chunks that the generation condemns. */
  readonly condemnedChunks: number;
  /** Chunk objects that this call deleted. */
  readonly deletedChunks: number;
  readonly deletedBytes: number;
  /** Chunk objects that are left. */
  readonly keptChunks: number;
  /** Snapshots that still run and began before the generation. */
  readonly waitingFor: readonly string[];
}

export interface CheckOptions {
  /** How deep: as with `Repository.verify`, for all snapshots at once. */
  readonly level: VerifyLevel;
  /**
   * Reads only this fraction (0–1) of the chunks, chosen by the seed: other seeds choose others, so that scheduled samples
   * come to see all. With `from` (0 up to 1) and the same seed, parts that follow one another see all of them without a gap. Whether
   * chunks are there is always looked at for all of them.
   */
  readonly sample?: { readonly fraction: number; readonly seed: number; readonly from?: number };
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: MaintenanceProgress) => void;
}

/** What is wrong with one snapshot; a snapshot may occur with several codes. */
export interface SnapshotDefect {
  readonly snapshotId: string;
  readonly code: 'MANIFEST_CORRUPT' | 'CHUNK_MISSING' | 'CHUNK_CORRUPT';
  /** Distinct chunks concerned; `chunkIds` and `streams` name the first 100 of them. */
  readonly chunkCount: number;
  readonly chunkIds: readonly string[];
  readonly streamCount: number;
  readonly streams: readonly string[];
}

export interface CheckResult {
  readonly level: VerifyLevel;
  readonly snapshots: number;
  /** Distinct chunks that the snapshots name. */
  readonly chunks: number;
  /** Of these, the ones that were read, and the stored bytes of the sound ones. */
  readonly readChunks: number;
  readonly storedBytes: number;
  readonly damaged: readonly SnapshotDefect[];
  /** Chunk objects that no snapshot names; those of snapshots that are being written count too. */
  readonly orphans: number;
  /** Distinct chunks that a snapshot names and that are not there. */
  readonly missing: number;
}

export interface RepairResult {
  /** Chunks that were copied from the source. */
  readonly repairedChunks: number;
  /** Damaged chunk objects that were moved below `quarantine/`. */
  readonly quarantinedChunks: number;
  /** Snapshots that were damaged and are whole again. */
  readonly whole: readonly string[];
  /** What is still wrong. */
  readonly lost: readonly SnapshotDefect[];
}

export interface SelfTestResult {
  readonly keySetVersion: number;
  /** Null in a plain repository. */
  readonly masterKeyId: string | null;
  /** The snapshot that was looked at; null where there is none. */
  readonly snapshotId: string | null;
  /** Data keys that opened a chunk (0 in a plain repository), and how many there are. */
  readonly openedDataKeys: readonly number[];
  readonly dataKeys: number;
}

export interface UsageOptions {
  /** Sizes that are asked for one by one, at most (2,000); beyond, the rest is estimated from them. */
  readonly maxSizes?: number;
  readonly signal?: AbortSignal;
}

export interface UsageResult {
  readonly snapshots: number;
  /** Chunk objects. */
  readonly chunks: number;
  readonly chunkBytes: number;
  /** Manifests and COMMITs. */
  readonly manifestBytes: number;
  readonly quarantinedBytes: number;
  /** True where `chunkBytes` was estimated from a sample. */
  readonly isEstimate: boolean;
}

import type { SnapshotAttemptInfo } from './intents.ts';

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

import type { JsonValue, SnapshotReader } from '@lucid/archive/snapshot-types';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { BackupEngine } from '@lucid/jobs/contracts/backup-create';
import type {
  BackupRestorePayload,
  RestoreConflict,
  RestoredNamespace,
  RestoredSearchIndex,
  RestoreVersions,
} from '@lucid/jobs/contracts/backup-restore';
import type { ProgressInput } from '@lucid/jobs/job-handler';

/** One engine's part of a backup. */
export interface RestoreInput {
  readonly backupId: string;
  readonly reader: SnapshotReader;
  /** What the engine's capture left (`CaptureOutcome.manifest`). */
  readonly manifest: JsonValue;
  /** True where the backup was not limited to some collections: what a database of it lacks did not exist. */
  readonly isWhole: boolean;
}

/** What a restore of one engine would do; an engine adds what its `restore` needs. */
export interface EngineRestorePlan {
  /** Collections, indices, or databases of keys, as they are shown to the user. */
  readonly namespaces: readonly RestoredNamespace[];
  /** Plain bytes to be read from the backup. */
  readonly bytes: number;
  readonly warnings: readonly string[];
  /** Everything that stands against it; only the plan of a `dryRun` may have any. */
  readonly conflicts?: readonly RestoreConflict[];
  readonly versions?: RestoreVersions;
  /** MongoDB's alone. */
  readonly lead?: RestoredLead;
  /** Leases to be held while it runs, such as `database:shop`, `redis:cache`, `elasticsearch:indices`. */
  readonly resources: readonly string[];
}

/** MongoDB's part of a restore, for the engines that come after it and are brought to its time. */
export interface RestoredLead {
  /** The collection that one of the backup became; undefined where it was not brought back. */
  targetOf(namespace: string): string | undefined;
}

/** The run of a restore. Its id is the job's, the same in each attempt. */
export interface RestoreRun {
  readonly restoreId: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where MongoDB was brought back by the same restore, before this engine. */
  readonly lead?: RestoredLead;
  /** To be awaited before anything live is replaced. @throws AppError LEASE_LOST */
  assertHeld(): Promise<void>;
  progress(progress: ProgressInput): void;
}

export interface EngineRestored {
  /** `documents` is what is there now, by target. */
  readonly namespaces: readonly { readonly target: string; readonly documents: number }[];
  /** Oplog operations that were replayed; 0 for engines without. */
  readonly operations: number;
  readonly warnings: readonly string[];
  /** Something is not as it should be, which a warning names: the restore is then degraded, never a success. */
  readonly isDegraded?: boolean;
  /** Search indices that were compared with their collections. */
  readonly searchIndices?: readonly RestoredSearchIndex[];
}

/**
 * Brings one engine back from its part of a backup. Contract:
 * - `plan` changes nothing. With `dryRun` it gathers the conflicts, otherwise it throws where there is one. `restore` may be called again with the same id after a kill or an abort at any point, and goes on.
 * - Nothing half-made stands under a live name where the engine can avoid it; the whole input is verified before anything live is
 *   replaced (a damaged chunk is found first).
 * - An abort ends it within seconds with the signal's reason, unless the engine hangs; `discard` then removes what was staged, and nothing that
 *   is of somebody else by then. May be called twice, and long after.
 * @throws AppError RESTORE_CONFLICT, RESTORE_REFUSED, RESTORE_MISMATCH, CHUNK_CORRUPT, CHUNK_MISSING, the engine's UNAVAILABLE …
 */
export interface EngineRestorer<Plan extends EngineRestorePlan = EngineRestorePlan> {
  readonly engine: BackupEngine;
  plan(input: RestoreInput, request: BackupRestorePayload, run: RestoreRun): Promise<Plan>;
  restore(input: RestoreInput, plan: Plan, run: RestoreRun): Promise<EngineRestored>;
  /** @returns false where the restore can only go forward: run it again instead */
  discard(restoreId: string): Promise<boolean>;
  /** When the service starts: lifts what restores hold up (a write block) that nobody goes on with. @returns their ids */
  recover?(isOver: (restoreId: string) => Promise<boolean>): Promise<string[]>;
  /** Ids of restores that nobody goes on with, and whose staging is still there: to be given to `discard`. */
  leftBehind?(isOver: (restoreId: string) => Promise<boolean>): Promise<string[]>;
}

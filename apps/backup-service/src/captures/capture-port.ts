import type { JsonValue, SnapshotWriter } from '@lucid/archive/snapshot-types';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { BackupEngine } from '@lucid/jobs/contracts/backup-create';

/** What of an engine is asked for. Nothing: all of it. Collections need a database. */
export interface CaptureScope {
  database?: string;
  collections?: readonly string[];
}

export interface CaptureContext {
  signal: AbortSignal;
  clock: Clock;
  logger: Logger;
  /** May be called for each batch. `total` is an estimate, null while there is none. */
  onProgress(progress: { phase: string; done: number; total: number | null; unit: 'bytes' }): void;
  /**
   * MongoDB alone: awaited once, after the last document was read and before Tend is fixed. The engines that are brought to
   * MongoDB's time are captured in it. Called again where the capture restarts.
   */
  beforeEnd?(): Promise<void>;
  /** MongoDB alone: awaited as soon as Tend is fixed. */
  afterEnd?(): Promise<void>;
}

export interface CaptureOutcome {
  /** What the restore of this engine needs to know beside the streams; opaque to everybody else. */
  manifest: JsonValue;
  /** What was captured, as `database.collection`, sorted. */
  namespaces: string[];
  documents: number;
  /** The instant whose state a restore brings back. */
  consistentAt: Date;
  warnings: string[];
  /** A part of the engine is not in the capture (a failed shard): the backup is then degraded, never a success. */
  isDegraded?: boolean;
}

/**
 * Captures one engine into a snapshot. Contract:
 * - It opens streams in the sink and ends each of them; it neither commits nor aborts the snapshot.
 * - It changes nothing in the engine.
 * - An abort of the signal ends it within seconds with the signal's reason, and leaves no cursor or session behind.
 * - A retryable AppError (CAPTURE_RESTARTED above all) asks for another attempt with a new snapshot writer: what is stored already
 *   is found again and costs nothing.
 */
export interface EngineCapture {
  readonly engine: BackupEngine;
  /** @throws AppError BACKUP_SCOPE_EMPTY, CAPTURE_RESTARTED, OPLOG_GAP, the engine's UNAVAILABLE, STORAGE_FULL … */
  capture(scope: CaptureScope, sink: SnapshotWriter, context: CaptureContext): Promise<CaptureOutcome>;
}

import type { DrilledEngine } from '@lucid/jobs/contracts/backup-drill';
import type { RestoreInput, RestoreRun } from '../captures/restore-port.ts';

/** One engine's part of a drill. */
export interface DrillRun {
  readonly input: RestoreInput;
  /** Its id is the drill's. */
  readonly run: RestoreRun;
}

export interface DrilledPart extends DrilledEngine {
  /** What differs from the backup, in words; empty: it is the backup. */
  readonly differences: readonly string[];
  readonly warnings: readonly string[];
}

import type { Lease } from '@lucid/core/lease';
import type { Logger } from '@lucid/core/logger';
import type { JobContract } from './contracts/job-contract.ts';
import type { JobProgress, JobRecord } from './job-record.ts';
import type { JobSteps } from './job-steps.ts';

/**
 * What a handler is given. A handler must be safe to run again from its start at any time: what it did before is either in
 * `steps`, or repeatable. When `signal` is aborted (it may be so from the beginning: a cancelled job whose worker died is
 * run once more to clean up) it cleans up and throws `signal.reason`.
 */
export interface JobContext<P extends object = object> {
  /** As it was when this run began. */
  readonly job: JobRecord<P>;
  readonly payload: P;
  /** Aborted with JOB_CANCELLED, JOB_TIMED_OUT, JOB_INTERRUPTED or LEASE_LOST as its reason (an AppError). */
  readonly signal: AbortSignal;
  /** Greater than that of any earlier run which held the same first resource (without resources: the run's number). */
  readonly fencingToken: number;
  readonly logger: Logger;
  readonly steps: JobSteps;
  /** Stores progress, at most once a second, the last value always; may be called for each document. Never throws. */
  progress(progress: ProgressInput): void;
  /** To be awaited right before a commit. @throws AppError LEASE_LOST when the record or one of the leases is another's. */
  assertHeld(): Promise<void>;
  /** A further lease, kept alive and released with the run. @throws AppError LEASE_HELD: let it out and the job is postponed. */
  acquire(resource: string): Promise<Lease>;
}

/** `etaSeconds` is computed from the pace of this phase when it is left out. */
export type ProgressInput = Omit<JobProgress, 'etaSeconds' | 'ratePerSecond' | 'total'> & {
  total?: number | null;
  etaSeconds?: number | null;
};

/** A part of the job failed: its result is there, but it is never shown as success. */
export interface Degraded<R extends object> {
  state: 'degraded';
  result: R;
}

export interface JobHandler<P extends object = object, R extends object = object> {
  readonly contract: JobContract<P, R>;
  /**
   * The result is stored with the record. A retryable AppError is tried again after the contract's backoff; anything else fails
   * the job at once (what is no AppError as INTERNAL, with its text only in the log).
   */
  run(context: JobContext<P>): Promise<R | Degraded<R>>;
}

/** Binds a handler to its contract: `handle(backupCreate, (context) => flow.run(context))`. */
export function handle<P extends object, R extends object>(
  contract: JobContract<P, R>,
  run: (context: JobContext<P>) => Promise<R | Degraded<R>>,
): JobHandler<P, R> {
  return { contract, run };
}

export function degraded<R extends object>(result: R): Degraded<R> {
  return { state: 'degraded', result };
}

import type { StoredError } from '@lucid/core/app-error';
import type { Actor } from '@lucid/core/request-context';

/**
 * - `queued`: waits for a worker, or for `notBefore` after a failed attempt.
 * - `running`, `cancelling`: a worker has it; cancelling = it has been told to stop and cleans up.
 * - `interrupted`: its worker died or stopped; waits for the next one, which goes on from the durable steps.
 * - final: `succeeded`, `degraded` (a part of it failed), `failed`, `cancelled`.
 */
export type JobState = WaitingState | ActiveState | FinalState;
export type WaitingState = 'queued' | 'interrupted';
export type ActiveState = 'running' | 'cancelling';
export type FinalState = 'succeeded' | 'degraded' | 'failed' | 'cancelled';

export const WAITING_STATES: readonly WaitingState[] = ['queued', 'interrupted'];
export const ACTIVE_STATES: readonly ActiveState[] = ['running', 'cancelling'];
export const FINAL_STATES: readonly FinalState[] = ['succeeded', 'degraded', 'failed', 'cancelled'];
export const JOB_STATES: readonly JobState[] = [...WAITING_STATES, ...ACTIVE_STATES, ...FINAL_STATES];

export interface JobProgress {
  /** What it does now, e.g. `capture`, `commit`. */
  phase: string;
  done: number;
  /** Null while it is not known. */
  total: number | null;
  /** What `done` counts: `bytes`, `documents`, `chunks` … */
  unit: string;
  etaSeconds: number | null;
  /** In `unit`, since the phase began; null at its beginning. */
  ratePerSecond: number | null;
  /** What a reader should know beside the figures, such as the backup that was taken before; it stays to the end. */
  note?: string;
}

/** The record of one job, the only truth about it (control database, collection `jobs`, `_id` is `id`). */
export interface JobRecord<P extends object = object, R extends object = object> {
  id: string;
  name: string;
  queue: string;
  state: JobState;
  /** Grows by one with each change that a reader can see; heartbeats do not count. */
  revision: number;
  payload: P;
  /** SHA-256 of name and payload: tells a repeated request from another one with the same idempotency key. */
  payloadHash: string;
  progress: JobProgress | null;
  result: R | null;
  /** Why it failed, or why the last attempt failed while it waits for the next one. */
  error: StoredError | null;
  /** Attempts begun that count towards the contract's `attempts`: interrupted and postponed runs are given back. */
  attempts: number;
  /** How often a worker died or stopped under it. */
  interruptions: number;
  /** How often it was claimed: the number of the present run, which fences the writes of earlier ones. */
  runs: number;
  /** The run that the queue has been given; below `runs + 1` it still has to be enqueued. */
  enqueuedRun: number;
  /** Worker that has it, `<instance>#<boot>`. */
  worker: string | null;
  /** Results of finished steps by key; a resumed run skips those. */
  steps: Record<string, unknown>;
  notBefore: Date | null;
  actor: Actor;
  correlationId: string;
  idempotencyKey: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  heartbeatAt: Date | null;
  cancelRequestedAt: Date | null;
  /** When the record itself goes (TTL index); set when the job ends. */
  expiresAt: Date | null;
}

/** What callers see of a job (GET /jobs/{id}, events): times as RFC 3339 text. */
export interface JobView {
  id: string;
  name: string;
  queue: string;
  state: JobState;
  revision: number;
  progress: JobProgress | null;
  result: object | null;
  error: StoredError | null;
  payload: object;
  attempts: number;
  interruptions: number;
  actor: string;
  correlationId: string;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  notBefore: string | null;
  cancelRequestedAt: string | null;
}

export function isFinal(state: JobState): state is FinalState {
  return (FINAL_STATES as readonly JobState[]).includes(state);
}

export function toJobView(record: JobRecord): JobView {
  const { id, name, queue, state, revision, progress, result, error, payload, attempts, interruptions } = record;
  return {
    ...{ id, name, queue, state, revision, progress, result, error, payload, attempts, interruptions },
    actor: record.actor.id,
    correlationId: record.correlationId,
    createdAt: record.createdAt.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    finishedAt: record.finishedAt?.toISOString() ?? null,
    notBefore: record.notBefore?.toISOString() ?? null,
    cancelRequestedAt: record.cancelRequestedAt?.toISOString() ?? null,
  };
}

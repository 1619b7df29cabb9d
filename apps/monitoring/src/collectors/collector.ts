import type { ErrorCode } from '@lucid/models/errors';
import type { Labels, Sample } from './samples.ts';

export type EngineName = 'mongodb' | 'redis' | 'elasticsearch';

/** 1: all is well. 0.5: it answers, but something about it is not as it should be. 0: it does not answer. */
export type HealthScore = 1 | 0.5 | 0;

/** A part of a collection that failed while the rest succeeded, e.g. for a missing right. Never holds error text. */
export interface PartProblem {
  part: string;
  code: ErrorCode;
}

export interface Collected {
  samples: readonly Sample[];
  /** Left out by a collector that does not judge its engine. */
  health?: Exclude<HealthScore, 0>;
  problems: readonly PartProblem[];
}

/**
 * Asks one engine for its figures.
 * - `collect` is never called again before the promise of the call before it has settled.
 * - It rejects when the engine does not answer; it resolves with `problems` when only a part could not be had.
 * - `signal` fires at the deadline. A driver that cannot be interrupted may settle later: a late success still counts.
 * - It does not retry: the next interval does.
 */
export interface Collector {
  /** Unique, e.g. `redis-cache`. */
  readonly name: string;
  readonly engine: EngineName;
  /** Which one of this engine, for people: the label `database` of `database_health_status`. */
  readonly database: string;
  readonly deadlineMs: number;
  /** How old its figures may grow before the timer asks again; 0 for at every interval. */
  readonly freshForMs: number;
  /** The series that is 1 after a success and 0 after a failure. */
  readonly up?: { metric: string; labels: Labels };
  collect(signal: AbortSignal): Promise<Collected>;
}

/** The outcome of one collection. */
export interface Snapshot {
  collector: Collector;
  up: boolean;
  health: HealthScore | undefined;
  collectedAt: Date;
  durationMs: number;
  /** Why it is not up. */
  code: ErrorCode | null;
  problems: readonly PartProblem[];
  samples: readonly Sample[];
}

export const COLLECTORS = Symbol('Collectors');

import type { StoredError } from '@lucid/core/app-error';
import type { Actor } from '@lucid/core/request-context';
import type { ScheduleTimes } from './schedule-times.ts';

/** Something to be asked for again and again (control database, collection `schedules`, `_id` is `id`). */
export interface ScheduleRecord extends ScheduleTimes {
  /** `sch_…`; part of the job's actor and idempotency key. */
  id: string;
  name: string;
  /** Whose scheduler asks: the queue of the contract. */
  queue: string;
  /** Name of the contract. */
  contract: string;
  payload: object;
  /** A paused schedule asks for nothing; what would have been due meanwhile is not missed. */
  enabled: boolean;
  /** What its owner keeps with it, e.g. how long the backups are kept; the scheduler does not look at it. */
  settings: object | null;
  /** What the configuration said when it was made from it; null where somebody asked for it. */
  configured: ScheduleTimes | null;
  /** Grows with each change of what was asked for; its ETag. The scheduler's own marks do not count. */
  revision: number;
  /** Null while it is paused. */
  nextDueAt: Date | null;
  /** The run that is being asked for: found set, the asking was cut off and is repeated for this very run. */
  askingDueAt: Date | null;
  /** The last run that was asked for, and its job. */
  lastDueAt: Date | null;
  lastJobId: string | null;
  /** Why the last run could not be asked for. */
  lastError: StoredError | null;
  /** Runs that came due while nobody could ask for them (no scheduler, or the run before had not ended), and were not made up for. */
  missedRuns: number;
  lastMissedAt: Date | null;
  createdAt: Date;
  createdBy: string;
  updatedAt: Date;
}

const ACTOR = /^schedule:(sch_[0-9a-z_-]+)$/;

/** Who asks for the jobs of a schedule. Its role is none that a caller can have, so nobody can pose as one. */
export function scheduleActor(id: string): Actor {
  return { id: `schedule:${id}`, role: 'schedule' };
}

/** The schedule that this actor stands for, undefined for anybody else. */
export function scheduleOfActor({ id, role }: Actor): string | undefined {
  return role === 'schedule' ? ACTOR.exec(id)?.[1] : undefined;
}

/** The same run gives the same key, whoever asks, and however often. */
export function scheduleRunKey(id: string, dueAt: Date): string {
  return `schedule:${id}:${dueAt.toISOString()}`;
}

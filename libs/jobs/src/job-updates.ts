import type { Document } from 'mongodb';
import type { JobRecord, JobState } from './job-record.ts';

/**
 * The changes of a job record as stages of update pipelines, so that every time in them is the database's (`$$NOW`) and every
 * decision is made by the write itself. Values from outside go through `$literal`: a `$` in them must stay text.
 */
export type Update = Document[];

const NEXT_REVISION = { $add: ['$revision', 1] };
const CANCEL_ASKED = { $ne: ['$cancelRequestedAt', null] };
const DAY_MS = 86_400_000;

const literal = (value: unknown): Document => ({ $literal: value });
const fromNow = (ms: number): Document => ({ $add: ['$$NOW', ms] });

export function claimUpdate(run: number, worker: string): Update {
  return [
    {
      $set: {
        state: { $cond: [CANCEL_ASKED, 'cancelling', 'running'] },
        revision: NEXT_REVISION,
        runs: run,
        attempts: { $add: ['$attempts', 1] },
        worker: literal(worker),
        startedAt: { $ifNull: ['$startedAt', '$$NOW'] },
        heartbeatAt: '$$NOW',
        notBefore: null,
      },
    },
  ];
}

export function finishUpdate(
  state: JobState,
  outcome: Partial<Pick<JobRecord, 'result' | 'error' | 'progress'>>,
  retentionDays: number,
): Update {
  const { result = null, error = null, progress } = outcome;
  return [
    {
      $set: {
        state,
        revision: NEXT_REVISION,
        result: literal(result),
        error: literal(error),
        ...(progress && { progress: literal(progress) }),
        worker: null,
        finishedAt: '$$NOW',
        expiresAt: fromNow(retentionDays * DAY_MS),
      },
    },
  ];
}

/** Waits for another attempt, which counts (`isCounted`) or is given back. */
export function waitUpdate(error: JobRecord['error'], delayMs: number, isCounted: boolean): Update {
  return [
    {
      $set: {
        state: 'queued',
        revision: NEXT_REVISION,
        error: literal(error),
        worker: null,
        notBefore: fromNow(delayMs),
        attempts: isCounted ? '$attempts' : { $subtract: ['$attempts', 1] },
      },
    },
  ];
}

/** Its worker is gone: waits for the next one with its attempt given back, or ends when that happened too often. */
export function interruptUpdate(error: JobRecord['error'], maxInterruptions: number, retentionDays: number): Update {
  const isTooOften = { $gte: ['$interruptions', maxInterruptions] };
  return [
    {
      $set: {
        state: { $cond: [isTooOften, { $cond: [CANCEL_ASKED, 'cancelled', 'failed'] }, 'interrupted'] },
        revision: NEXT_REVISION,
        interruptions: { $add: ['$interruptions', 1] },
        attempts: { $subtract: ['$attempts', 1] },
        worker: null,
        notBefore: null,
        error: { $cond: [isTooOften, literal(error), '$error'] },
        finishedAt: { $cond: [isTooOften, '$$NOW', null] },
        expiresAt: { $cond: [isTooOften, fromNow(retentionDays * DAY_MS), null] },
      },
    },
  ];
}

/**
 * What has done nothing yet ends at once. What may have left something behind keeps the intent: its worker, or the next one
 * that takes it, lets the handler clean up.
 */
export function cancelUpdate(error: JobRecord['error'], retentionDays: number): Update {
  const isUntouched = { $and: [{ $eq: ['$state', 'queued'] }, { $eq: ['$attempts', 0] }] };
  return [
    {
      $set: {
        revision: NEXT_REVISION,
        cancelRequestedAt: '$$NOW',
        notBefore: null,
        state: {
          $switch: {
            branches: [
              { case: isUntouched, then: 'cancelled' },
              { case: { $eq: ['$state', 'running'] }, then: 'cancelling' },
            ],
            default: '$state',
          },
        },
        error: { $cond: [isUntouched, literal(error), '$error'] },
        finishedAt: { $cond: [isUntouched, '$$NOW', null] },
        expiresAt: { $cond: [isUntouched, fromNow(retentionDays * DAY_MS), null] },
      },
    },
  ];
}

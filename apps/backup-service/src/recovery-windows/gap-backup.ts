import { randomUUID } from 'node:crypto';
import { isAppError } from '@lucid/core/app-error';
import { backupCreate } from '@lucid/jobs/contracts/backup-create';
import type { JobRecord } from '@lucid/jobs/job-record';
import type { JobService } from '@lucid/jobs/job-service';

const ACTOR = { id: 'system', role: 'admin' };
const FIRST_PAUSE_MS = 5 * 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;
/** A job's record is gone after weeks: more windows than these are never met. */
const MOST_WINDOWS = 1_000;

/**
 * Asks for the full backup with which a recovery window begins again. While it runs, and once it succeeded, asking does nothing. After it has
 * failed (three times, as its contract says) asking begins a new window of attempts, 5 minutes later, then 10, up to 6 hours. One that
 * somebody cancelled is not asked for again.
 * @returns the newest job; undefined where an earlier version asked in other words
 */
export async function requestGapBackup(
  jobs: Pick<JobService, 'request'>,
  gapId: string,
  now: Date,
): Promise<JobRecord | undefined> {
  let newest: JobRecord | undefined;
  for (let window = 0; window < MOST_WINDOWS; window += 1) {
    if (newest && !isDueAgain(newest, window, now)) return newest;
    const idempotencyKey = window === 0 ? `gap:${gapId}` : `gap:${gapId}:${window}`;
    const options = { actor: ACTOR, correlationId: randomUUID(), idempotencyKey };
    try {
      newest = await jobs.request(backupCreate, { engines: ['mongodb'], label: 'after a gap' }, options);
    } catch (error) {
      if (isAppError(error, 'IDEMPOTENCY_KEY_REUSED')) return newest;
      throw error;
    }
  }
  return newest;
}

function isDueAgain({ state, finishedAt }: JobRecord, window: number, now: Date): boolean {
  if (state !== 'failed' || !finishedAt) return false;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (window - 1));
  return now.getTime() - finishedAt.getTime() >= pauseMs;
}

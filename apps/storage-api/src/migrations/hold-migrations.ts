import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { LEASE_HEARTBEAT_MS, LEASE_STALE_MS, type Lease, type LeaseStore } from '@lucid/core/lease';
import type { MigrationLock } from './migration-run.ts';

export const MIGRATIONS_LEASE = 'migrations';

export interface HoldOptions {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  /** Host and process: shown to whoever comes too late. */
  readonly holder: string;
  /** The caller's wish to end, with an AppError as its reason. */
  readonly signal: AbortSignal;
  /** How long to wait for a run that is under way. */
  readonly waitMs: number;
  progress(phase: string, done: number, total: number): void;
}

const ASK_AGAIN_MS = 2_000;

/**
 * Runs `action` with the lease that a job would hold, kept alive and released at the end: for what runs migrations without a job.
 * @throws AppError LEASE_HELD where another run is still under way after `waitMs`, and what `action` throws
 */
export async function holdMigrations<T>(options: HoldOptions, action: (lock: MigrationLock) => Promise<T>): Promise<T> {
  const { clock, holder, signal, progress } = options;
  const lease = await acquire(options);
  const lost = new AbortController();
  let lastBeatMs = clock.monotonicMs();
  const stopBeating = clock.every(LEASE_HEARTBEAT_MS, () => {
    const startedMs = clock.monotonicMs();
    lease.heartbeat().then(
      () => (lastBeatMs = startedMs),
      (error: unknown) => {
        if (isAppError(error, 'LEASE_LOST')) lost.abort(error);
        else if (startedMs - lastBeatMs >= LEASE_STALE_MS)
          lost.abort(new AppError('LEASE_LOST', 'MongoDB was away for too long'));
      },
    );
  });
  try {
    return await action({
      fencingToken: lease.fencingToken,
      runBy: holder,
      signal: AbortSignal.any([signal, lost.signal]),
      assertHeld: () => lease.assertHeld(),
      progress,
    });
  } finally {
    stopBeating();
    // Not released, it is stale after 30 s.
    await lease.release().catch(() => undefined);
  }
}

async function acquire({ leases, clock, holder, signal, waitMs }: HoldOptions): Promise<Lease> {
  for (const startMs = clock.monotonicMs(); ;) {
    try {
      return await leases.acquire(MIGRATIONS_LEASE, holder);
    } catch (error) {
      if (!isAppError(error, 'LEASE_HELD') || clock.monotonicMs() - startMs >= waitMs) throw error;
      await clock.sleep(ASK_AGAIN_MS, signal);
    }
  }
}

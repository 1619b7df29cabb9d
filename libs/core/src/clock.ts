import { setTimeout as delay } from 'node:timers/promises';

/**
 * The only source of time. Everything that decides by time (leases, schedules, retention, retries) takes a clock, so that
 * a test can move it.
 */
export interface Clock {
  /** Wall-clock time of this host; it may jump. */
  now(): Date;
  /** Milliseconds that only grow, for durations. */
  monotonicMs(): number;
  /** Resolves after `ms`, rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `action` every `ms` until the returned function is called; does not keep the process alive. */
  every(ms: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
  every(ms, action) {
    const timer = setInterval(action, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

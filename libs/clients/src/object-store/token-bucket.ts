import { systemClock, type Clock } from '@lucid/core/clock';

/** Calls take turns after so many bytes, so that a small one is not behind all of a large one. */
const SLICE_BYTES = 64 * 1024;
/** What may be sent at once after a pause unless it is said, as time of the limit. */
const BURST_MS = 500;

/**
 * Limits bytes a second over everything that shares it. Whoever waits is served in turns of 64 KiB, first come first served:
 * of n calls at once each gets an n-th.
 */
export class TokenBucket {
  readonly bytesPerSecond: number;
  readonly #clock: Clock;
  readonly #burstMs: number;
  /** When what was promised up to now has been sent. */
  #freeAtMs: number;

  /**
   * @param burstMs what may be sent at once after a pause, as time of the limit
   * @throws RangeError where the limit is not positive
   */
  constructor(bytesPerSecond: number, clock: Clock = systemClock, burstMs = BURST_MS) {
    if (!(bytesPerSecond > 0)) throw new RangeError('a limit is more than 0 bytes a second');
    this.bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
    this.#burstMs = burstMs;
    this.#freeAtMs = -Infinity;
  }

  /** Resolves when `bytes` may have been sent. @throws the signal's reason; what was taken by then stays taken */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    for (let left = bytes; left > 0; left -= SLICE_BYTES) {
      signal?.throwIfAborted();
      const nowMs = this.#clock.monotonicMs();
      const fromMs = Math.max(this.#freeAtMs, nowMs - this.#burstMs);
      this.#freeAtMs = fromMs + (Math.min(left, SLICE_BYTES) / this.bytesPerSecond) * 1000;
      if (this.#freeAtMs > nowMs) await this.#clock.sleep(this.#freeAtMs - nowMs, signal);
    }
  }
}

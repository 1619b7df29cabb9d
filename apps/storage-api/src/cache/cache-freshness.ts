import type { Clock } from '@lucid/core/clock';

/** No cached document is served unless every change up to so long ago has been taken out of the cache. */
export const STALE_AT_MOST_MS = 5_000;

/** How far this process's invalidation has come; it alone decides whether this process serves from the cache. */
export class CacheFreshness {
  readonly #clock: Clock;
  #inStepAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isFresh(): boolean {
    return this.#clock.monotonicMs() - this.#inStepAtMs < STALE_AT_MOST_MS;
  }

  /** Every change up to this moment (of `monotonicMs`) has been taken out of the cache. */
  inStepAsOf(monotonicMs: number): void {
    this.#inStepAtMs = Math.max(this.#inStepAtMs, monotonicMs);
  }

  /** Nothing is known any more: Redis went away and may have come back with what was in it before. */
  lost(): void {
    this.#inStepAtMs = Number.NEGATIVE_INFINITY;
  }

  /** Seconds since it was in step, for the metrics; infinite before the first time. */
  ageSeconds(): number {
    return (this.#clock.monotonicMs() - this.#inStepAtMs) / 1_000;
  }
}

import type { Clock } from '@lucid/core/clock';

export interface BreakerLimits {
  /** So long every call must have failed before the circuit opens. */
  readonly failingMs: number;
  /** So long calls are refused, until one is let through to try. */
  readonly openMs: number;
}

/**
 * Keeps callers from waiting for what has not answered for a while. It counts time, not failures: when the event loop stands still, a
 * hundred calls run out of time at once, and the next one succeeds.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #limits: BreakerLimits;
  #failingSinceMs: number | undefined;
  /** When the next call may try; 0 while the circuit is closed. */
  #tryAtMs = 0;

  constructor(clock: Clock, limits: BreakerLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** May a call be made? Where the circuit is open, one call each `openMs` is. */
  allows(): boolean {
    if (this.#tryAtMs === 0) return true;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#tryAtMs) return false;
    this.#tryAtMs = nowMs + this.#limits.openMs;
    return true;
  }

  succeeded(): void {
    this.#failingSinceMs = undefined;
    this.#tryAtMs = 0;
  }

  failed(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#failingSinceMs ??= nowMs;
    if (nowMs - this.#failingSinceMs >= this.#limits.failingMs) this.#tryAtMs = nowMs + this.#limits.openMs;
  }
}

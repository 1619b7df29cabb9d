import type { Clock } from '@lucid/core/clock';

interface Timer {
  dueMs: number;
  /** Order of creation: timers that are due together fire in it. */
  number: number;
  fire(): void;
}

/** How many turns of the event loop's microtasks a fired timer gets to set the next one before time goes on. */
const TURNS = 20;

/**
 * A clock that stands still until the test moves it. `sleep` and `every` fire in the order they are due, each at its own
 * time, also those set by code that an earlier one woke.
 */
export class FakeClock implements Clock {
  #nowMs: number;
  #startMs: number;
  #count = 0;
  readonly #timers = new Set<Timer>();

  constructor(start: Date = new Date('2026-01-01T00:00:00.000Z')) {
    this.#nowMs = start.getTime();
    this.#startMs = this.#nowMs;
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((done, fail) => {
      if (signal?.aborted) return fail(signal.reason);
      const onAbort = (): void => {
        this.#timers.delete(timer);
        fail(signal?.reason);
      };
      const timer = this.#add(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        done();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  every(ms: number, action: () => void): () => void {
    let isStopped = false;
    const again = (): Timer =>
      this.#add(ms, () => {
        if (isStopped) return;
        timer = again();
        action();
      });
    let timer = again();
    return () => {
      isStopped = true;
      this.#timers.delete(timer);
    };
  }

  /** Sets the wall clock alone, as an operator or NTP does; timers and `monotonicMs` do not move. */
  jumpTo(now: Date): void {
    const shift = now.getTime() - this.#nowMs;
    this.#nowMs += shift;
    this.#startMs += shift;
    for (const timer of this.#timers) timer.dueMs += shift;
  }

  /** Moves time on and fires what is due on the way. Awaits promises that the fired code chained, not real I/O. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#next(targetMs); next; next = this.#next(targetMs)) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.fire();
      await settle();
    }
    this.#nowMs = targetMs;
  }

  /** How many sleeps and intervals wait: a test that expects none to be left can say so. */
  get pending(): number {
    return this.#timers.size;
  }

  #add(ms: number, fire: () => void): Timer {
    // At least one millisecond, as the system's timers: `every(0)` must not hold `advance` for ever.
    const timer = { dueMs: this.#nowMs + Math.max(1, ms), number: (this.#count += 1), fire };
    this.#timers.add(timer);
    return timer;
  }

  #next(untilMs: number): Timer | undefined {
    return [...this.#timers]
      .filter((timer) => timer.dueMs <= untilMs)
      .sort((a, b) => a.dueMs - b.dueMs || a.number - b.number)[0];
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
}

import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';

/** A bound on remembered callers, far above how many there are. */
const MAX_CALLERS = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A bucket of tokens for each caller, in this process: it holds what may come in one second, and fills at that rate. Several processes
 * of a service each have their own.
 */
export class RateLimit {
  private readonly buckets = new Map<string, Bucket>();
  private readonly perSecond: number;
  private readonly clock: Clock;

  constructor(perSecond: number, clock: Clock) {
    this.perSecond = perSecond;
    this.clock = clock;
  }

  /** @throws AppError TOO_MANY_REQUESTS with the seconds until there is room again */
  take(caller: string): void {
    const nowMs = this.clock.monotonicMs();
    const bucket = this.buckets.get(caller) ?? this.open(caller, nowMs);
    bucket.tokens = Math.min(this.perSecond, bucket.tokens + ((nowMs - bucket.atMs) * this.perSecond) / 1_000);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) {
      const retryAfterSeconds = Math.max(1, Math.ceil((1 - bucket.tokens) / this.perSecond));
      throw new AppError('TOO_MANY_REQUESTS', `more than ${this.perSecond} requests a second with this key`, {
        retryAfterSeconds,
      });
    }
    bucket.tokens -= 1;
  }

  private open(caller: string, atMs: number): Bucket {
    // Whoever is forgotten begins with a full bucket, as after a pause.
    if (this.buckets.size >= MAX_CALLERS) this.buckets.clear();
    const bucket = { tokens: this.perSecond, atMs };
    this.buckets.set(caller, bucket);
    return bucket;
  }
}

import type { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { RateLimit } from './rate-limit.ts';

describe('requests of a caller in a second', () => {
  let nowMs = 0;
  const clock = { monotonicMs: () => nowMs } as unknown as Clock;

  function taken(limit: RateLimit, caller: string, tries: number): number {
    let count = 0;
    for (let index = 0; index < tries; index += 1) {
      try {
        limit.take(caller);
        count += 1;
      } catch (error) {
        expect((error as AppError).code).toBe('TOO_MANY_REQUESTS');
        expect((error as AppError).retryAfterSeconds).toBe(1);
      }
    }
    return count;
  }

  it('are as many as the limit says, for each caller, and fill up again with time', () => {
    const limit = new RateLimit(10, clock);
    expect(taken(limit, 'a', 15)).toBe(10);
    expect(taken(limit, 'b', 15)).toBe(10);
    nowMs += 300;
    expect(taken(limit, 'a', 15)).toBe(3);
    nowMs += 60_000;
    expect(taken(limit, 'a', 15)).toBe(10);
  });
});

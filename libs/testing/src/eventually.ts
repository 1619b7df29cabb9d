import { type Clock, systemClock } from '@lucid/core/clock';

export interface EventuallyOptions {
  /** Only a limit for what never happens; nothing is asserted about how long it took. Default 60 s: CI is slow at times. */
  timeoutMs?: number;
  intervalMs?: number;
  clock?: Clock;
}

/**
 * Asks again and again until the answer is neither false nor undefined nor null, and returns it. A throw counts as "not
 * yet" and becomes the cause of the failure when the time is over.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T> | T,
  { timeoutMs = 60_000, intervalMs = 50, clock = systemClock }: EventuallyOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = clock.monotonicMs() + timeoutMs;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== false && answer !== undefined && answer !== null) {
        return answer as Exclude<T, false | null | undefined>;
      }
      last = undefined;
    } catch (error) {
      last = error;
    }
    await clock.sleep(intervalMs);
  } while (clock.monotonicMs() < deadline);
  throw new Error(`${what} did not happen within ${timeoutMs} ms`, { cause: last });
}

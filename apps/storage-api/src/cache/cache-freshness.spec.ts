import { FakeClock } from '@lucid/testing/fake-clock';
import { CacheFreshness } from './cache-freshness.ts';

describe('freshness of the cache', () => {
  it('ends five seconds after the last moment that is known', async () => {
    const clock = new FakeClock();
    const freshness = new CacheFreshness(clock);
    expect(freshness.isFresh()).toBe(false);
    freshness.inStepAsOf(clock.monotonicMs());
    expect(freshness.isFresh()).toBe(true);
    await clock.advance(4_900);
    expect(freshness.isFresh()).toBe(true);
    await clock.advance(100);
    expect(freshness.isFresh()).toBe(false); // A stream that is away for 30 s: the cache is shut for 25 of them.
  });

  it('does not go back for what is known late, and ends at once when Redis is lost', async () => {
    const clock = new FakeClock();
    const freshness = new CacheFreshness(clock);
    const before = clock.monotonicMs();
    await clock.advance(3_000);
    freshness.inStepAsOf(clock.monotonicMs());
    freshness.inStepAsOf(before);
    await clock.advance(4_000);
    expect(freshness.isFresh()).toBe(true);
    freshness.lost();
    expect(freshness.isFresh()).toBe(false);
  });
});

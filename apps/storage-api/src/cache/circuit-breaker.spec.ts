import { FakeClock } from '@lucid/testing/fake-clock';
import { CircuitBreaker } from './circuit-breaker.ts';

describe('a circuit breaker', () => {
  const make = () => {
    const clock = new FakeClock();
    return { clock, breaker: new CircuitBreaker(clock, { failingMs: 250, openMs: 1_000 }) };
  };

  it('stays closed when many calls fail at one moment and the next succeeds', () => {
    const { breaker } = make();
    for (let n = 0; n < 100; n += 1) breaker.failed();
    expect(breaker.allows()).toBe(true);
  });

  it('opens after a time of failures only, lets one try a second, and closes with the first success', async () => {
    const { clock, breaker } = make();
    breaker.failed();
    await clock.advance(300);
    breaker.failed();
    expect(breaker.allows()).toBe(false);
    await clock.advance(1_000);
    expect([breaker.allows(), breaker.allows()]).toEqual([true, false]);
    breaker.failed();
    expect(breaker.allows()).toBe(false);
    await clock.advance(1_000);
    expect(breaker.allows()).toBe(true);
    breaker.succeeded();
    expect([breaker.allows(), breaker.allows()]).toEqual([true, true]);
  });

  it('does not open for failures far apart with successes between', async () => {
    const { clock, breaker } = make();
    for (let n = 0; n < 10; n += 1) {
      breaker.failed();
      await clock.advance(200);
      breaker.succeeded();
    }
    expect(breaker.allows()).toBe(true);
  });
});

import fc from 'fast-check';
import { afterSample, nextSample } from './sample-part.ts';
import type { SampleProgress } from './sample-progress.ts';

const DAY_MS = 86_400_000;
const START = new Date('2026-11-21T04:00:00Z');

describe('the rotating sample', () => {
  it('reads everything in the days asked for, however often it runs', () => {
    const gaps = fc.array(fc.integer({ min: 60_000, max: 5 * DAY_MS }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 60 }), (waits, days) => {
        let last: SampleProgress | null = null;
        let [now, read] = [START.getTime(), 0];
        for (const wait of waits) {
          const part = nextSample(last, new Date(now), days);
          expect(part.from).toBeCloseTo(read % 1 > 1 - 1e-9 ? 0 : read % 1, 6);
          expect(part.fraction).toBeLessThanOrEqual(1);
          read += part.fraction;
          last = { position: afterSample(part), ranAt: new Date(now) };
          now += wait;
        }
        const elapsedDays = (last!.ranAt.getTime() - START.getTime()) / DAY_MS;
        const isCapped = waits.some((wait) => wait / DAY_MS > days);
        if (!isCapped) expect(read).toBeCloseTo((elapsedDays + Math.min(1, days)) / days, 6);
      }),
    );
  });

  it('reads a day where there was none before, or the clock went backwards', () => {
    expect(nextSample(null, START, 30)).toEqual({ from: 0, fraction: 1 / 30 });
    const last = { position: 0.25, ranAt: new Date(START.getTime() + DAY_MS) };
    expect(nextSample(last, START, 30)).toEqual({ from: 0.25, fraction: 1 / 30 });
  });
});

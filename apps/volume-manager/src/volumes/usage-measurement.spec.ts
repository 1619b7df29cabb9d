import { createLogger } from '@lucid/core/logger';
import { FakeClock } from '@lucid/testing/fake-clock';
import { UsageMeasurement } from './usage-measurement.ts';
import type { VolumeUsage } from './volume-driver.ts';

const usage = (usedBytes: number): VolumeUsage => ({ usedBytes, files: 1, folders: 1, unreadable: 0 });

function create() {
  const clock = new FakeClock();
  const counts: PromiseWithResolvers<VolumeUsage>[] = [];
  const measure = (): Promise<VolumeUsage> => {
    const count = Promise.withResolvers<VolumeUsage>();
    counts.push(count);
    return count.promise;
  };
  return { clock, counts, measurement: new UsageMeasurement(measure, clock, createLogger('test', 'silent')) };
}

describe('UsageMeasurement', () => {
  it('counts once however many ask, and remembers', async () => {
    const { clock, counts, measurement } = create();
    expect(measurement.latest()).toBeUndefined();
    const both = [measurement.renewed(1_000), measurement.renewed(1_000)];
    counts[0]?.resolve(usage(7));
    expect((await Promise.all(both)).map((one) => one?.usedBytes)).toEqual([7, 7]);
    await clock.advance(60_000);
    expect(measurement.latest()).toMatchObject({ usedBytes: 7, measuredAt: new Date('2026-01-01T00:00:00.000Z') });
    expect(counts).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('shows the old count while it renews a stale one', async () => {
    const { clock, counts, measurement } = create();
    const first = measurement.renewed(1_000);
    counts[0]?.resolve(usage(7));
    await first;
    await clock.advance(5 * 60_000);
    expect(measurement.latest()).toMatchObject({ usedBytes: 7 });
    expect(measurement.isRunning).toBe(true);
    counts[1]?.resolve(usage(8));
    await clock.advance(0);
    expect(measurement.latest()).toMatchObject({ usedBytes: 8 });
  });

  it('answers with the last count when a new one takes too long, and when it fails', async () => {
    const { clock, counts, measurement } = create();
    const slow = measurement.renewed(1_000);
    await clock.advance(1_000);
    expect(await slow).toBeUndefined();
    expect(measurement.isRunning).toBe(true);
    const joined = measurement.renewed(1_000);
    counts[0]?.reject(new Error('gone'));
    expect(await joined).toBeUndefined();
    expect(measurement.isRunning).toBe(false);
    expect(counts).toHaveLength(1);
  });
});

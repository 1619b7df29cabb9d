import fc from 'fast-check';
import { toLatencyHistogram } from './latency-histogram.ts';

describe('toLatencyHistogram', () => {
  const latencies = {
    histogram: [
      { micros: 64, count: 91 },
      { micros: 128, count: 7 },
      { micros: 1024, count: 2 },
      { micros: 786_432, count: 1 },
    ],
    latency: 1_500_000,
    ops: 101,
  };
  const countAt = (le: number) => toLatencyHistogram(latencies).buckets.find((bucket) => bucket.le === le)?.count;

  it('counts what lies at or below each bound, in seconds', () => {
    // The bucket that begins at 64 µs ends at 128 µs; the one that begins at 128 µs lies above that bound.
    expect(countAt(0.000128)).toBe(91);
    expect(countAt(0.000256)).toBe(98);
    expect(countAt(0.001024)).toBe(98);
    expect(countAt(0.002048)).toBe(100);
    expect(countAt(0.524288)).toBe(100);
    expect(countAt(1.048576)).toBe(101);
  });

  it('gives sum in seconds and count', () => {
    expect(toLatencyHistogram(latencies)).toMatchObject({ sum: 1.5, count: 101 });
  });

  it('is all zero for a server that has not been asked yet', () => {
    const empty = toLatencyHistogram({ histogram: [], latency: 0, ops: 0 });
    expect(empty).toMatchObject({ sum: 0, count: 0 });
    expect(new Set(empty.buckets.map((bucket) => bucket.count))).toEqual(new Set([0]));
  });

  it('never falls from bound to bound, and never exceeds the count, whatever the server says', () => {
    const bucket = fc.record({ micros: fc.nat(100_000_000), count: fc.nat(1_000_000) });
    fc.assert(
      fc.property(fc.array(bucket, { maxLength: 60 }), fc.nat(), (histogram, ops) => {
        const { buckets, count } = toLatencyHistogram({ histogram, latency: 1, ops });
        const counts = [...buckets.map((entry) => entry.count), count];
        expect(counts).toEqual([...counts].sort((a, b) => a - b));
      }),
    );
  });
});

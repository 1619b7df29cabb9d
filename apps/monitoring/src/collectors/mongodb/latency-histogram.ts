import type { HistogramValue } from '../samples.ts';

/**
 * Upper bounds in microseconds. Each is a bound of the server's own buckets (its list: powers of two up to 2048 µs, then steps
 * of 1.5 and 1.33, src/mongo/db/stats/operation_latency_histogram.cpp), so no observation is ever put on the wrong side.
 */
const UPPER_BOUNDS_MICROS = [
  128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576, 2_097_152,
  4_194_304, 8_388_608, 16_777_216, 33_554_432,
];
const MICROS_PER_SECOND = 1_000_000;

/** One type of operation in `serverStatus.opLatencies`, asked for with `{histograms: true}`. */
export interface ServerLatencies {
  /** Buckets that have observations: `micros` is the inclusive lower bound. */
  histogram?: readonly { micros: unknown; count: unknown }[];
  /** Sum of all durations in microseconds. */
  latency?: unknown;
  /** Number of observations. */
  ops?: unknown;
}

/**
 * A cumulative histogram in seconds. A server bucket ends where the next begins, so all of it lies below a bound that is
 * greater than its lower one.
 */
export function toLatencyHistogram(latencies: ServerLatencies): HistogramValue {
  const filled = (latencies.histogram ?? []).map(({ micros, count }) => ({
    micros: Number(micros),
    count: Number(count),
  }));
  const inBuckets = filled.reduce((sum, bucket) => sum + bucket.count, 0);
  const buckets = UPPER_BOUNDS_MICROS.map((bound) => ({
    le: bound / MICROS_PER_SECOND,
    count: filled.reduce((sum, bucket) => (bucket.micros < bound ? sum + bucket.count : sum), 0),
  }));
  return {
    buckets,
    sum: Number(latencies.latency ?? 0) / MICROS_PER_SECOND,
    // The server reads its counters one after the other: an operation may be in a bucket and not yet in `ops`.
    count: Math.max(Number(latencies.ops ?? 0), inBuckets),
  };
}

import { hintsOf } from './memory-hints.ts';
import { MemorySample } from './memory-sample.ts';

const MIB = 1024 * 1024;

function sampleOf(keys: [string, number, boolean][]): MemorySample {
  const sample = new MemorySample('');
  for (const [key, bytes, hasTtl] of keys) sample.add(Buffer.from(key), bytes, hasTtl);
  return sample;
}

describe('hints about memory', () => {
  const well = {
    usedBytes: 100 * MIB,
    limitBytes: 2_000 * MIB,
    fragmentation: 1.1,
    policy: 'allkeys-lru',
    evictedKeys: 0,
  };
  const usual = sampleOf([['a:1', 100, true]]);

  it('are none where all is well, nor for a small cache that is fragmented', () => {
    expect(hintsOf({ ...well, sample: usual })).toEqual([]);
    expect(hintsOf({ ...well, usedBytes: MIB, fragmentation: 9, sample: usual })).toEqual([]);
  });

  it.each([
    ['maxmemory is not set', { limitBytes: 0 }],
    ['noeviction', { policy: 'noeviction' }],
    ['keys are evicted', { usedBytes: 1_900 * MIB, evictedKeys: 5 }],
    ['fragmented', { usedBytes: 200 * MIB, fragmentation: 2 }],
    ['larger than 10 MiB', { sample: sampleOf([['a', 11 * MIB, true]]) }],
    ['no time to live', { sample: sampleOf([['a', 1, false]]) }],
  ])('say: %s', (hint, more) => {
    const hints = hintsOf({ ...well, sample: usual, ...more });
    expect(hints).toEqual([expect.stringContaining(hint)]);
  });

  it('a sample keeps the biggest and sums by prefix', () => {
    const sample = sampleOf(Array.from({ length: 100 }, (_, n) => [`p${n % 2}:${n}`, n, n % 4 === 0]));
    expect(sample.biggest()).toHaveLength(20);
    expect(sample.biggest()[0]).toEqual({ key: 'p1:99', bytes: 99 });
    expect(sample.prefixes(1_000)[0]).toMatchObject({ prefix: 'p1:', keys: 50, bytes: 2_500, estimatedBytes: 25_000 });
  });
});

import { ShardKey } from '@lucid/clients/mongodb/sharding/shard-key';
import { deserialize, type Document, serialize } from 'bson';
import { KeySample } from './split-points.ts';

function sampleOf(count: number, documentAt: (n: number) => Document): KeySample {
  const sample = new KeySample(new ShardKey(Buffer.from(serialize({ 'a.b': 1, c: 1 }))));
  for (let n = 0; n < count; n += 1) sample.add(Buffer.from(serialize(documentAt(n))));
  return sample;
}

function pointsOf(sample: KeySample, ranges: number): Document[] {
  return sample.splitPoints(ranges).map((point) => deserialize(point));
}

describe('KeySample', () => {
  it('parts the documents evenly, however many there are', () => {
    for (const count of [10, 1_000, 100_000]) {
      const points = pointsOf(
        sampleOf(count, (n) => ({ a: { b: (n * 7_919) % count } })),
        4,
      );
      expect(points).toHaveLength(3);
      for (const [at, point] of points.entries()) {
        expect(point['c']).toBeNull();
        expect(Math.abs(point['a.b'] - ((at + 1) * count) / 4)).toBeLessThanOrEqual(count * 0.03 + 1);
      }
    }
  });

  it('has fewer points than ranges where there are few keys', () => {
    expect(
      pointsOf(
        sampleOf(100, (n) => ({ a: { b: n % 2 }, c: 1 })),
        5,
      ),
    ).toEqual([{ 'a.b': 1, c: 1 }]);
    expect(
      pointsOf(
        sampleOf(100, () => ({ a: { b: 1 } })),
        5,
      ),
    ).toEqual([]);
    expect(
      pointsOf(
        sampleOf(0, () => ({})),
        5,
      ),
    ).toEqual([]);
  });
});

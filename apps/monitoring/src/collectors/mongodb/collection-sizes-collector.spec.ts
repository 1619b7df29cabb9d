import { toSamples } from './collection-sizes-collector.ts';

const size = (collection: string, sizeBytes: number) => {
  return { database: 'db', collection, sizeBytes, storageBytes: 10, indexBytes: 1, documents: 2 };
};

function sizesOf(limit: number, ...sizes: ReturnType<typeof size>[]): unknown[] {
  const { samples } = toSamples(sizes, limit);
  return samples
    .filter(({ metric }) => metric === 'mongodb_collection_size_bytes')
    .map(({ labels, value }) => [labels['database'], labels['collection'], value]);
}

describe('collection sizes as samples', () => {
  it('names the largest and sums up the others as overflow', () => {
    expect(sizesOf(2, size('small', 1), size('large', 100), size('middle', 50), size('tiny', 0))).toEqual([
      ['db', 'large', 100],
      ['db', 'middle', 50],
      ['overflow', 'overflow', 1],
    ]);
  });

  it('has no overflow when all fit', () => {
    expect(sizesOf(2, size('a', 1), size('b', 2))).toEqual([
      ['db', 'b', 2],
      ['db', 'a', 1],
    ]);
  });
});

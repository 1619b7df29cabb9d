import { fromBucketsIndex, timeSeriesFields, toBucketsIndex } from './timeseries-indexes.ts';

const fields = timeSeriesFields({ timeseries: { timeField: 't', metaField: 'm' } });

/** As MongoDB 6.0 lists them on a time-series collection and on its buckets. */
const PAIRS = [
  [
    { v: 2, key: { m: 1, t: 1 }, name: 'a' },
    { v: 2, key: { meta: 1, 'control.min.t': 1, 'control.max.t': 1 }, name: 'a' },
  ],
  [
    { v: 2, key: { m: 1, t: -1 }, name: 'b' },
    { v: 2, key: { meta: 1, 'control.max.t': -1, 'control.min.t': -1 }, name: 'b' },
  ],
  [
    { v: 2, key: { 'm.a': 1, v: 1 }, name: 'c' },
    {
      v: 2,
      key: { 'meta.a': 1, 'control.min.v': 1, 'control.max.v': 1 },
      name: 'c',
      originalSpec: { name: 'c', key: { 'm.a': 1, v: 1 }, v: 2 },
    },
  ],
  [
    { v: 2, key: { loc: '2dsphere' }, name: 'd' },
    {
      v: 2,
      key: { 'data.loc': '2dsphere_bucket' },
      name: 'd',
      originalSpec: { name: 'd', key: { loc: '2dsphere' }, v: 2 },
    },
  ],
  [
    { v: 2, key: { m: 'hashed' }, name: 'e' },
    { v: 2, key: { meta: 'hashed' }, name: 'e' },
  ],
  [
    { v: 2, key: { m: 1 }, name: 'f', partialFilterExpression: { m: { $gt: 1 } } },
    {
      v: 2,
      key: { meta: 1 },
      name: 'f',
      partialFilterExpression: { meta: { $gt: 1 } },
      originalSpec: { partialFilterExpression: { m: { $gt: 1 } }, name: 'f', key: { m: 1 }, v: 2 },
    },
  ],
] as const;

describe('indexes of time-series collections', () => {
  it.each(PAIRS)('%j lies on the buckets as MongoDB has it, and comes back', (shown, ofBuckets) => {
    expect(toBucketsIndex(shown, fields)).toEqual(ofBuckets);
    expect(fromBucketsIndex(ofBuckets, fields)).toEqual(shown);
  });

  it('with a filter on measurements is left out', () => {
    const index = { v: 2, key: { m: 1 }, name: 'g', partialFilterExpression: { degrees: { $gt: 1 } } };
    expect(toBucketsIndex(index, fields)).toBeUndefined();
  });
});

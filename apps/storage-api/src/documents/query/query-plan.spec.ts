import type { Document } from 'mongodb';
import { judgePlan } from './query-plan.ts';

const scan = (bounds: Record<string, string[]>, more: Document = {}): Document => ({
  ...{ stage: 'IXSCAN', indexName: 'i', indexBounds: bounds },
  keyPattern: Object.fromEntries(Object.keys(bounds).map((field) => [field, 1])),
  ...more,
});
const fetch = (inputStage: Document, more: Document = {}): Document => ({ stage: 'FETCH', inputStage, ...more });
const judge = (winningPlan: Document, isPage = true) =>
  judgePlan({ queryPlanner: { winningPlan, rejectedPlans: [] } }, { hasFilter: true, isPage });
const served = { isServed: true, candidates: [] };
const ifFew = (...ranges: object[]) => ({ isServed: false, candidates: [ranges] });
const refused = { isServed: false, candidates: [] };
const OF_A = { field: 'a', index: 'i' };
const FROM_5 = ['[5.0, inf.0]'];

describe('a plan', () => {
  it('with single values is bounded, whatever it sorts and filters', () => {
    const plan = fetch(scan({ a: ['["x, y", "x, y"]', '[null, null]'] }), { filter: { b: { $eq: 1 } } });
    expect(judge({ stage: 'SORT', inputStage: plan })).toMatchObject(served);
  });

  it('with a range is bounded by its page where it returns what it reads', () => {
    expect(judge(fetch(scan({ a: FROM_5 })))).toMatchObject(served);
    expect(judge(fetch(scan({ a: FROM_5, b: ['[MinKey, MaxKey]'] })))).toMatchObject(served);
    expect(judge(fetch(scan({ a: ["(ObjectId('00'), ObjectId('ff')]"] })), false)).toMatchObject(ifFew(OF_A));
  });

  const reading: [string, Document][] = [
    ['filters what it read', fetch(scan({ a: FROM_5 }), { filter: { b: { $eq: 1 } } })],
    ['filters the keys', fetch(scan({ a: FROM_5 }, { filter: { a: { $mod: [5, 0] } } }))],
    ['sorts', { stage: 'SORT', inputStage: fetch(scan({ a: FROM_5 })) }],
    ['looks for values below each key', fetch(scan({ a: FROM_5, b: ['[1.0, 1.0]'] }))],
    ['begins with the path of a wildcard', fetch(scan({ $_path: ['["a", "a"]'], a: FROM_5 }), { filter: { b: 1 } })],
  ];
  it.each(reading)('with a range that %s is bounded if the range holds few keys', (_what, plan) => {
    expect(judge(plan)).toMatchObject(ifFew(OF_A));
  });

  it('with several ranges needs each of them to hold few keys, a partial index to be counted without it', () => {
    const branches = [scan({ a: FROM_5 }), scan({ b: FROM_5 }, { isPartial: true }), scan({ c: ['[1, 1]'] })];
    expect(judge({ stage: 'SORT', inputStage: fetch({ stage: 'OR', inputStages: branches }) })).toMatchObject(
      ifFew(OF_A, { field: 'b', index: undefined }),
    );
  });

  it.each([[['[MinKey, MaxKey]']], [['[MinKey, 5.0)', '(5.0, MaxKey]']], [['["", {})', '[/x/, /x/]']]])(
    'that goes through %j is not bounded',
    (intervals) => {
      expect(judge(fetch(scan({ a: intervals })))).toMatchObject(refused);
    },
  );

  it('by places and hashes has bounds of its own', () => {
    const place = scan({ a: ['[1, 5]'] }, { keyPattern: { a: '2dsphere' } });
    expect(judge(fetch(place, { filter: { a: {} } }))).toMatchObject(served);
  });

  it('of the buckets of a time series has ranges of the measurements', () => {
    const stages = (winningPlan: Document) => [
      { $cursor: { queryPlanner: { winningPlan } } },
      { $_internalUnpackBucket: { timeField: 't', metaField: 'm' } },
    ];
    const judged = (plan: Document) => judgePlan({ stages: stages(plan) }, { hasFilter: true, isPage: true });
    const filter = { $and: [{ _id: { $gt: 1 } }, { 'control.max.t': { $gt: 1 } }] };
    const byTime = { stage: 'CLUSTERED_IXSCAN', minRecord: 1, maxRecord: 9, filter };
    expect(judged(byTime)).toMatchObject(ifFew({ field: 't', index: undefined }));
    const byMeta = fetch(scan({ 'meta.a': FROM_5 }), { filter });
    expect(judged(byMeta)).toMatchObject(ifFew({ field: 'm.a', index: undefined }));
  });

  it.each([
    ['one value', fetch(scan({ a: ['[5.0, 5.0]'] }))],
    ['nothing', { stage: 'EOF' }],
    ['one `_id`', { stage: 'CLUSTERED_IXSCAN', minRecord: 1, maxRecord: 1 }],
  ])('with a range of %s says nothing of other ranges', (_what, winningPlan) => {
    const explained = { queryPlanner: { winningPlan, rejectedPlans: [] } };
    const dependsOnValues = (ranged: string[]): boolean =>
      judgePlan(explained, { hasFilter: true, isPage: true, ranged }).dependsOnValues;
    expect(dependsOnValues(['a', '_id'])).toBe(true);
    expect(dependsOnValues([])).toBe(false);
  });

  it('in the order of `_id` is bounded by what it says of that', () => {
    const clustered = (more: Document) => ({ stage: 'CLUSTERED_IXSCAN', minRecord: 1, maxRecord: 9, ...more });
    expect(judge(clustered({ filter: { _id: { $gt: 1 } } }))).toMatchObject(served);
    expect(judge(clustered({ filter: { b: 1 } }))).toMatchObject(ifFew({ field: '_id', index: undefined }));
    expect(judge(clustered({ maxRecord: 1, filter: { b: 1 } }))).toMatchObject(served);
    expect(judge({ stage: 'COLLSCAN' })).toMatchObject(refused);
  });
});

import { ObjectId } from 'mongodb';
import { isServing, proposeIndexes } from './propose-indexes.ts';
import { readUse } from './query-use.ts';
import { percentile, SlowQueryGroups } from './slow-query-groups.ts';
import type { ProfileEntry } from './profile-entries.ts';

const entry = (command: object, more: Partial<ProfileEntry> = {}): ProfileEntry => ({
  ...{
    op: 'query',
    ns: 'db.orders',
    ts: new Date(1_000),
    millis: 50,
    docsExamined: 5_000,
    keysExamined: 0,
    nreturned: 3,
  },
  ...{ command: { find: 'orders', ...command }, planSummary: 'COLLSCAN', ...more },
});
const find = (filter: object, sort?: object, more?: Partial<ProfileEntry>) =>
  entry({ filter, ...(sort && { sort }) }, more);

function proposed(entries: ProfileEntry[], indexes: object[] = []) {
  const groups = new SlowQueryGroups();
  for (const one of entries) groups.add(one);
  const stored = [{ name: '_id_', key: { _id: 1 } }, ...indexes];
  return proposeIndexes(groups.list(), 'db', new Map([['orders', stored]]));
}
const keysOf = (entries: ProfileEntry[], indexes?: object[]) => proposed(entries, indexes).map(({ keys }) => keys);

describe('proposals of indexes', () => {
  it('put equality first, then the order, then ranges', () => {
    const filter = { total: { $gt: 5 }, status: 'open', customer: { $in: [1, 2] }, note: /^a/ };
    expect(keysOf([find(filter, { created_at: -1 })])).toEqual([
      [
        ['customer', 1],
        ['status', 1],
        ['created_at', -1],
        ['note', 1],
        ['total', 1],
      ],
    ]);
  });

  it('hold a field once, as what it is first', () => {
    expect(keysOf([find({ a: 1, $and: [{ a: 2 }, { b: { $gte: 1 } }] }, { a: 1, b: -1 })])).toEqual([
      [
        ['a', 1],
        ['b', -1],
      ],
    ]);
  });

  it('leave out what a beginning of an index serves', () => {
    const query = find({ status: 'open', customer: 1 }, { at: -1 });
    const served = { name: 'x', key: { customer: 1, status: 1, at: 1, more: 1 } };
    expect(keysOf([query], [served])).toEqual([]);
    for (const more of [{ hidden: true }, { sparse: true }, { partialFilterExpression: { a: 1 } }, { collation: {} }])
      expect(keysOf([query], [{ ...served, ...more }])).toHaveLength(1);
    expect(keysOf([query], [{ name: 'x', key: { customer: 1, at: 1, status: 1 } }])).toHaveLength(1);
    expect(keysOf([find({ email: 'a', status: 'x' })], [{ name: 'email_1', unique: true, key: { email: 1 } }])).toEqual(
      [],
    );
    expect(keysOf([find({ _id: new ObjectId(), a: 1 })])).toEqual([]);
  });

  it('serve orders of both directions, and no mixture', () => {
    const use = {
      equality: [],
      sort: [
        ['a', 1],
        ['b', -1],
      ] as [string, 1 | -1][],
      range: [],
    };
    expect(isServing({ name: 'x', key: { a: -1, b: 1 } }, use)).toBe(true);
    expect(isServing({ name: 'x', key: { a: 1, b: 1 } }, use)).toBe(false);
  });

  it('are one for queries of which one is the beginning of the other', () => {
    const [only, ...more] = proposed([find({ status: 'a' }), find({ status: 'b' }), find({ status: 'a' }, { at: -1 })]);
    expect(more).toEqual([]);
    expect(only?.keys).toEqual([
      ['status', 1],
      ['at', -1],
    ]);
    expect(only?.queries.map(({ count }) => count).sort()).toEqual([1, 2]);
  });

  it('are made for updates, deletions and the beginning of pipelines too', () => {
    expect(keysOf([entry({}, { op: 'update', command: { q: { a: 1 }, u: { $set: { b: 1 } } } })])).toEqual([
      [['a', 1]],
    ]);
    const pipeline = [
      { $match: { a: 1 } },
      { $match: { b: { $gt: 1 } } },
      { $sort: { c: 1 } },
      { $group: { _id: '$d' } },
    ];
    expect(keysOf([entry({}, { op: 'command', command: { aggregate: 'orders', pipeline } })])).toEqual([
      [
        ['a', 1],
        ['c', 1],
        ['b', 1],
      ],
    ]);
    expect(
      readUse('command', { aggregate: 'orders', pipeline: [{ $group: { _id: 1 } }, { $match: { a: 1 } }] }),
    ).toBeUndefined();
  });

  it('are none for what is fast, what no such index serves, and what is not known', () => {
    expect(keysOf([find({ a: 1 }, undefined, { docsExamined: 3 })])).toEqual([]);
    expect(keysOf([find({ a: 1 }, undefined, { nreturned: 5_000 })])).toEqual([]);
    for (const filter of [
      { $or: [{ a: 1 }, { b: 1 }] },
      { $text: { $search: 'a' } },
      { at: { $near: [0, 0] } },
      { $where: '1' },
    ])
      expect(keysOf([find(filter)])).toEqual([]);
    expect(keysOf([entry({}, { command: { $truncated: '{ find: …' } })])).toEqual([]);
    expect(keysOf([entry({ filter: { a: 1 } }, { ns: 'db.gone' })])).toEqual([]);
  });
});

describe('slow queries', () => {
  it('are added up by fingerprint', () => {
    const groups = new SlowQueryGroups();
    for (const [index, millis] of [10, 20, 30, 40, 1_000].entries())
      groups.add(
        find({ a: index }, undefined, {
          millis,
          ts: new Date(index),
          planSummary: index === 0 ? 'IXSCAN { a: 1 }' : 'COLLSCAN',
        }),
      );
    const [{ query } = { query: undefined }, ...others] = groups.list();
    expect(others).toEqual([]);
    expect(query).toMatchObject({
      ...{
        namespace: 'db.orders',
        operation: 'find',
        shape: { filter: { a: '?' } },
        count: 5,
        totalMs: 1_100,
        p50Ms: 30,
        p95Ms: 1_000,
      },
      ...{
        docsExamined: 25_000,
        returned: 15,
        examinedPerReturned: 1_666.7,
        firstSeen: new Date(0),
        lastSeen: new Date(4),
      },
      planSummaries: [
        { plan: 'COLLSCAN', count: 4 },
        { plan: 'IXSCAN { a: 1 }', count: 1 },
      ],
    });
  });

  it('have percentiles by nearest rank', () => {
    expect(percentile([], 0.5)).toBe(0);
    expect(percentile([7], 0.95)).toBe(7);
    expect(percentile([1, 2, 3, 4], 0.5)).toBe(2);
  });
});

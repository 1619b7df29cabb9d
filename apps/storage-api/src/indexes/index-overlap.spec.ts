import { beginsWith, coveringIndex, worksUnused, type StoredIndex } from './index-overlap.ts';

const index = (name: string, key: StoredIndex['key'], more: object = {}): StoredIndex => ({ name, key, ...more });
const ab = index('ab', { a: 1, b: -1 });

describe('an index that another one covers', () => {
  it.each([
    ['the first field', { a: 1 }, {}],
    ['read the other way round', { a: -1 }, {}],
    ['the same fields, all in the other direction', { a: -1, b: 1 }, {}],
  ])('is one with %s', (_what, key, more) => {
    expect(coveringIndex(index('z', key, more), [ab, index('z', key, more)])?.name).toBe('ab');
  });

  it.each([
    ['one of its directions', index('x', { a: 1, b: 1 }), ab],
    ['the order of its fields', index('x', { b: 1 }), ab],
    ['more fields', index('x', { a: 1, b: -1, c: 1 }), ab],
    ['a collation of its own', index('x', { a: 1 }, { collation: { locale: 'de' } }), ab],
    ['its kind', index('x', { a: 'hashed' }), ab],
    ['a wildcard', index('x', { '$**': 1 }), ab],
    ['uniqueness', index('x', { a: 1 }, { unique: true }), ab],
    ['an expiry', index('x', { a: 1 }, { expireAfterSeconds: 5 }), ab],
    ['documents that the other leaves out', index('x', { a: 1 }), { ...ab, partialFilterExpression: { c: 1 } }],
    ['documents that the other, being sparse, leaves out', index('x', { a: 1 }), { ...ab, sparse: true }],
    ['that queries may use it', index('x', { a: 1 }), { ...ab, hidden: true }],
    ['being _id_', index('_id_', { _id: 1 }), index('y', { _id: 1, a: 1 })],
  ])('is not one that differs by %s', (_what, one, other) => {
    expect(coveringIndex(one, [one, other])).toBeNull();
  });

  it('is one of the same documents, where both are partial alike', () => {
    const partial = { partialFilterExpression: { c: { $gt: 1 } } };
    const one = index('x', { a: 1 }, partial);
    expect(coveringIndex(one, [one, { ...ab, ...partial }])?.name).toBe('ab');
  });

  it('is only one of two that are equal', () => {
    const [first, second] = [index('a_1', { a: 1 }), index('a_desc', { a: -1 })];
    expect(coveringIndex(first, [first, second])).toBeNull();
    expect(coveringIndex(second, [first, second])?.name).toBe('a_1');
    const unique = index('z_unique', { a: 1 }, { unique: true });
    expect(coveringIndex(first, [first, unique])?.name).toBe('z_unique');
    expect(coveringIndex(unique, [first, unique])).toBeNull();
  });
});

it('some indexes work although no query uses them', () => {
  expect(
    [{ unique: true }, { expireAfterSeconds: 0 }, { clustered: true }, { sparse: true }].map((more) =>
      worksUnused(index('x', { a: 1 }, more)),
    ),
  ).toEqual([true, true, true, false]);
});

it('a shard key is the beginning of an index', () => {
  expect(beginsWith(ab, ['a'])).toBe(true);
  expect(beginsWith(ab, ['b'])).toBe(false);
  expect(beginsWith(ab, ['a', 'b', 'c'])).toBe(false);
  expect(beginsWith(ab, [])).toBe(false);
});

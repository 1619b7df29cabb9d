import { checkShardable, type CollectionFacts, isSameKey, parseShardKey, type ShardKey } from './shard-key.ts';

const facts = (indexes: object[], more: Partial<CollectionFacts> = {}): CollectionFacts => ({
  ...{ type: 'collection', options: {}, isEmpty: false },
  indexes: [{ name: '_id_', key: { _id: 1 } }, ...indexes],
  ...more,
});
const codes = (key: ShardKey, unique: boolean, known: CollectionFacts | undefined): string[] =>
  checkShardable(key, unique, known).map(({ code }) => code);

describe('checkShardable', () => {
  it.each<[string, object, string[]]>([
    ['the same', { key: { a: 1 } }, []],
    ['one that begins with it', { key: { a: 1, b: -1 } }, []],
    ['one the other way round', { key: { a: -1 } }, ['NO_INDEX']],
    ['one in another order', { key: { b: 1, a: 1 } }, ['NO_INDEX']],
    ['a hashed one', { key: { a: 'hashed' } }, ['NO_INDEX']],
    ['a sparse one', { key: { a: 1 }, sparse: true }, ['NO_INDEX']],
    ['a partial one', { key: { a: 1 }, partialFilterExpression: { a: { $gt: 1 } } }, ['NO_INDEX']],
    ['one with a collation', { key: { a: 1 }, collation: { locale: 'de' } }, ['NO_INDEX']],
    ['a hidden one', { key: { a: 1 }, hidden: true }, ['NO_INDEX']],
  ])('wants an index that holds every document: %s', (_what, index, expected) => {
    expect(codes({ a: 1 }, false, facts([{ name: 'x', ...index }]))).toEqual(expected);
  });

  it('needs no index on an empty or a new collection, and takes that of _id', () => {
    expect(codes({ a: 1 }, false, facts([], { isEmpty: true }))).toEqual([]);
    expect(codes({ a: 1 }, true, undefined)).toEqual([]);
    expect(codes({ _id: 1 }, true, facts([]))).toEqual([]);
  });

  it('lets unique indexes begin with the key only', () => {
    const other = { name: 'email_1', key: { email: 1 }, unique: true };
    expect(codes({ a: 1 }, false, facts([{ name: 'a_1', key: { a: 1 } }, other]))).toEqual(['UNIQUE_INDEX']);
    expect(codes({ email: 1 }, true, facts([other]))).toEqual([]);
    expect(codes({ email: 1 }, true, facts([{ ...other, key: { email: 1, b: 1 } }]))).toEqual(['NOT_UNIQUE']);
    expect(codes({ email: 'hashed' }, true, undefined)).toEqual(['UNIQUE_HASHED']);
  });

  it('refuses what is no plain collection', () => {
    expect(codes({ a: 1 }, false, facts([], { type: 'view' }))).toEqual(['IS_VIEW']);
    expect(codes({ a: 1 }, false, facts([], { type: 'timeseries' }))).toEqual(['IS_TIME_SERIES']);
    expect(codes({ a: 1 }, false, facts([], { isEmpty: true, options: { capped: true } }))).toEqual(['IS_CAPPED']);
  });
});

describe('parseShardKey', () => {
  it('keeps fields in their order', () => {
    expect(Object.keys(parseShardKey({ b: 1, 'a.c': 'hashed' }))).toEqual(['b', 'a.c']);
    expect(isSameKey({ a: 1, b: 1 }, { b: 1, a: 1 })).toBe(false);
    expect(isSameKey({ a: 1 }, { a: 1 })).toBe(true);
  });

  it.each([
    [null, '/key'],
    [{ '': 1 }, '/key/'],
    [{ 'a..b': 1 }, '/key/a..b'],
    [{ a: '1' }, '/key/a'],
    [{ a: true }, '/key/a'],
    [{ 'a/b~': 0 }, '/key/a~1b~0'],
    [Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`f${String(n)}`, 1])), '/key'],
  ])('refuses %j', (value, pointer) => {
    expect(() => parseShardKey(value)).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
      }) as Error,
    );
  });
});

import { isAppError } from '@lucid/core/app-error';
import fc from 'fast-check';
import { ObjectId } from 'mongodb';
import { parseFields } from './parse-fields.ts';
import { FILTER_LIMITS, parseFilter } from './parse-filter.ts';
import { parseSort } from './parse-sort.ts';

const deep = (levels: number): string => '{"$and":['.repeat(levels) + '{"a":1}' + ']}'.repeat(levels);
const refusal = (code: string, pointer: string): unknown =>
  expect.objectContaining({ code, errors: [expect.objectContaining({ pointer })] });

describe('filters of callers', () => {
  it('takes text and objects, and reads Extended JSON', () => {
    expect(parseFilter(undefined)).toEqual({});
    const id = '5f1c0d5f1c0d5f1c0d5f1c0d';
    expect(parseFilter(`{"_id":{"$gt":{"$oid":"${id}"}},"at":{"$lt":{"$date":"2025-01-09T02:00:00Z"}}}`)).toEqual({
      ...{ _id: { $gt: new ObjectId(id) }, at: { $lt: new Date('2025-01-09T02:00:00Z') } },
    });
  });

  it.each([
    { a: 1, 'b.c': { $in: [1, 2, null] } },
    { $or: [{ a: { $exists: true } }, { $nor: [{ b: { $type: 'string' } }] }] },
    { a: { $not: { $gt: 5 } }, b: { $regex: '^a', $options: 'i' }, c: { $mod: [4, 0] } },
    { items: { $elemMatch: { price: { $lt: 5 }, name: 'x' } }, tags: { $all: ['a', { $elemMatch: { b: 1 } }] } },
    { scores: { $elemMatch: { $gte: 80, $lt: 85 } }, size: { $size: 2 } },
    { $text: { $search: 'coffee', $caseSensitive: true } },
    { place: { $near: { $geometry: { type: 'Point', coordinates: [1, 2] }, $maxDistance: 5 } } },
    {
      place: {
        $geoWithin: {
          $box: [
            [0, 0],
            [1, 1],
          ],
        },
      },
    },
    { $expr: { $gt: ['$spent', { $multiply: ['$budget', 2] }] } },
    { $expr: { $eq: ['$a', { $literal: { b: [1] } }] } },
    { ref: { $ref: 'users', $id: 5 } },
  ])('takes %j', (filter) => {
    expect(parseFilter(filter)).toEqual(filter);
  });

  const refused: [unknown, string, string][] = [
    ['{', 'FILTER_INVALID', '/filter'],
    ['[]', 'FILTER_INVALID', '/filter'],
    ['"a"', 'FILTER_INVALID', '/filter'],
    [{ $where: 'sleep(1000)' }, 'FILTER_INVALID', '/filter/$where'],
    [{ a: { $where: '1' } }, 'FILTER_INVALID', '/filter/a/$where'],
    [{ $or: [{ a: 1 }, { $where: '1' }] }, 'FILTER_INVALID', '/filter/$or/1/$where'],
    [{ $expr: { $function: { body: 'x', args: [], lang: 'js' } } }, 'FILTER_INVALID', '/filter/$expr/$function'],
    [{ $expr: { $and: [{ $accumulator: {} }] } }, 'FILTER_INVALID', '/filter/$expr/$and/0/$accumulator'],
    [{ $expr: { $eq: [1, { a: { $function: {} } }] } }, 'FILTER_INVALID', '/filter/$expr/$eq/1/a/$function'],
    [{ $jsonSchema: {} }, 'FILTER_INVALID', '/filter/$jsonSchema'],
    [{ a: { b: { $gt: 1 } } }, 'FILTER_INVALID', '/filter/a/b/$gt'],
    [{ a: { $gt: { $where: 1 } } }, 'FILTER_INVALID', '/filter/a/$gt/$where'],
    [{ a: { $in: 5 } }, 'FILTER_INVALID', '/filter/a/$in'],
    [{ $and: [] }, 'FILTER_INVALID', '/filter/$and'],
    [{ $and: {} }, 'FILTER_INVALID', '/filter/$and'],
    [{ 'a..b': 1 }, 'FILTER_INVALID', '/filter/a..b'],
    [{ 'a.$where': 1 }, 'FILTER_INVALID', '/filter/a.$where'],
    [{ a: { $eq: 1, b: 2 } }, 'FILTER_INVALID', '/filter/a/b'],
    [{ a: { $regex: 'a'.repeat(257) } }, 'FILTER_INVALID', '/filter/a/$regex'],
    [{ a: { $regularExpression: { pattern: 'a'.repeat(257), options: '' } } }, 'FILTER_INVALID', '/filter/a'],
    [{ a: { $regex: 'a', $options: 'g' } }, 'FILTER_INVALID', '/filter/a/$options'],
    [{ a: { $code: 'x' } }, 'FILTER_INVALID', '/filter/a'],
    [{ a: { $in: Array.from({ length: 1001 }, (_, index) => index) } }, 'FILTER_INVALID', '/filter/a/$in'],
    [{ a: 'x'.repeat(70_000) }, 'FILTER_INVALID', '/filter'],
    [`{"a":"${'x'.repeat(FILTER_LIMITS.textLength)}"}`, 'FILTER_INVALID', '/filter'],
    [{ a: { $oid: 'x' } }, 'EXTENDED_JSON_INVALID', '/filter/a'],
    ['{"__proto__":{"a":1}}', 'EXTENDED_JSON_INVALID', '/filter/__proto__'],
    ['{"a":{"_bsontype":"ObjectId"}}', 'EXTENDED_JSON_INVALID', '/filter/a/_bsontype'],
  ];
  it.each(refused)('refuses %j', (filter, code, pointer) => {
    expect(() => parseFilter(filter)).toThrow(refusal(code, pointer) as Error);
  });

  it('refuses what is deep or has many clauses', () => {
    expect(parseFilter(deep(FILTER_LIMITS.depth - 1))).toEqual(JSON.parse(deep(FILTER_LIMITS.depth - 1)));
    for (const levels of [FILTER_LIMITS.depth, 90, 1_000])
      expect(() => parseFilter(deep(levels))).toThrow(expect.objectContaining({ status: 400 }));
    const many = (clauses: number) =>
      Object.fromEntries(Array.from({ length: clauses }, (_, index) => [`f${index}`, 1]));
    expect(Object.keys(parseFilter(many(FILTER_LIMITS.clauses)))).toHaveLength(FILTER_LIMITS.clauses);
    expect(() => parseFilter(many(FILTER_LIMITS.clauses + 1))).toThrow(
      expect.objectContaining({ code: 'FILTER_INVALID' }),
    );
  });

  it('lets through no operator that runs code, wherever it hides, and fails in no other way', () => {
    const keys = fc.constantFrom(
      '$and',
      '$or',
      '$expr',
      '$elemMatch',
      '$not',
      '$in',
      '$gt',
      '$where',
      '$function',
      'a',
      'b',
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        fc.constantFrom<unknown>(1, 'x', null),
        fc.dictionary(keys, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (filter) => {
        try {
          expect(JSON.stringify(parseFilter(filter ?? {}))).not.toMatch(/"\$(where|function)"/);
        } catch (error) {
          if (!isAppError(error, 'FILTER_INVALID')) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('sort and fields of callers', () => {
  it('reads them', () => {
    expect(parseSort(undefined)).toEqual([]);
    expect(parseSort('-created_at,name,a.b')).toEqual([
      ['created_at', -1],
      ['name', 1],
      ['a.b', 1],
    ]);
    expect(parseFields(undefined)).toBeUndefined();
    expect(parseFields('a,b.c,a.d,a')).toEqual({ a: 1, 'b.c': 1, _id: 1 });
  });

  it.each([',', '-', 'a,-a', '$natural', 'a.$b', 'a..b', 'a,b,c,d,e,f,g,h,i', 'x'.repeat(300)])(
    'refuses the sort %j',
    (text) => {
      expect(() => parseSort(text)).toThrow(refusal('VALIDATION_FAILED', '/sort') as Error);
    },
  );

  it.each([',', 'a.', '$where', 'a.$slice', 'a\0'])('refuses the fields %j', (text) => {
    expect(() => parseFields(text)).toThrow(refusal('VALIDATION_FAILED', '/fields') as Error);
  });
});

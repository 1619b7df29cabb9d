import { BSONRegExp } from 'mongodb';
import { fieldRanges, rangedFields } from './field-ranges.ts';

describe('what a filter says of a field', () => {
  const said: [string, object, object | undefined][] = [
    ['a value', { a: 5, b: 1 }, { $and: [{ a: { $eq: 5 } }] }],
    ['a range', { a: { $gt: 1, $lte: 9 } }, { $and: [{ a: { $gt: 1, $lte: 9 } }] }],
    ['a range without what is no bound', { a: { $gt: 1, $mod: [5, 0] } }, { $and: [{ a: { $gt: 1 } }] }],
    ['conditions that hold together', { $and: [{ a: { $gt: 1 } }, { a: { $lt: 9 }, b: 1 }] }, both()],
    ['branches of which each says something', { $or: [{ a: 1 }, { a: 2, b: 1 }] }, either(1, 2)],
    ['a branch beside others', { c: 1, $or: [{ a: 1 }, { b: 1 }] }, { $or: [{ $and: [{ a: { $eq: 1 } }] }] }],
    ['its own range, not a branch', { a: { $gt: 1 }, $or: [{ a: 1 }, { b: 1 }] }, { $and: [{ a: { $gt: 1 } }] }],
    [
      'an item of a list',
      { a: { $elemMatch: { $gt: 1, $mod: [5, 0] } } },
      { $and: [{ a: { $elemMatch: { $gt: 1 } } }] },
    ],
    ['the beginning of texts', { a: { $regex: '^ab c.*d' } }, { $and: [{ a: { $regex: '^ab c' } }] }],
    [
      'a beginning whose last character may be missing',
      { a: { $regex: '^abc*' } },
      { $and: [{ a: { $regex: '^ab' } }] },
    ],
    ['a pattern as a value', { a: new BSONRegExp('^ab') }, { $and: [{ a: { $regex: '^ab' } }] }],
    ['nothing: other fields', { b: 1, 'a.b': 2 }, undefined],
    ['nothing: a pattern without a beginning', { a: { $regex: 'ab' } }, undefined],
    ['nothing: a pattern of alternatives', { a: { $regex: '^ab|c' } }, undefined],
    ['nothing: a pattern for any case', { a: { $regex: '^ab', $options: 'i' } }, undefined],
    ['nothing: what is not', { a: { $not: { $gt: 5 } }, $nor: [{ a: 1 }] }, undefined],
    ['nothing: items of another field', { a: { $elemMatch: { b: { $gt: 1 } } } }, undefined],
  ];
  it.each(said)('%s', (_what, filter, ranges) => {
    expect(fieldRanges(filter, 'a')).toEqual(ranges);
  });
});

it('names the fields that are bounded by ranges, in branches too', () => {
  const filter = {
    a: { $gte: 5, $lte: 5 },
    b: 1,
    c: { $in: [1] },
    $or: [{ d: { $gt: 1 } }, { $and: [{ e: { $lt: 1 } }] }],
  };
  expect(rangedFields(filter)).toEqual(['a', 'd', 'e']);
});

function both(): object {
  return { $and: [{ $and: [{ a: { $gt: 1 } }] }, { $and: [{ a: { $lt: 9 } }] }] };
}

function either(...values: number[]): object {
  return { $and: [{ $or: values.map((value) => ({ $and: [{ a: { $eq: value } }] })) }] };
}

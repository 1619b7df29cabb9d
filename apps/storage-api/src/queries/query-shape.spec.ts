import fc from 'fast-check';
import { ObjectId } from 'mongodb';
import { fingerprintOf, shapeOfCommand } from './command-shape.ts';
import { masked, shapeOfFilter, shapeOfPipeline, shapeOfUpdate } from './query-shape.ts';

describe('the shape of a query', () => {
  it('keeps fields and operators of a filter, and no value', () => {
    const filter = {
      status: 'active',
      _id: new ObjectId(),
      at: { $gte: new Date(0), $lt: new Date(1) },
      $or: [{ name: /^a/ }, { name: 'b' }, { 'address.city': { $in: ['Wien', 'Graz'] } }],
      tags: { $elemMatch: { $gte: 1 } },
      items: { $elemMatch: { price: { $lt: 5 } } },
      home: { street: 'Ring 1' },
      $expr: { $gt: ['$spent', { $multiply: ['$budget', 2, { $literal: '$secret' }] }] },
      $text: { $search: 'coffee' },
    };
    expect(shapeOfFilter(filter)).toEqual({
      ...{ status: '?', _id: '?', at: { $gte: '?', $lt: '?' }, home: '?', $text: '?' },
      $or: [{ 'address.city': { $in: ['?'] } }, { name: '?' }],
      tags: { $elemMatch: { $gte: '?' } },
      items: { $elemMatch: { price: { $lt: '?' } } },
      $expr: { $gt: ['$spent', { $multiply: ['$budget', '?', { $literal: '?' }] }] },
    });
  });

  it('takes what looks like an id or a value out of the paths of fields', () => {
    const id = '5f1c0d5f1c0d5f1c0d5f1c0d';
    expect(masked(`balances.${id}.amount`)).toBe('balances.*.amount');
    expect(masked('items.0.price')).toBe('items.*.price');
    expect(masked('mail.jane@example')).toBe('mail.*');
    expect(masked('created_at')).toBe('created_at');
    expect(shapeOfUpdate({ $set: { [`seen.${id}`]: 5 }, $inc: { n: 1 } })).toEqual({
      $set: { 'seen.*': '?' },
      $inc: { n: '?' },
    });
    expect(shapeOfUpdate({ name: 'Jane' })).toBe('replacement');
  });

  it('reads pipelines stage by stage', () => {
    const pipeline = [
      { $match: { a: '$not-a-path' } },
      {
        $lookup: {
          from: 'users',
          localField: 'user_id',
          foreignField: '_id',
          as: 'user',
          pipeline: [{ $match: { b: 'x' } }],
        },
      },
      { $group: { _id: '$status', n: { $sum: 1 }, names: { $push: 'Jane' } } },
      { $project: { n: 1, both: { $concat: ['$a', ' and ', '$b'] } } },
      { $sort: { n: -1 } },
      { $limit: 5 },
    ];
    expect(shapeOfPipeline(pipeline)).toEqual([
      { $match: { a: '?' } },
      {
        $lookup: {
          from: 'users',
          localField: 'user_id',
          foreignField: '_id',
          as: 'user',
          pipeline: [{ $match: { b: '?' } }],
        },
      },
      { $group: { _id: '$status', n: { $sum: '?' }, names: { $push: '?' } } },
      { $project: { n: 1, both: { $concat: ['$a', '?', '$b'] } } },
      { $sort: { n: -1 } },
      { $limit: '?' },
    ]);
  });

  it('is the same for values that differ, and another for other fields', () => {
    const print = (filter: object) => fingerprintOf('a.b', shapeOfCommand('query', { find: 'b', filter }));
    expect(print({ a: 1, b: { $in: [1, 2] } })).toBe(print({ a: 'x', b: { $in: ['y'] } }));
    expect(print({ a: 1 })).not.toBe(print({ b: 1 }));
    expect(shapeOfCommand('query', { $truncated: '{ find: "b", filter: { a: "secret" }' })).toEqual({
      ...{ operation: 'query', shape: { truncated: true } },
    });
    expect(shapeOfCommand('command', { explain: { find: 'b', filter: { a: 1 } } }).operation).toBe('explain find');
    expect(shapeOfCommand('getmore', { getMore: 5 }, { find: 'b', filter: { a: 1 } }).operation).toBe('find (getMore)');
  });

  it('holds nothing of any value, wherever it stands', () => {
    const secret = 'S3cret';
    const keys = fc.constantFrom(
      'a',
      '$and',
      '$or',
      '$in',
      '$expr',
      '$gt',
      '$elemMatch',
      '$not',
      '$literal',
      '$eq',
      '$foo',
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        fc.constantFrom<unknown>(`${secret} x`, [`${secret} x`], { _bsontype: 'X', value: secret }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        for (const command of [
          { find: 'b', filter: value },
          { aggregate: 'b', pipeline: [{ $match: value }, { $group: value }] },
          { q: value, u: value },
        ])
          expect(JSON.stringify(shapeOfCommand('query', command))).not.toContain(secret);
      }),
      { numRuns: 1_000 },
    );
  });
});

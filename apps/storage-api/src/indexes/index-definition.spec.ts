import { toPayload, toSpec } from './index-definition.ts';
import type { CreateIndexDto } from './indexes.dto.ts';

const payload = (dto: object) => toPayload('things', dto as CreateIndexDto);

describe('the definition of an index', () => {
  it('keeps the order of its fields, and is named as MongoDB does it', () => {
    const made = payload({ keys: { b: 1, a: -1, 'c.d': 'text' }, weights: { 'c.d': 5 }, defaultLanguage: 'german' });
    expect(made).toEqual({
      ...{ collection: 'things', name: 'b_1_a_-1_c.d_text' },
      keys: [
        ['b', 1],
        ['a', -1],
        ['c.d', 'text'],
      ],
      options: { weights: { 'c.d': 5 }, default_language: 'german' },
    });
    expect([...toSpec(made).key.keys()]).toEqual(['b', 'a', 'c.d']);
  });

  it('reads Extended JSON in its filter', () => {
    const partialFilterExpression = { at: { $gt: { $date: '2026-01-09T02:00:00Z' } } };
    const spec = toSpec(payload({ keys: { at: 1 }, partialFilterExpression }));
    expect(spec['partialFilterExpression']).toEqual({ at: { $gt: new Date('2026-01-09T02:00:00Z') } });
  });

  it.each([
    [{ keys: {} }, '/keys'],
    [{ keys: { a: 2 } }, '/keys/a'],
    [{ keys: { a: '3d' } }, '/keys/a'],
    [{ keys: { a: null } }, '/keys/a'],
    [{ keys: { $a: 1 } }, '/keys/$a'],
    [{ keys: { 'a..b': 1 } }, '/keys/a..b'],
    [{ keys: { 'a/b': 0 } }, '/keys/a~1b'],
    [{ keys: { _id: 1 } }, '/keys/_id'],
    [{ keys: { '1': 1, a: 1 } }, '/keys'],
    [{ keys: { a: 'hashed', b: 'hashed' } }, '/keys'],
    [{ keys: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`f${String(at)}`, 1])) }, '/keys'],
    [{ keys: { a: 1, b: 1 }, expireAfterSeconds: 5 }, '/expireAfterSeconds'],
    [{ keys: { '$**': 1 }, unique: true }, '/unique'],
    [{ keys: { a: 1 }, sparse: true, partialFilterExpression: {} }, '/sparse'],
    [{ keys: { a: 1 }, wildcardProjection: { b: 1 } }, '/wildcardProjection'],
    [{ keys: { a: 1 }, weights: { a: 1 } }, '/weights'],
    [{ keys: { a: 1 }, name: '*' }, '/name'],
    [{ keys: { a: 1 }, name: '_id_' }, '/name'],
  ])('is refused for %j', (dto, pointer) => {
    const errors = expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown;
    expect(() => payload(dto)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED', errors }));
  });

  it.each([{ '$**': 1 }, { 'a.$**': 1 }, { a: 1, b: '2dsphere' }, { '5': 1 }])('takes %j', (keys) => {
    expect(payload({ keys }).keys).toEqual(Object.entries(keys));
  });
});

import { withoutNullable } from './nullable.ts';

describe('nullable, which OpenAPI 3.1 does not have', () => {
  it.each([
    [{ type: 'string', nullable: true }, { type: ['string', 'null'] }],
    [{ type: 'string', nullable: false }, { type: 'string' }],
    [
      { type: 'string', enum: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [{ $ref: '#/x', nullable: true }, { oneOf: [{ $ref: '#/x' }, { type: 'null' }] }],
    [
      { allOf: [{ $ref: '#/x' }], nullable: true, description: 'why' },
      { description: 'why', oneOf: [{ $ref: '#/x' }, { type: 'null' }] },
    ],
    [{ properties: { nullable: { type: 'boolean' } } }, { properties: { nullable: { type: 'boolean' } } }],
    [{ deep: [{ type: 'number', nullable: true }] }, { deep: [{ type: ['number', 'null'] }] }],
  ])('%j', (written, expected) => {
    expect(withoutNullable(written)).toEqual(expected);
  });
});

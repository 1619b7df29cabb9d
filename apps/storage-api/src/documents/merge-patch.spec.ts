import fc from 'fast-check';
import { Int32, ObjectId } from 'mongodb';
import { applyMergePatch } from './merge-patch.ts';

describe('JSON Merge Patch', () => {
  // RFC 7396, appendix A, as far as both sides are documents.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j and %j is %j', (target, patch, result) => {
    expect(applyMergePatch(target, patch)).toEqual(result);
  });

  it('takes a typed value as one', () => {
    const [id, other] = [new ObjectId(), new ObjectId()];
    expect(applyMergePatch({ id, n: { a: 1 } }, { id: other, n: new Int32(5) })).toEqual({
      id: other,
      n: new Int32(5),
    });
    expect(applyMergePatch({ id }, { id: { a: 1 } })).toEqual({ id: { a: 1 } });
  });

  it('changes neither side, and patched twice is as patched once', () => {
    const documents = fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(documents, documents, (target, patch) => {
        const [before, given] = [JSON.stringify(target), JSON.stringify(patch)];
        const once = applyMergePatch(target, patch);
        expect(JSON.stringify(applyMergePatch(once, patch))).toBe(JSON.stringify(once));
        expect([JSON.stringify(target), JSON.stringify(patch)]).toEqual([before, given]);
      }),
    );
  });
});

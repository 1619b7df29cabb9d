import fc from 'fast-check';
import { ObjectId } from 'bson';
import { slotOf } from './cluster-slots.ts';
import { documentCacheId, DocumentKeys, escapePattern, wholeDatabasePatterns } from './document-keys.ts';
import { matchesPattern } from './resp/key-pattern.ts';

const collection = fc.string({ minLength: 1, maxLength: 30 }).filter((name) => !name.includes('$'));
const id = fc.string({ unit: 'binary', maxLength: 300 }).map((text) => documentCacheId(text));
const matches = (pattern: string, key: string) => matchesPattern(Buffer.from(pattern), Buffer.from(key));

describe('keys of cached documents', () => {
  it.each([true, false])('put value and stamp into one slot, whatever the names (cluster: %s)', (isCluster) => {
    fc.assert(
      fc.property(collection, id, (name, one) => {
        const keys = new DocumentKeys('lucid', isCluster);
        const [value, fill] = [keys.document(name, one), keys.fill(name, one)];
        expect(slotOf(Buffer.from(value))).toBe(slotOf(Buffer.from(fill)));
      }),
    );
  });

  it('are different for different documents', () => {
    fc.assert(
      fc.property(collection, id, collection, id, (name, one, otherName, other) => {
        fc.pre(name !== otherName || one !== other);
        const keys = new DocumentKeys('lucid', false);
        expect(keys.document(name, one)).not.toBe(keys.document(otherName, other));
      }),
    );
  });

  it('are found by the pattern of their collection, and by no other', () => {
    fc.assert(
      fc.property(collection, collection, id, (name, other, one) => {
        fc.pre(name !== other);
        const keys = new DocumentKeys('lucid', true);
        const { fills, values } = keys.patterns(name);
        expect(matches(values, keys.document(name, one))).toBe(true);
        expect(matches(fills, keys.fill(name, one))).toBe(true);
        expect(matches(values, keys.document(other, one))).toBe(false);
        expect(matches(keys.patterns().values, keys.document(other, one))).toBe(true);
        expect(matches(wholeDatabasePatterns(true).values, keys.document(name, one))).toBe(true);
        expect(matches(keys.patterns().values, keys.position)).toBe(false);
      }),
    );
  });

  it('tell types of ids apart', () => {
    const object = new ObjectId();
    expect(documentCacheId(object)).toBe(`o:${object.toHexString()}`);
    expect(documentCacheId(object.toHexString())).toBe(`s:${object.toHexString()}`);
    expect(documentCacheId({ a: 1 })).toBe('e:{"a":{"$numberInt":"1"}}');
  });

  it('take a text in a pattern as it is', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(matches(escapePattern(text), text)).toBe(true)));
    expect(matches(escapePattern('a*[b]?'), 'axbc')).toBe(false);
  });
});

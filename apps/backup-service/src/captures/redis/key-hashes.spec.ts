import fc from 'fast-check';
import { KeyHashes, newSeed } from './key-hashes.ts';

describe('remembered keys', () => {
  it('are those that were added, by database', () => {
    const keys = fc.uniqueArray(fc.uint8Array({ maxLength: 20 }), { maxLength: 200, selector: String });
    fc.assert(
      fc.property(keys, fc.nat({ max: 3 }), (arrays, database) => {
        const all = arrays.map((array) => Buffer.from(array));
        const hashes = new KeyHashes();
        const added = all.filter((_, n) => n % 2 === 0);
        for (const key of added) expect(hashes.add(database, key)).toBe(true);
        for (const key of added) expect(hashes.add(database, key)).toBe(false);
        expect(all.filter((key) => hashes.has(database, key))).toEqual(added);
        expect(all.filter((key) => hashes.has(database + 1, key))).toEqual([]);
        expect(hashes.size).toBe(added.length);
      }),
    );
  });

  it('stay apart among a hundred thousand like ones', () => {
    const hashes = new KeyHashes();
    for (let n = 0; n < 100_000; n += 1) hashes.add(0, Buffer.from(`session:${n}`));
    expect(hashes.size).toBe(100_000);
    let taken = 0;
    for (let n = 100_000; n < 200_000; n += 1) if (hashes.has(0, Buffer.from(`session:${n}`))) taken += 1;
    expect(taken).toBe(0);
  });

  it('belong to exactly one part of several', () => {
    const seed = newSeed();
    const parts = [0, 1, 2].map((part) => new KeyHashes({ seed, parts: 3, part }));
    for (let n = 0; n < 1_000; n += 1) {
      expect(parts.filter((part) => part.covers(1, Buffer.from(`k${n}`)))).toHaveLength(1);
    }
  });
});

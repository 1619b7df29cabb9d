import { randomBytes } from 'node:crypto';
import type { ObjectStore } from './object-store.ts';
import { probeConditionalWrites } from './probe.ts';

/**
 * The contract of `object-store.ts` as tests; every implementation's spec calls it.
 * @param open opens the same empty store each time it is called within one test
 */
export function describeObjectStore(name: string, open: () => Promise<ObjectStore>): void {
  describe(`${name} keeps the object-store contract`, () => {
    const keys = async (store: ObjectStore, prefix: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const key of store.list(prefix)) found.push(key);
      return found.sort();
    };

    it('gives back what was written, whole and by range', async () => {
      const store = await open();
      const bytes = randomBytes(300_000);
      expect(await store.putIfAbsent('a/b/object', bytes)).toBe(true);
      expect(await store.get('a/b/object')).toEqual(bytes);
      expect(await store.get('a/b/object', { offset: 10, length: 20 })).toEqual(bytes.subarray(10, 30));
      expect(await store.get('a/b/object', { offset: 299_990, length: 20 })).toEqual(bytes.subarray(299_990));
      expect(await store.get('a/b/object', { offset: 300_001, length: 1 })).toHaveLength(0);
      expect(await store.stat('a/b/object')).toEqual({ key: 'a/b/object', sizeBytes: 300_000 });
    });

    it('knows empty objects from absent ones', async () => {
      const store = await open();
      await store.putIfAbsent('empty', Buffer.alloc(0));
      expect(await store.get('empty')).toHaveLength(0);
      expect(await store.get('none')).toBeUndefined();
      expect(await store.stat('none')).toBeUndefined();
      expect(await store.get('empty/below')).toBeUndefined();
    });

    it('does not overwrite', async () => {
      const store = await open();
      await store.putIfAbsent('key', Buffer.from('first'));
      expect(await store.putIfAbsent('key', Buffer.from('second'))).toBe(false);
      expect(String(await store.get('key'))).toBe('first');
    });

    it('lets one of many racing writers win', async () => {
      const stores = await Promise.all([open(), open()]);
      const writers = Array.from({ length: 16 }, (_, i) => Buffer.alloc(50_000, i));
      const won = await Promise.all(writers.map((bytes, i) => stores[i % 2]!.putIfAbsent('race/key', bytes)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await stores[0]!.get('race/key')).toEqual(writers[won.indexOf(true)]);
    });

    it('passes the probe, which leaves nothing', async () => {
      const store = await open();
      await probeConditionalWrites(store);
      expect(await keys(store, '')).toEqual([]);
    });

    it('lists by prefix', async () => {
      const store = await open();
      for (const key of ['chunks/ab/abcd', 'chunks/ab/abff', 'chunks/cd/cd00', 'snapshots/s1/COMMIT', 'config']) {
        await store.putIfAbsent(key, Buffer.from('x'));
      }
      expect(await keys(store, 'chunks/')).toEqual(['chunks/ab/abcd', 'chunks/ab/abff', 'chunks/cd/cd00']);
      expect(await keys(store, 'chunks/ab/abc')).toEqual(['chunks/ab/abcd']);
      expect(await keys(store, 'c')).toEqual(['chunks/ab/abcd', 'chunks/ab/abff', 'chunks/cd/cd00', 'config']);
      expect(await keys(store, '')).toHaveLength(5);
      expect(await keys(store, 'nothing/here/')).toEqual([]);
    });

    it('removes, and twice', async () => {
      const store = await open();
      await store.putIfAbsent('a/key', Buffer.from('x'));
      await store.remove('a/key');
      await store.remove('a/key');
      expect(await store.get('a/key')).toBeUndefined();
      expect(await store.putIfAbsent('a/key', Buffer.from('y'))).toBe(true);
    });

    it('flushes what was written, twice and by several callers, and still reads it after a new open', async () => {
      const store = await open();
      await Promise.all(
        Array.from({ length: 40 }, (_, i) => store.putIfAbsent(`many/${i % 7}/${i}`, Buffer.from(String(i)))),
      );
      await Promise.all([store.flush(), store.flush()]);
      await store.flush();
      expect(await keys(await open(), 'many/')).toHaveLength(40);
    });

    it.each([
      '',
      '/a',
      'a/',
      'a//b',
      '../a',
      'a/../b',
      '.tmp/x',
      'a/.hidden',
      'a\\b',
      'a b',
      'ä',
      'a\0',
      `${'x'.repeat(513)}`,
    ])('refuses the key %j', async (key) => {
      const store = await open();
      await expect(store.putIfAbsent(key, Buffer.from('x'))).rejects.toThrow(RangeError);
      await expect(store.get(key)).rejects.toThrow(RangeError);
      await expect(store.remove(key)).rejects.toThrow(RangeError);
    });
  });
}

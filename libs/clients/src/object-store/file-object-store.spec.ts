import { createHash } from 'node:crypto';
import * as files from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileObjectStore } from './file-object-store.ts';
import { describeObjectStore } from './object-store.conformance.ts';
import type { ObjectStore } from './object-store.ts';
import { probeConditionalWrites } from './probe.ts';
import { newTempName } from './temp-files.ts';

let root: string;

beforeEach(async () => {
  root = await files.mkdtemp(join(tmpdir(), 'lucid-object-store-'));
});

afterEach(() => files.rm(root, { recursive: true, force: true }));

describeObjectStore('FileObjectStore', () => FileObjectStore.open(root));

/** Real files, but a write stops with this error after the first bytes, as on a full disk. */
function failing(code: string): typeof files.open {
  return async (...args) => {
    const file = await files.open(...args);
    const write = file.write.bind(file) as (
      bytes: Uint8Array,
      offset: number,
      length: number,
    ) => ReturnType<typeof file.write>;
    let calls = 0;
    return Object.assign(file, {
      write: (bytes: Uint8Array, offset: number) =>
        calls++ === 0 ? write(bytes, offset, 10) : Promise.reject(Object.assign(new Error(code), { code })),
    });
  };
}

describe('FileObjectStore', () => {
  it.each([
    ['ENOSPC', 'STORAGE_FULL'],
    ['EDQUOT', 'STORAGE_FULL'],
    ['EROFS', 'PERMISSION_DENIED'],
  ])('reports %s as %s and leaves neither object nor temporary file', async (code, expected) => {
    const store = await FileObjectStore.open(root, { ...files, open: failing(code) });
    await expect(store.putIfAbsent('a/key', Buffer.alloc(100))).rejects.toMatchObject({ code: expected });
    expect(await store.get('a/key')).toBeUndefined();
    expect(await files.readdir(join(root, '.tmp'))).toEqual([]);
  });

  it('leaves no temporary file after won and lost writes', async () => {
    const store = await FileObjectStore.open(root);
    await Promise.all([store.putIfAbsent('a/key', Buffer.from('1')), store.putIfAbsent('a/key', Buffer.from('2'))]);
    expect(await files.readdir(join(root, '.tmp'))).toEqual([]);
  });

  it('removes temporary files of dead processes and of long ago, and no others', async () => {
    await FileObjectStore.open(root);
    const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
    const [dead, mine, other, old] = [
      `${host}-99999999-0011223344556677`,
      newTempName(),
      'aaaaaaaa-1-0011223344556677',
      'bbbbbbbb-1-0011223344556677',
    ];
    for (const name of [dead, mine, other, old]) await files.writeFile(join(root, '.tmp', name), 'part');
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    await files.utimes(join(root, '.tmp', old), longAgo, longAgo);
    await FileObjectStore.open(root);
    expect((await files.readdir(join(root, '.tmp'))).toSorted()).toEqual([mine, other].toSorted());
  });

  it('keeps objects from other users of the host', async () => {
    const store = await FileObjectStore.open(join(root, 'new'));
    await store.putIfAbsent('a/key', Buffer.from('x'));
    expect((await files.stat(join(root, 'new/a/key'))).mode & 0o777).toBe(0o600);
    expect((await files.stat(join(root, 'new/a'))).mode & 0o777).toBe(0o700);
  });

  it('finds out a store whose conditional write overwrites', async () => {
    const store = await FileObjectStore.open(root);
    const overwriting: ObjectStore = {
      ...bound(store),
      putIfAbsent: async (key, bytes) => {
        await store.remove(key);
        await store.putIfAbsent(key, bytes);
        return true;
      },
    };
    await expect(probeConditionalWrites(overwriting)).rejects.toMatchObject({ code: 'ENGINE_UNSUITABLE' });
  });
});

function bound(store: FileObjectStore): ObjectStore {
  return {
    get: (key, range) => store.get(key, range),
    putIfAbsent: (key, bytes) => store.putIfAbsent(key, bytes),
    list: (prefix) => store.list(prefix),
    stat: (key) => store.stat(key),
    remove: (key) => store.remove(key),
    flush: () => store.flush(),
  };
}

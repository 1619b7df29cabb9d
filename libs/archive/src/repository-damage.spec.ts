import { randomBytes } from 'node:crypto';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { serialize } from 'bson';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';

const masterKey = parseMasterKey(randomBytes(32).toString('base64'));
const chunker = { packBytes: 64, minBytes: 64, averageBytes: 200, maxBytes: 400 };
const encrypted: CreateOptions = {
  masterKey,
  clusterId: 'c',
  encryption: 'aes-256-gcm',
  compression: 'zstd',
  chunker,
  workers: 1,
};
const plain: CreateOptions = { clusterId: 'c', encryption: 'none', compression: 'none', chunker, workers: 1 };

const content = Buffer.concat(Array.from({ length: 12 }, (_, i) => serialize({ _id: i, text: `document ${i}` })));
const opened: Repository[] = [];

/** A store in memory whose objects a test damages: the damage is the subject here, not the store. */
class DamagedStore implements ObjectStore {
  readonly objects = new Map<string, Buffer>();

  async get(key: string): Promise<Buffer | undefined> {
    const bytes = this.objects.get(key);
    return bytes && Buffer.from(new Uint8Array(bytes).buffer);
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    const isNew = !this.objects.has(key);
    if (isNew) this.objects.set(key, Buffer.from(bytes));
    return isNew;
  }

  async *list(prefix: string): AsyncIterable<string> {
    for (const key of [...this.objects.keys()]) if (key.startsWith(prefix)) yield key;
  }

  async stat(key: string): Promise<{ key: string; sizeBytes: number } | undefined> {
    const bytes = this.objects.get(key);
    return bytes && { key, sizeBytes: bytes.length };
  }

  async remove(key: string): Promise<void> {
    this.objects.delete(key);
  }

  async flush(): Promise<void> {
    // Memory has nothing to sync.
  }

  keys(start: string): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(start)).sort();
  }
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((repository) => repository.close()));
});

async function make(
  options: CreateOptions,
  store = new DamagedStore(),
): Promise<{ store: DamagedStore; repository: Repository }> {
  const repository = await Repository.create(store, options);
  opened.push(repository);
  for (const id of ['one', 'two']) {
    const writer = await repository.beginSnapshot({ id, fencingToken: 1, assertHeld: () => Promise.resolve() });
    const stream = writer.openStream('db.c', { kind: 'bson' });
    await stream.write(content);
    await stream.end({ options: {} });
    await writer.commit({ id });
  }
  return { store, repository };
}

/** Reads snapshot `one` whole; whatever is handed out must be the true bytes. */
async function readOne(repository: Repository): Promise<void> {
  let at = 0;
  for await (const part of (await repository.readSnapshot('one')).read('db.c')) {
    if (!part.equals(content.subarray(at, at + part.length))) throw new Error('false plaintext was handed out');
    at += part.length;
  }
  if (at !== content.length) throw new Error('the stream ended early');
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing was noticed',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );
}

describe.each([
  ['encrypted', encrypted],
  ['plain', plain],
])('A repository, %s, shows', (_, options) => {
  it('every flipped bit and every truncation of chunks, manifest and COMMIT', async () => {
    const { store, repository } = await make(options);
    await readOne(repository);
    const chunkKeys = store.keys('chunks/');
    expect(chunkKeys.length).toBeGreaterThan(1);
    for (const key of [chunkKeys[0]!, ...store.keys('snapshots/one/')]) {
      const expected = key.startsWith('chunks/') ? 'CHUNK_CORRUPT' : 'MANIFEST_CORRUPT';
      for (const damaged of damages(store.objects.get(key)!)) {
        await withObject(store, key, damaged, async () => expect(await codeOf(readOne(repository))).toBe(expected));
      }
    }
  });

  it('every flipped bit and every truncation of settings, keys and owner', async () => {
    const { store } = await make(options);
    const openAll = async (): Promise<unknown> => (await Repository.open(store, options)).owner();
    await openAll();
    const codes = new Set<string>();
    for (const key of store.keys('').filter((name) => !/^(chunks|snapshots)\//.test(name))) {
      for (const damaged of damages(store.objects.get(key)!)) {
        await withObject(store, key, damaged, async () => codes.add(await codeOf(openAll())));
      }
    }
    // A flip in the number of the format, or in the name of the master key, reads as another format or key.
    const allowed = ['REPOSITORY_CORRUPT', 'REPOSITORY_FORMAT', 'REPOSITORY_KEY_WRONG', 'REPOSITORY_MISMATCH'];
    expect(allowed).toEqual(expect.arrayContaining([...codes]));
    expect(codes).toContain('REPOSITORY_CORRUPT');
  });

  it('chunks in each other’s place, and a missing one, at every level of verification', async () => {
    const { store, repository } = await make(options);
    const [first, second] = store.keys('chunks/') as [string, string];
    const [one, two] = [store.objects.get(first)!, store.objects.get(second)!];
    store.objects.set(first, two).set(second, one);
    expect(await codeOf(readOne(repository))).toBe('CHUNK_CORRUPT');
    expect(await codeOf(repository.verify('one', 'ciphertext'))).toBe('CHUNK_CORRUPT');
    expect(await codeOf(repository.verify('one', 'plaintext'))).toBe('CHUNK_CORRUPT');
    store.objects.set(second, two).delete(first);
    expect(await codeOf(readOne(repository))).toBe('CHUNK_MISSING');
    for (const level of ['manifest', 'ciphertext', 'plaintext'] as const) {
      expect(await codeOf(repository.verify('one', level))).toBe('CHUNK_MISSING');
    }
  });

  it('a manifest or COMMIT of another snapshot, and a manifest that is gone or spliced', async () => {
    const { store, repository } = await make(options);
    const [commit, manifest] = store.keys('snapshots/one/') as [string, string];
    const [otherCommit, otherManifest] = store.keys('snapshots/two/') as [string, string];
    const [frame, other] = [store.objects.get(manifest)!, store.objects.get(otherManifest)!];
    const replaced: [string, Buffer][] = [
      [manifest, other],
      [commit, store.objects.get(otherCommit)!],
      [manifest, Buffer.concat([frame.subarray(0, 100), other.subarray(100)])],
    ];
    for (const [key, bytes] of replaced) {
      await withObject(store, key, bytes, async () =>
        expect(await codeOf(readOne(repository))).toBe('MANIFEST_CORRUPT'),
      );
    }
    store.objects.delete(manifest);
    expect(await codeOf(readOne(repository))).toBe('MANIFEST_CORRUPT');
  });

  it('a damaged COMMIT in the list, beside the others', async () => {
    const { store, repository } = await make(options);
    store.objects.set('snapshots/one/COMMIT', Buffer.from('{}'));
    const [one, two] = await repository.listSnapshots();
    expect(one).toMatchObject({ id: 'one', error: { code: 'MANIFEST_CORRUPT' } });
    expect(two).toMatchObject({ id: 'two', commit: { fencingToken: 1, ownerClusterId: 'c', ownerEpoch: 1 } });
  });

  it('an owner or a key set under another number', async () => {
    const { store, repository } = await make(options);
    store.objects.set('owner/00000003', store.objects.get('owner/00000001')!);
    expect(await codeOf(repository.owner())).toBe('REPOSITORY_CORRUPT');
    store.objects.set('keys/00000002', store.objects.get('keys/00000001')!);
    expect(await codeOf(Repository.open(store, options))).toBe('REPOSITORY_CORRUPT');
  });

  it('settings of another repository', async () => {
    const [mine, theirs] = [await make(options), await make(options)];
    await withObject(mine.store, 'config', theirs.store.objects.get('config')!, async () =>
      expect(await codeOf(Repository.open(mine.store, options))).toBe('REPOSITORY_CORRUPT'),
    );
  });
});

function* damages(bytes: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    yield flipped;
  }
  for (let length = 0; length < bytes.length; length++) yield bytes.subarray(0, length);
}

async function withObject(
  store: DamagedStore,
  key: string,
  bytes: Buffer,
  action: () => Promise<unknown>,
): Promise<void> {
  const original = store.objects.get(key)!;
  store.objects.set(key, bytes);
  await action();
  store.objects.set(key, original);
}

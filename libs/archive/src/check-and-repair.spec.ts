import { randomBytes } from 'node:crypto';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';
import { MemoryStore, ProcessStore, dyingStore } from './simulated-store.ts';

const options: CreateOptions = {
  masterKey: parseMasterKey(randomBytes(32).toString('hex')),
  clusterId: 'cluster-a',
  encryption: 'aes-256-gcm',
  compression: 'zstd',
  chunker: { packBytes: 10, minBytes: 64, averageBytes: 200, maxBytes: 400 },
  workers: 0,
};
const assertHeld = (): Promise<void> => Promise.resolve();
const held = { fencingToken: 1, assertHeld };
const content = (name: string): Buffer => Buffer.from(`content of ${name}`);

let store: MemoryStore;
let repository: Repository;

beforeEach(async () => {
  store = new MemoryStore();
  repository = await Repository.create(store, options);
  await backup('s1', ['a', 'b', 'c']);
  await backup('s2', ['b', 'c', 'd']);
  await backup('s3', ['e']);
});

/** Each stream is one chunk. @returns the chunk's key by the stream's name, of those stored now */
async function backup(id: string, names: readonly string[], into = repository): Promise<void> {
  const writer = await into.beginSnapshot({ id, ...held });
  for (const name of names) {
    const stream = writer.openStream(name, { kind: 'bytes' });
    await stream.write(content(name));
    await stream.end(null);
  }
  await writer.commit(null);
}

/** Finds the chunk of a stream: the one whose absence breaks reading it. */
async function chunkOf(snapshot: string, name: string): Promise<string> {
  const reader = await repository.readSnapshot(snapshot);
  for (const key of store.keys('chunks/')) {
    const bytes = store.objects.get(key)!;
    store.objects.delete(key);
    const isIt = await firstOf(reader.read(name)).then(
      () => false,
      () => true,
    );
    store.objects.set(key, bytes);
    if (isIt) return key;
  }
  throw new Error('no chunk belongs to the stream');
}

async function firstOf(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  for await (const part of parts) return part;
  throw new Error('empty');
}

function damage(key: string): void {
  const bytes = Buffer.from(store.objects.get(key)!);
  bytes[bytes.length - 1]! ^= 1;
  store.objects.set(key, bytes);
}

const idOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);
const clean = { damaged: [], orphans: 0, missing: 0 };

describe('A check', () => {
  it('of a store that holds the repository no more does not say that nothing is wrong', async () => {
    store.objects.clear();
    await expect(repository.check({ level: 'manifest' })).rejects.toMatchObject({ code: 'REPOSITORY_CORRUPT' });
  });

  it('reads each chunk once and finds nothing in a sound repository', async () => {
    const counted = new Map<string, number>();
    const gets = new ProcessStore(store, () => undefined);
    const get = gets.get.bind(gets);
    gets.get = (key, range) => {
      counted.set(key, (counted.get(key) ?? 0) + 1);
      return get(key, range);
    };
    const reader = await Repository.open(gets, options);
    const chunks = store.keys('chunks/');
    const storedBytes = chunks.reduce((sum, key) => sum + store.objects.get(key)!.length, 0);
    const counts = { snapshots: 3, chunks: 5, readChunks: 5, storedBytes };
    expect(await reader.check({ level: 'plaintext' })).toEqual({ level: 'plaintext', ...counts, ...clean });
    expect(chunks.map((key) => counted.get(key))).toEqual([1, 1, 1, 1, 1]);
    expect(await reader.check({ level: 'manifest' })).toMatchObject({ readChunks: 0, storedBytes: 0, ...clean });
  });

  it('reports all that is damaged, missing or orphaned', async () => {
    const [b, d] = [await chunkOf('s2', 'b'), await chunkOf('s2', 'd')];
    damage(b);
    store.objects.delete(d);
    damage('snapshots/s3/COMMIT');
    const one = { chunkCount: 1, streamCount: 1 };
    const corrupt = { code: 'CHUNK_CORRUPT', chunkIds: [idOf(b)], streams: ['b'], ...one };
    const missing = { snapshotId: 's2', code: 'CHUNK_MISSING', chunkIds: [idOf(d)], streams: ['d'], ...one };
    const unreadable = { snapshotId: 's3', code: 'MANIFEST_CORRUPT', chunkCount: 0, streamCount: 0 };
    for (const level of ['ciphertext', 'plaintext'] as const) {
      const { damaged, ...counts } = await repository.check({ level });
      expect(damaged).toEqual([
        { snapshotId: 's1', ...corrupt },
        missing,
        { snapshotId: 's2', ...corrupt },
        { ...unreadable, chunkIds: [], streams: [] },
      ]);
      expect(counts).toMatchObject({ snapshots: 3, chunks: 4, readChunks: 3, missing: 1, orphans: 1 });
    }
    const { damaged } = await repository.check({ level: 'manifest' });
    expect(damaged.map(({ code }) => code)).toEqual(['CHUNK_MISSING', 'MANIFEST_CORRUPT']);
  });

  it('reads a sample that the seed chooses, and all of them in the end', async () => {
    damage(await chunkOf('s1', 'a'));
    const found = new Set<number>();
    let reads = 0;
    for (let seed = 0; seed < 40; seed++) {
      const sample = { fraction: 0.3, seed };
      const { damaged, readChunks } = await repository.check({ level: 'ciphertext', sample });
      expect(await repository.check({ level: 'ciphertext', sample })).toMatchObject({ readChunks });
      reads += readChunks;
      found.add(damaged.length);
    }
    expect(found).toEqual(new Set([0, 1]));
    expect(reads / 40 / 5).toBeGreaterThan(0.15);
    expect(reads / 40 / 5).toBeLessThan(0.5);
    expect(await repository.check({ level: 'ciphertext', sample: { fraction: 0, seed: 1 } })).toMatchObject({
      readChunks: 0,
    });
  });

  it('stops when told, and throws what says nothing about the content', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(repository.check({ level: 'plaintext', signal })).rejects.toThrow('enough');
    const away = new ProcessStore(store, (call) => {
      if (call === 'get') throw new Error('the network is gone');
    });
    const open = repositoryOn(away);
    await expect(open.then((one) => one.check({ level: 'plaintext' }))).rejects.toThrow('the network is gone');
  });
});

/** Opened while the store still answers. */
async function repositoryOn(away: ProcessStore): Promise<Repository> {
  const get = away.get.bind(away);
  away.get = (key, range) => store.get(key, range);
  const opened = await Repository.open(away, options);
  away.get = get;
  return opened;
}

describe('A repair', () => {
  async function copyAll(): Promise<Repository> {
    const replica = await Repository.createReplica(new MemoryStore(), repository, options);
    for (const id of ['s1', 's2', 's3']) await repository.copySnapshot(id, replica, held);
    return replica;
  }

  it('takes chunks, manifests and COMMITs from a replica', async () => {
    const replica = await copyAll();
    const before = store.keys('chunks/');
    damage(await chunkOf('s2', 'b'));
    store.objects.delete(await chunkOf('s2', 'd'));
    damage('snapshots/s3/COMMIT');
    const [manifest] = store.keys('snapshots/s1/manifest-') as [string];
    damage(manifest);
    const result = await repository.repair(held, replica);
    expect(result).toEqual({ repairedChunks: 2, quarantinedChunks: 1, whole: ['s1', 's2', 's3'], lost: [] });
    expect(store.keys('chunks/')).toEqual(before);
    expect(await repository.check({ level: 'plaintext' })).toMatchObject({ snapshots: 3, ...clean });
    expect(await repository.repair(held, replica)).toEqual({
      ...{ repairedChunks: 0, quarantinedChunks: 0, whole: [], lost: [] },
    });
    // What was set aside does not bring a snapshot back that was removed on purpose.
    await repository.removeSnapshot('s3');
    await repository.repair(held, replica);
    expect((await repository.listSnapshots()).map(({ id }) => id)).toEqual(['s1', 's2']);
  });

  it('without one sets damaged chunks aside, and the next backup stores them anew', async () => {
    const b = await chunkOf('s2', 'b');
    damage(b);
    const damagedBytes = store.objects.get(b)!;
    const { lost, ...result } = await repository.repair(held);
    expect(result).toEqual({ repairedChunks: 0, quarantinedChunks: 1, whole: [] });
    expect(lost.map(({ snapshotId, code }) => [snapshotId, code])).toEqual([
      ['s1', 'CHUNK_MISSING'],
      ['s2', 'CHUNK_MISSING'],
    ]);
    expect(store.objects.has(b)).toBe(false);
    const [kept] = store.keys(`quarantine/${b}/`) as [string];
    expect(store.objects.get(kept)).toEqual(damagedBytes);
    await backup('s4', ['b']);
    expect(await repository.check({ level: 'plaintext' })).toMatchObject({ snapshots: 4, ...clean });
  });

  it('may be killed anywhere, and the next one finishes', async () => {
    const replica = await copyAll();
    damage(await chunkOf('s2', 'b'));
    store.objects.delete(await chunkOf('s2', 'd'));
    damage('snapshots/s3/COMMIT');
    const broken = new MemoryStore(store);
    let isDone = false;
    for (let dieAt = 5; !isDone; dieAt++) {
      store.objects.clear();
      for (const [key, bytes] of broken.objects) store.objects.set(key, bytes);
      isDone = await Repository.open(dyingStore(store, dieAt), options)
        .then((dying) => dying.repair(held, replica))
        .then(
          () => true,
          () => false,
        );
      await repository.repair(held, replica);
      expect(await repository.check({ level: 'plaintext' })).toMatchObject({ snapshots: 3, ...clean });
      expect(dieAt).toBeLessThan(500);
    }
  });

  it('does not disturb a backup that is made at any moment of it', async () => {
    const replica = await copyAll();
    damage(await chunkOf('s2', 'b'));
    store.objects.delete(await chunkOf('s2', 'd'));
    const broken = new MemoryStore(store);
    for (let at = 1, isDone = false; !isDone; at++) {
      store.objects.clear();
      for (const [key, bytes] of broken.objects) store.objects.set(key, bytes);
      let calls = 0;
      const intruded = new ProcessStore(store, async () => {
        if (++calls === at) await backup('s4', ['b', 'd', 'f']);
      });
      const mending = await Repository.open(intruded, options);
      const { lost } = await mending.repair(held, replica);
      expect(lost).toEqual([]);
      isDone = calls < at;
      expect(await repository.check({ level: 'plaintext' })).toMatchObject({ snapshots: isDone ? 3 : 4, ...clean });
    }
  });

  it('gives up a damaged list of condemned chunks, which stops backups and collection', async () => {
    await repository.removeSnapshot('s3');
    const collect = { assertHeld, isAlive: () => false };
    expect(await repository.collectGarbage(collect)).toMatchObject({ phase: 'condemned', condemnedChunks: 1 });
    damage('condemned/00000001');
    await expect(backup('s4', ['e'])).rejects.toMatchObject({ code: 'REPOSITORY_CORRUPT' });
    await expect(repository.collectGarbage(collect)).rejects.toMatchObject({ code: 'REPOSITORY_CORRUPT' });
    await repository.repair(held);
    await backup('s4', ['e']);
    expect(store.keys('intents/')).toEqual([]);
    expect(await repository.collectGarbage(collect)).toMatchObject({ phase: 'clean', generation: 1, keptChunks: 5 });
  });

  it('refuses a source with other keys, another owner and a lost lease', async () => {
    const other = await Repository.create(new MemoryStore(), options);
    await expect(repository.repair(held, other)).rejects.toMatchObject({ code: 'REPOSITORY_MISMATCH' });
    const lost = Object.assign(new Error('lost'), { code: 'LEASE_LOST' });
    await expect(repository.repair({ fencingToken: 1, assertHeld: () => Promise.reject(lost) })).rejects.toBe(lost);
    const theirs = await Repository.open(store, { ...options, clusterId: 'cluster-b' });
    await expect(theirs.repair(held)).rejects.toMatchObject({ code: 'REPOSITORY_OWNED' });
  });
});

describe('The usage', () => {
  it('is exact for few chunks and estimated for many', async () => {
    const bytesBelow = (prefix: string): number =>
      store.keys(prefix).reduce((sum, key) => sum + store.objects.get(key)!.length, 0);
    const exact = { snapshots: 3, chunks: 5, manifestBytes: bytesBelow('snapshots/'), quarantinedBytes: 0 };
    const chunkBytes = bytesBelow('chunks/');
    expect(await repository.usage()).toEqual({ ...exact, chunkBytes, isEstimate: false });
    const estimated = await repository.usage({ maxSizes: 2 });
    expect(estimated).toMatchObject({ ...exact, isEstimate: true });
    expect(Math.abs(estimated.chunkBytes - chunkBytes)).toBeLessThan(chunkBytes / 5);
  });
});

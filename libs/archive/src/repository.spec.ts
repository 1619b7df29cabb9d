import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { serialize } from 'bson';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';
import type { SnapshotReader, SnapshotSummary } from './snapshot-types.ts';

const masterKey = parseMasterKey(randomBytes(32).toString('base64'));
const otherKey = parseMasterKey(randomBytes(32).toString('hex'));
const chunker = { packBytes: 2_000, minBytes: 4_000, averageBytes: 16_000, maxBytes: 64_000 };
const options: CreateOptions = {
  masterKey,
  clusterId: 'cluster-a',
  encryption: 'aes-256-gcm',
  compression: 'zstd',
  chunker,
  workers: 1,
};
const plainOptions: CreateOptions = {
  clusterId: 'cluster-a',
  encryption: 'none',
  compression: 'none',
  chunker,
  workers: 1,
};
const held = { fencingToken: 1, assertHeld: () => Promise.resolve() };

let root: string;
let store: FileObjectStore;
const opened: Repository[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lucid-repository-'));
  store = await FileObjectStore.open(root);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((repository) => repository.close()));
  await rm(root, { recursive: true, force: true });
});

async function use(promise: Promise<Repository>): Promise<Repository> {
  const repository = await promise;
  opened.push(repository);
  return repository;
}

function documents(count: number, from = 0): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, i) => serialize({ _id: from + i, hash: digest(`${from + i}`), tag: 'block' })),
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function backup(repository: Repository, id: string, streams: Record<string, Buffer>): Promise<SnapshotSummary> {
  const writer = await repository.beginSnapshot({ id, ...held });
  for (const [name, bytes] of Object.entries(streams)) {
    const stream = writer.openStream(name, { kind: name.startsWith('file') ? 'bytes' : 'bson' });
    await stream.write(bytes);
    await stream.end({ name });
  }
  return writer.commit({ tool: 'test' });
}

async function content(reader: SnapshotReader, name: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of reader.read(name)) parts.push(part);
  return Buffer.concat(parts);
}

async function keysOf(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys.sort();
}

const STREAMS = {
  'db.blocks': documents(2_000),
  'db.empty': Buffer.alloc(0),
  'db.small': documents(3, 50_000),
  'db.tiny': documents(1, 60_000),
  'file.rdb': randomBytes(200_000),
};

describe.each([
  ['encrypted and compressed', options],
  ['plain', plainOptions],
  ['compressed, not encrypted', { ...plainOptions, compression: 'zstd' as const }],
])('A repository, %s', (_, settings) => {
  it('gives back every stream, byte for byte, after a new open', async () => {
    const summary = await backup(await use(Repository.create(store, settings)), 'bkp_1', STREAMS);
    const reader = await (await use(Repository.open(store, settings))).readSnapshot('bkp_1');
    expect(reader.manifest.streams.map(({ name }) => name)).toEqual(Object.keys(STREAMS));
    for (const [name, bytes] of Object.entries(STREAMS)) expect((await content(reader, name)).equals(bytes)).toBe(true);
    expect(reader.stream('db.blocks')).toMatchObject({
      documents: 2_000,
      plainBytes: STREAMS['db.blocks'].length,
      meta: { name: 'db.blocks' },
    });
    expect(reader.manifest.meta).toEqual({ tool: 'test' });
    expect(reader.commit).toMatchObject(summary);
    expect(summary.newChunks).toBe((await keysOf('chunks/')).length);
  });

  it('passes verification at every level', async () => {
    const repository = await use(Repository.create(store, settings));
    await backup(repository, 'bkp_1', STREAMS);
    const chunkKeys = await keysOf('chunks/');
    const sizes = await Promise.all(chunkKeys.map(async (key) => (await store.stat(key))!.sizeBytes));
    const storedBytes = sizes.reduce((sum, size) => sum + size, 0);
    const seen: number[] = [];
    const options = { onProgress: ({ chunks }: { chunks: number }) => seen.push(chunks) };
    const base = { id: 'bkp_1', chunks: chunkKeys.length };
    expect(await repository.verify('bkp_1', 'manifest')).toEqual({ ...base, level: 'manifest', storedBytes: 0 });
    expect(await repository.verify('bkp_1', 'ciphertext')).toEqual({ ...base, level: 'ciphertext', storedBytes });
    expect(await repository.verify('bkp_1', 'plaintext', options)).toEqual({
      ...base,
      level: 'plaintext',
      storedBytes,
    });
    expect(seen).toEqual(chunkKeys.map((_key, i) => i + 1));
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(repository.verify('bkp_1', 'plaintext', { signal })).rejects.toThrow('enough');
  });
});

describe('A repository', () => {
  it('stores unchanged data once', async () => {
    const repository = await use(Repository.create(store, options));
    const first = await backup(repository, 'bkp_1', STREAMS);
    const second = await backup(repository, 'bkp_2', STREAMS);
    expect(second).toMatchObject({ newChunks: 0, reusedChunks: first.newChunks, plainBytes: first.plainBytes });
    expect(second.storedBytes).toBeLessThan(first.storedBytes / 50);
  });

  it('reads documents whole, chunk by chunk, and stops when told', async () => {
    const repository = await use(Repository.create(store, options));
    await backup(repository, 'bkp_1', STREAMS);
    const reader = await repository.readSnapshot('bkp_1');
    const controller = new AbortController();
    const reading = async (): Promise<void> => {
      for await (const part of reader.read('db.blocks', { signal: controller.signal })) {
        expect(part.readInt32LE(0)).toBeLessThan(part.length);
        controller.abort(new Error('enough'));
      }
    };
    await expect(reading()).rejects.toThrow('enough');
  });

  it('packs small streams the same whatever ends first', async () => {
    const repository = await use(Repository.create(store, options));
    const names = Array.from({ length: 40 }, (_, i) => `db.c${i}`);
    const run = async (id: string, order: (names: string[]) => string[]): Promise<SnapshotSummary> => {
      const writer = await repository.beginSnapshot({ id, ...held });
      const streams = new Map(names.map((name) => [name, writer.openStream(name, { kind: 'bson' })]));
      for (const name of order(names)) {
        await streams.get(name)!.write(documents(5, Number(name.slice(4)) * 100));
        await streams.get(name)!.end(null);
      }
      return writer.commit(null);
    };
    const first = await run('bkp_1', (all) => all);
    const second = await run('bkp_2', (all) => all.toReversed());
    expect(first.newChunks).toBeLessThan(10);
    expect(second).toMatchObject({ newChunks: 0, reusedChunks: first.newChunks });
    const reader = await repository.readSnapshot('bkp_2');
    for (const name of names) expect(await content(reader, name)).toEqual(documents(5, Number(name.slice(4)) * 100));
  });

  it('writes several streams at once', async () => {
    const repository = await use(Repository.create(store, { ...options, workers: 2 }));
    const writer = await repository.beginSnapshot({ id: 'bkp_1', ...held });
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(
      names.map(async (name, i) => {
        const stream = writer.openStream(name, { kind: 'bson' });
        for (let part = 0; part < 20; part++) await stream.write(documents(50, i * 10_000 + part * 50));
        await stream.end(i);
      }),
    );
    await writer.commit(null);
    const reader = await repository.readSnapshot('bkp_1');
    for (const [i, name] of names.entries())
      expect((await content(reader, name)).equals(documents(1_000, i * 10_000))).toBe(true);
  });

  it('shows nothing before the commit, and nothing of what was aborted', async () => {
    const repository = await use(Repository.create(store, options));
    const writer = await repository.beginSnapshot({ id: 'bkp_1', ...held });
    const stream = writer.openStream('db.blocks', { kind: 'bson' });
    await stream.write(STREAMS['db.blocks']);
    expect(await repository.listSnapshots()).toEqual([]);
    await writer.abort();
    await writer.abort();
    await expect(stream.write(STREAMS['db.blocks'])).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    await expect(writer.commit(null)).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    await expect(repository.readSnapshot('bkp_1')).rejects.toMatchObject({ code: 'BACKUP_NOT_FOUND' });
    expect(await backup(repository, 'bkp_1', STREAMS)).toMatchObject({ id: 'bkp_1' });
  });

  it('goes on after a crash without storing a chunk again', async () => {
    const dead = await (await use(Repository.create(store, options))).beginSnapshot({ id: 'bkp_1', ...held });
    const stream = dead.openStream('db.blocks', { kind: 'bson' });
    // Where chunks end differs from repository to repository; none is larger than `maxBytes`, so there are seven at least.
    const blocks = documents(4_500);
    await stream.write(Buffer.from(blocks));
    await stream.end(null);
    const before = (await keysOf('chunks/')).length;
    expect(before).toBeGreaterThan(5);
    const summary = await backup(await use(Repository.open(store, options)), 'bkp_1', { 'db.blocks': blocks });
    expect(summary).toMatchObject({ newChunks: 0, reusedChunks: before });
  });

  it('lets the first commit of an id win, and the same one come again', async () => {
    const repository = await use(Repository.create(store, options));
    const [first, second] = [
      await repository.beginSnapshot({ id: 'bkp_1', ...held }),
      await repository.beginSnapshot({ id: 'bkp_1', ...held }),
    ];
    const summary = await first.commit({ by: 'first' });
    expect(await first.commit({ by: 'first' })).toEqual(summary);
    await expect(second.commit({ by: 'second' })).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect((await repository.readSnapshot('bkp_1')).manifest.meta).toEqual({ by: 'first' });
    expect(await keysOf('snapshots/bkp_1/')).toHaveLength(2);
    await expect(repository.beginSnapshot({ id: 'bkp_1', ...held })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('commits nothing when the lease is lost', async () => {
    const repository = await use(Repository.create(store, options));
    const lost = Object.assign(new Error('lost'), { code: 'LEASE_LOST' });
    const writer = await repository.beginSnapshot({
      id: 'bkp_1',
      fencingToken: 1,
      assertHeld: () => Promise.reject(lost),
    });
    await expect(writer.commit(null)).rejects.toBe(lost);
    expect(await repository.listSnapshots()).toEqual([]);
  });

  it('lets one cluster write, and ends the old owner’s snapshots when another takes over', async () => {
    const mine = await use(Repository.create(store, options));
    const begun = await mine.beginSnapshot({ id: 'bkp_1', ...held });
    const theirs = await use(Repository.open(store, { ...options, clusterId: 'cluster-b' }));
    await expect(theirs.beginSnapshot({ id: 'bkp_2', ...held })).rejects.toMatchObject({ code: 'REPOSITORY_OWNED' });
    await expect(theirs.removeSnapshot('bkp_1')).rejects.toMatchObject({ code: 'REPOSITORY_OWNED' });
    expect(await theirs.takeOver()).toEqual({ clusterId: 'cluster-b', epoch: 2 });
    await expect(begun.commit(null)).rejects.toMatchObject({ code: 'REPOSITORY_OWNED' });
    expect(await mine.listSnapshots()).toEqual([]);
    await backup(theirs, 'bkp_2', { 'db.small': STREAMS['db.small'] });
    await mine.takeOver();
    await expect(begun.commit(null)).rejects.toMatchObject({ code: 'REPOSITORY_OWNED' });
  });

  it('opens with the right keys only', async () => {
    await use(Repository.create(store, options));
    const open = (change: object): Promise<Repository> => use(Repository.open(store, { ...options, ...change }));
    await expect(open({ masterKey: otherKey })).rejects.toMatchObject({ code: 'REPOSITORY_KEY_WRONG' });
    await expect(open({ masterKey: undefined })).rejects.toMatchObject({ code: 'REPOSITORY_KEY_WRONG' });
    expect((await open({ masterKey: otherKey, previousKeys: [masterKey] })).encryption).toBe('aes-256-gcm');
  });

  it('refuses settings that differ from what it was made with', async () => {
    await expect(Repository.open(store, options)).rejects.toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
    await use(Repository.openOrCreate(store, options));
    await use(Repository.openOrCreate(store, options));
    for (const other of [plainOptions, { ...options, compression: 'none' as const }]) {
      await expect(Repository.openOrCreate(store, other)).rejects.toMatchObject({ code: 'REPOSITORY_MISMATCH' });
    }
    await expect(Repository.create(store, options)).rejects.toMatchObject({ code: 'CONFLICT' });
    const { masterKey: _, ...keyless } = options;
    await expect(Repository.create(store, keyless)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('refuses a master key for a plain repository', async () => {
    await use(Repository.create(store, plainOptions));
    await expect(Repository.open(store, options)).rejects.toMatchObject({ code: 'REPOSITORY_MISMATCH' });
  });

  it('finishes a creation that died before the settings were written', async () => {
    await use(Repository.create(store, options));
    await store.remove('config');
    expect(await backup(await use(Repository.openOrCreate(store, options)), 'bkp_1', STREAMS)).toMatchObject({
      id: 'bkp_1',
    });
  });

  it('refuses a newer format', async () => {
    await use(Repository.create(store, options));
    const path = join(root, 'keys/00000001');
    await writeFile(path, String(await readFile(path)).replace('"format":1', '"format":2'));
    await expect(Repository.open(store, options)).rejects.toMatchObject({ code: 'REPOSITORY_FORMAT' });
  });

  it('removes a snapshot and keeps the others', async () => {
    const repository = await use(Repository.create(store, options));
    await backup(repository, 'bkp_1', STREAMS);
    await backup(repository, 'bkp_2', STREAMS);
    await repository.removeSnapshot('bkp_1');
    await repository.removeSnapshot('bkp_1');
    expect((await repository.listSnapshots()).map(({ id }) => id)).toEqual(['bkp_2']);
    expect(await repository.verify('bkp_2', 'plaintext')).toMatchObject({ level: 'plaintext' });
    expect(await keysOf('snapshots/bkp_1/')).toEqual([]);
  });

  it('fails a write, the stream and the commit where the store is full', async () => {
    const repository = await use(Repository.create(store, options));
    const full = Object.assign(new Error('full'), { code: 'STORAGE_FULL' });
    const writer = await repository.beginSnapshot({ id: 'bkp_1', ...held });
    const stream = writer.openStream('db.blocks', { kind: 'bson' });
    store.putIfAbsent = () => Promise.reject(full);
    const writing = async (): Promise<void> => {
      for (let i = 0; i < 10; i++) await stream.write(documents(2_000, i * 2_000));
      await stream.end(null);
    };
    await expect(writing()).rejects.toBe(full);
    await expect(writer.commit(null)).rejects.toBe(full);
    await writer.abort();
    expect(await repository.listSnapshots()).toEqual([]);
  });

  it('refuses bytes that are not whole documents, and ids that are not ids', async () => {
    const repository = await use(Repository.create(store, options));
    await expect(repository.beginSnapshot({ id: '../x', ...held })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
    const writer = await repository.beginSnapshot({ id: 'bkp_1', ...held });
    const stream = writer.openStream('db.blocks', { kind: 'bson' });
    await expect(stream.write(documents(2).subarray(0, -1))).rejects.toThrow(RangeError);
    expect(() => writer.openStream('db.blocks', { kind: 'bson' })).toThrow(
      expect.objectContaining({ code: 'CONFLICT' }),
    );
    await writer.abort();
  });
});

import { randomBytes } from 'node:crypto';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';
import { MemoryStore, dyingStore } from './simulated-store.ts';

const [key, otherKey] = [randomBytes(32), randomBytes(32)].map((bytes) => parseMasterKey(bytes.toString('hex')));
const options: CreateOptions = {
  masterKey: key!,
  clusterId: 'cluster-a',
  encryption: 'aes-256-gcm',
  compression: 'zstd',
  chunker: { packBytes: 100, minBytes: 1_000, averageBytes: 4_000, maxBytes: 16_000 },
  workers: 0,
};
const assertHeld = (): Promise<void> => Promise.resolve();
const held = { fencingToken: 7, assertHeld };
const files = { large: randomBytes(60_000), small: Buffer.from('small'), empty: Buffer.alloc(0) };

let sourceStore: MemoryStore;
let targetStore: MemoryStore;
let source: Repository;

beforeEach(async () => {
  [sourceStore, targetStore] = [new MemoryStore(), new MemoryStore()];
  source = await Repository.create(sourceStore, options);
  await backup(source, 's1', files);
});

async function backup(repository: Repository, id: string, streams: Record<string, Buffer>): Promise<void> {
  const writer = await repository.beginSnapshot({ id, ...held });
  for (const [name, bytes] of Object.entries(streams)) {
    const stream = writer.openStream(name, { kind: 'bytes' });
    await stream.write(bytes);
    await stream.end({ name });
  }
  await writer.commit({ of: id });
}

async function expectCopied(target: Repository, id: string, streams: Record<string, Buffer>): Promise<void> {
  const [reader, original] = [await target.readSnapshot(id), await source.readSnapshot(id)];
  expect(reader.manifest).toEqual(original.manifest);
  for (const [name, bytes] of Object.entries(streams)) {
    const parts: Buffer[] = [];
    for await (const part of reader.read(name)) parts.push(part);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  }
  await target.verify(id, 'plaintext');
}

const replica = (): Promise<Repository> => Repository.createReplica(targetStore, source, options);

describe('A copy into a replica', () => {
  it('takes the sealed chunks as they are, and only those that are missing', async () => {
    const target = await replica();
    const chunks = sourceStore.keys('chunks/');
    const sizes = chunks.map((name) => sourceStore.objects.get(name)!.length);
    const copiedBytes = sizes.reduce((sum, size) => sum + size, 0);
    const seen: number[] = [];
    const onProgress = ({ chunks: done }: { chunks: number }): number => seen.push(done);
    expect(await source.copySnapshot('s1', target, { ...held, onProgress })).toEqual({
      ...{ copiedChunks: chunks.length, copiedBytes, presentChunks: 0 },
    });
    expect(seen).toEqual(chunks.map((_, i) => i + 1));
    expect(targetStore.keys('chunks/')).toEqual(chunks);
    for (const name of chunks) expect(targetStore.objects.get(name)).toEqual(sourceStore.objects.get(name));
    await expectCopied(target, 's1', files);
    await backup(source, 's2', { ...files, more: Buffer.from('more '.repeat(100)) });
    expect(await source.copySnapshot('s2', target, held)).toMatchObject({
      copiedChunks: 1,
      presentChunks: chunks.length,
    });
    expect(await source.copySnapshot('s2', target, held)).toEqual({
      ...{ copiedChunks: 0, copiedBytes: 0, presentChunks: chunks.length + 1 },
    });
    expect(targetStore.keys('intents/')).toEqual([]);
  });

  it('brings the data keys along that were added since', async () => {
    const target = await replica();
    const open = await Repository.open(targetStore, options);
    await source.rotateDataKey();
    await backup(source, 's2', { more: Buffer.from('more '.repeat(100)) });
    await source.copySnapshot('s2', target, held);
    await expectCopied(target, 's2', {});
    await expectCopied(open, 's2', {});
    await expectCopied(await Repository.open(targetStore, options), 's2', {});
    expect((await target.selfTest()).dataKeys).toBe(2);
    // Both rotate on their own: no data key of one can be taken for one of the other.
    await source.rotateDataKey();
    await target.rotateDataKey();
    await backup(source, 's3', { last: Buffer.from('last '.repeat(100)) });
    await backup(target, 't3', { last: Buffer.from('target '.repeat(100)) });
    await source.copySnapshot('s3', target, held);
    await target.copySnapshot('t3', source, held);
    await expectCopied(target, 's3', {});
    await source.verify('t3', 'plaintext');
  });

  it('goes on where one died, and shows nothing before it is whole', async () => {
    const target = await replica();
    await target.close();
    const made = new MemoryStore(targetStore);
    let isDone = false;
    for (let dieAt = 4; !isDone; dieAt += 3) {
      targetStore.objects.clear();
      for (const [name, bytes] of made.objects) targetStore.objects.set(name, bytes);
      const dying = await Repository.open(dyingStore(targetStore, dieAt), options).catch(() => undefined);
      if (!dying) continue;
      isDone = await source.copySnapshot('s1', dying, held).then(
        () => true,
        () => false,
      );
      const next = await Repository.open(targetStore, options);
      const before = targetStore.keys('chunks/').length;
      const all = sourceStore.keys('chunks/').length;
      const listed = await next.listSnapshots();
      if (listed.length > 0) await next.verify('s1', 'plaintext');
      const result = await source.copySnapshot('s1', next, held);
      expect(result).toMatchObject({ copiedChunks: all - before, presentChunks: before });
      await expectCopied(next, 's1', files);
    }
    expect(isDone).toBe(true);
  });

  it('commits nothing from a damaged source, without the lease, or when it is told to stop', async () => {
    const target = await replica();
    const lost = Object.assign(new Error('lost'), { code: 'LEASE_LOST' });
    const withoutLease = { ...held, assertHeld: () => Promise.reject(lost) };
    await expect(source.copySnapshot('s1', target, withoutLease)).rejects.toBe(lost);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(source.copySnapshot('s1', target, { ...held, signal })).rejects.toThrow('enough');
    for (const stored of targetStore.keys('chunks/')) targetStore.objects.delete(stored);
    const name = sourceStore.keys('chunks/')[3]!;
    const bytes = sourceStore.objects.get(name)!;
    sourceStore.objects.set(name, Buffer.from(bytes.map((byte, i) => (i === 40 ? byte ^ 4 : byte))));
    await backup(source, 's2', { other: Buffer.from('other '.repeat(100)) });
    await expect(source.copySnapshot('s1', target, held)).rejects.toMatchObject({ code: 'CHUNK_CORRUPT' });
    expect(await target.listSnapshots()).toEqual([]);
    expect(targetStore.keys('intents/')).toEqual([]);
    await source.copySnapshot('s2', target, held);
    await expect(source.copySnapshot('s9', target, held)).rejects.toMatchObject({ code: 'BACKUP_NOT_FOUND' });
  });

  it('refuses another snapshot under the same id, another owner, and a place with other keys', async () => {
    const target = await replica();
    await new Promise((resolve) => setTimeout(resolve, 2));
    await backup(target, 's1', { other: Buffer.from('x') });
    await expect(source.copySnapshot('s1', target, held)).rejects.toMatchObject({ code: 'CONFLICT' });
    await backup(source, 's2', files);
    const other = await Repository.open(targetStore, { ...options, clusterId: 'cluster-b' });
    await expect(source.copySnapshot('s2', other, held)).rejects.toMatchObject({ code: 'REPOSITORY_OWNED' });
    const elsewhere = new MemoryStore();
    await Repository.create(elsewhere, options);
    await expect(Repository.createReplica(elsewhere, source, options)).rejects.toMatchObject({
      code: 'REPOSITORY_MISMATCH',
    });
  });

  it('may have a master key of its own, and is opened where it is there already', async () => {
    const own = { ...options, masterKey: otherKey! };
    await source.copySnapshot('s1', await Repository.createReplica(targetStore, source, own), held);
    await expectCopied(await Repository.createReplica(targetStore, source, own), 's1', files);
    await expect(Repository.open(targetStore, options)).rejects.toMatchObject({ code: 'REPOSITORY_KEY_WRONG' });
  });
});

describe('A copy into a repository with other keys', () => {
  it.each([
    ['encrypted', { ...options, masterKey: otherKey! }],
    ['plain', { clusterId: 'c', encryption: 'none', compression: 'none', workers: 0 } as const],
  ])('opens the chunks and seals them anew: %s', async (_, settings) => {
    const target = await Repository.create(targetStore, settings);
    const chunks = sourceStore.keys('chunks/');
    expect(await source.copySnapshot('s1', target, held)).toMatchObject({
      copiedChunks: chunks.length,
      presentChunks: 0,
    });
    await expectCopied(target, 's1', files);
    expect(targetStore.keys('chunks/').filter((name) => chunks.includes(name))).toEqual([]);
    await backup(source, 's2', files);
    expect(await source.copySnapshot('s2', target, held)).toMatchObject({
      copiedChunks: 0,
      presentChunks: chunks.length,
    });
    await expectCopied(target, 's2', files);
  });
});

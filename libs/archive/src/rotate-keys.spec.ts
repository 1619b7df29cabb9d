import { randomBytes } from 'node:crypto';
import { dataKeyOf } from './frame-header.ts';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions, type OpenOptions } from './repository.ts';
import { MemoryStore, dyingStore } from './simulated-store.ts';

const [first, second] = [randomBytes(32), randomBytes(32)].map((bytes) => parseMasterKey(bytes.toString('hex')));
const options: CreateOptions = {
  masterKey: first!,
  clusterId: 'cluster-a',
  encryption: 'aes-256-gcm',
  compression: 'zstd',
  workers: 0,
};
const renewed: OpenOptions = { ...options, masterKey: second!, previousKeys: [first!] };

let store: MemoryStore;
const opened: Repository[] = [];

beforeEach(() => {
  store = new MemoryStore();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((repository) => repository.close()));
});

async function use(promise: Promise<Repository>): Promise<Repository> {
  const repository = await promise;
  opened.push(repository);
  return repository;
}

async function backup(repository: Repository, id: string, text: string): Promise<void> {
  const writer = await repository.beginSnapshot({ id, fencingToken: 1, assertHeld: () => Promise.resolve() });
  const stream = writer.openStream('file', { kind: 'bytes' });
  await stream.write(Buffer.from(text));
  await stream.end(null);
  await writer.commit(null);
}

async function textOf(repository: Repository, id: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of (await repository.readSnapshot(id)).read('file')) parts.push(part);
  return Buffer.concat(parts).toString();
}

function dataKeysInUse(): Set<number> {
  return new Set(store.keys('chunks/').map((key) => dataKeyOf(store.objects.get(key)!)));
}

describe('Rotation of the data key', () => {
  it('encrypts what is new with the new key, and instances that were open read and write on', async () => {
    const repository = await use(Repository.create(store, options));
    const reader = await use(Repository.open(store, options));
    const writer = await use(Repository.open(store, options));
    await backup(repository, 's1', 'one');
    expect(dataKeysInUse()).toEqual(new Set([1]));
    const { dataKeyId, keySetVersion } = await repository.rotateDataKey();
    expect(keySetVersion).toBe(2);
    await backup(repository, 's2', 'two');
    expect(dataKeysInUse()).toEqual(new Set([1, dataKeyId]));
    // Had read nothing of the new key: the manifest's frame names it first, in another instance the chunk's.
    expect(await textOf(reader, 's2')).toBe('two');
    expect(await textOf(reader, 's1')).toBe('one');
    await backup(writer, 's3', 'three');
    expect([...dataKeysInUse()].sort()).toEqual([1, dataKeyId].sort());
    expect(await textOf(await use(Repository.open(store, options)), 's3')).toBe('three');
  });

  it('keeps every key when two rotate at once', async () => {
    const instances = [await use(Repository.create(store, options)), await use(Repository.open(store, options))];
    const results = await Promise.allSettled(instances.map((one) => one.rotateDataKey()));
    const failed = results.filter((result) => result.status === 'rejected');
    for (const { reason } of failed) expect(reason).toMatchObject({ code: 'CONFLICT' });
    const { dataKeys } = await instances[0]!.selfTest();
    expect(dataKeys).toBe(3 - failed.length);
  });

  it('is refused in a plain repository and for another cluster', async () => {
    const plain = await use(
      Repository.create(store, { clusterId: 'c', encryption: 'none', compression: 'none', workers: 0 }),
    );
    await expect(plain.rotateDataKey()).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(plain.rewrapMasterKey()).rejects.toMatchObject({ code: 'CONFLICT' });
    await use(Repository.create((store = new MemoryStore()), options));
    const other = await use(Repository.open(store, { ...options, clusterId: 'cluster-b' }));
    await expect(other.rotateDataKey()).rejects.toMatchObject({ code: 'REPOSITORY_OWNED' });
    await expect(other.rewrapMasterKey()).rejects.toMatchObject({ code: 'REPOSITORY_OWNED' });
  });
});

describe('Rewrapping by another master key', () => {
  it('leaves nothing that the old key opens, touches no data, and may be repeated', async () => {
    const before = await use(Repository.create(store, options));
    await backup(before, 's1', 'one');
    await before.rotateDataKey();
    const data = store.keys('').filter((key) => !key.startsWith('keys/'));
    const repository = await use(Repository.open(store, renewed));
    const result = { masterKeyId: second!.id, keySetVersion: 3 };
    expect(await repository.rewrapMasterKey()).toEqual({ ...result, isNew: true, removedVersions: 2 });
    expect(await repository.rewrapMasterKey()).toEqual({ ...result, isNew: false, removedVersions: 0 });
    expect(store.keys('')).toEqual([...data, 'keys/00000003'].sort());
    await expect(Repository.open(store, options)).rejects.toMatchObject({ code: 'REPOSITORY_KEY_WRONG' });
    expect(await textOf(await use(Repository.open(store, { ...options, masterKey: second! })), 's1')).toBe('one');
    // An instance that is open under the old key goes on with what it knows.
    expect(await textOf(before, 's1')).toBe('one');
  });

  it('can be killed anywhere: the repository opens, and the next call finishes', async () => {
    await backup(await use(Repository.create(store, options)), 's1', 'one');
    const made = store;
    let isDone = false;
    for (let dieAt = 1; !isDone; dieAt++) {
      store = new MemoryStore(made);
      isDone = await Repository.open(dyingStore(store, dieAt), renewed)
        .then((one) => one.rewrapMasterKey())
        .then(
          () => true,
          () => false,
        );
      const repository = await Repository.open(store, renewed);
      expect((await repository.readSnapshot('s1')).manifest.id).toBe('s1');
      await repository.rewrapMasterKey();
      expect(store.keys('keys/')).toHaveLength(1);
      const withNew = await Repository.open(store, { ...options, masterKey: second! });
      expect((await withNew.readSnapshot('s1')).manifest.id).toBe('s1');
      expect(dieAt).toBeLessThan(60);
    }
    expect(await textOf(await use(Repository.open(store, renewed)), 's1')).toBe('one');
  });
});

describe('The self-test', () => {
  it('opens a chunk of each data key that it meets', async () => {
    const repository = await use(Repository.create(store, options));
    expect(await repository.selfTest()).toEqual({
      ...{ keySetVersion: 1, masterKeyId: first!.id, snapshotId: null, openedDataKeys: [], dataKeys: 1 },
    });
    await backup(repository, 's1', 'one');
    const { dataKeyId } = await repository.rotateDataKey();
    const writer = await repository.beginSnapshot({ id: 's2', fencingToken: 1, assertHeld: () => Promise.resolve() });
    for (const [name, text] of [
      ['file', 'one'],
      ['group/file', 'two'],
    ] as const) {
      const stream = writer.openStream(name, { kind: 'bytes' });
      await stream.write(Buffer.from(text));
      await stream.end(null);
    }
    await writer.commit(null);
    expect(await repository.selfTest()).toMatchObject({
      snapshotId: 's2',
      openedDataKeys: [1, dataKeyId],
      dataKeys: 2,
    });
  });

  it('says where the keys do not open what is stored', async () => {
    const repository = await use(Repository.create(store, options));
    await backup(repository, 's1', 'one');
    const [key] = store.keys('chunks/') as [string];
    const chunk = store.objects.get(key)!;
    store.objects.set(key, Buffer.from(chunk.map((byte, i) => (i === 30 ? byte ^ 1 : byte))));
    await expect(repository.selfTest()).rejects.toMatchObject({ code: 'CHUNK_CORRUPT' });
    store.objects.delete(key);
    await expect(repository.selfTest()).rejects.toMatchObject({ code: 'CHUNK_MISSING' });
    await (await use(Repository.open(store, renewed))).rewrapMasterKey();
    await expect(repository.selfTest()).rejects.toMatchObject({ code: 'REPOSITORY_KEY_WRONG' });
  });
});

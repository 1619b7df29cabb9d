import { randomBytes } from 'node:crypto';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import type { GarbageResult } from './maintenance-types.ts';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';

const [key, nextKey] = [randomBytes(32), randomBytes(32)].map((bytes) => parseMasterKey(bytes.toString('hex')));
const options: CreateOptions = {
  masterKey: key!,
  clusterId: 'cluster-a',
  encryption: 'aes-256-gcm',
  compression: 'zstd',
  chunker: { packBytes: 100, minBytes: 1_000, averageBytes: 4_000, maxBytes: 16_000 },
  workers: 1,
};
const assertHeld = (): Promise<void> => Promise.resolve();
const held = { fencingToken: 1, assertHeld };

async function backup(repository: Repository, id: string, files: Record<string, Buffer>): Promise<void> {
  const writer = await repository.beginSnapshot({ id, ...held });
  for (const [name, bytes] of Object.entries(files)) {
    const stream = writer.openStream(name, { kind: 'bytes' });
    await stream.write(bytes);
    await stream.end(null);
  }
  await writer.commit(null);
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const one of store.list(prefix)) keys.push(one);
  return keys.sort();
}

/** What a repository promises over its whole life, on whichever store. @param open another empty store at each call */
export function describeRepository(name: string, open: () => Promise<ObjectStore>): void {
  describe(`A repository in ${name}`, () => {
    const opened: Repository[] = [];
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((repository) => repository.close()));
    });
    const use = async (repository: Promise<Repository>): Promise<Repository> => {
      opened.push(await repository);
      return repository;
    };
    const collect = (repository: Repository): Promise<GarbageResult> =>
      repository.collectGarbage({ assertHeld, isAlive: () => true });

    it('is backed up, copied, rotated, damaged, mended, collected and rewrapped', async () => {
      const [store, replicaStore] = [await open(), await open()];
      const source = await use(Repository.create(store, options));
      const replica = await use(Repository.createReplica(replicaStore, source, options));
      const files = { large: randomBytes(60_000), small: Buffer.from('small') };
      await backup(source, 's1', files);
      await source.rotateDataKey();
      await backup(source, 's2', { ...files, more: randomBytes(20_000) });
      for (const id of ['s1', 's2']) await source.copySnapshot(id, replica, held);
      expect((await source.selfTest()).openedDataKeys.length).toBeGreaterThan(0);
      expect(await replica.check({ level: 'plaintext' })).toMatchObject({ snapshots: 2, damaged: [], orphans: 0 });

      const [first, second] = (await keysOf(store, 'chunks/')) as [string, string];
      await store.remove(first);
      const bytes = (await store.get(second))!;
      await store.remove(second);
      await store.putIfAbsent(second, bytes.subarray(0, -1));
      const { damaged } = await source.check({ level: 'ciphertext' });
      expect([...new Set(damaged.map(({ code }) => code))].sort()).toEqual(['CHUNK_CORRUPT', 'CHUNK_MISSING']);
      const mended = await source.repair(held, replica);
      expect(mended).toMatchObject({ repairedChunks: 2, quarantinedChunks: 1, lost: [] });
      expect(await source.check({ level: 'plaintext' })).toMatchObject({ damaged: [], orphans: 0, missing: 0 });

      await source.removeSnapshot('s2');
      const phases: string[] = [];
      for (let i = 0; i < 3; i++) phases.push((await collect(source)).phase);
      expect(phases).toEqual(['condemned', 'deleted', 'clean']);
      await backup(source, 's3', files);
      const usage = await source.usage();
      expect(usage.chunks).toBe((await keysOf(store, 'chunks/')).length);
      expect(usage).toMatchObject({ snapshots: 2, isEstimate: false });

      const renewed = await use(Repository.open(store, { ...options, masterKey: nextKey!, previousKeys: [key!] }));
      await renewed.rewrapMasterKey();
      const last = await use(Repository.open(store, { ...options, masterKey: nextKey! }));
      for (const id of ['s1', 's3']) await last.verify(id, 'plaintext');
      expect(await keysOf(store, 'keys/')).toHaveLength(1);
      expect(await keysOf(store, 'intents/')).toEqual([]);
    });
  });
}

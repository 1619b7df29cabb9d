import { mkdtemp, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { systemClock } from '@lucid/core/clock';
import type { GarbageOptions, GarbageResult } from './maintenance-types.ts';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';
import { MemoryStore, ProcessStore, dyingStore } from './simulated-store.ts';
import type { SnapshotWriter } from './snapshot-types.ts';

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

let store: MemoryStore;
let repository: Repository;

beforeEach(async () => {
  store = new MemoryStore();
  repository = await Repository.create(store, options);
});

async function add(writer: SnapshotWriter, name: string): Promise<void> {
  const stream = writer.openStream(name, { kind: 'bytes' });
  await stream.write(Buffer.from(`content of ${name}`));
  await stream.end(null);
}

async function backup(id: string, names: readonly string[], into = repository): Promise<void> {
  const writer = await into.beginSnapshot({ id, ...held });
  for (const name of names) await add(writer, name);
  await writer.commit(null);
}

function collect(change: Partial<GarbageOptions> = {}, from = repository): Promise<GarbageResult> {
  return from.collectGarbage({ assertHeld, isAlive: () => true, ...change });
}

const chunks = (): string[] => store.keys('chunks/');

describe('Garbage collection', () => {
  it('condemns in one call what the next deletes, and is clean after', async () => {
    await backup('s1', ['a', 'b']);
    await backup('s2', ['b', 'c']);
    expect(await collect()).toMatchObject({ phase: 'clean', generation: 0, keptChunks: 3 });
    await repository.removeSnapshot('s1');
    await store.putIfAbsent('slices/oplog/one', Buffer.from('not of this'));
    expect(await collect()).toMatchObject({ phase: 'condemned', generation: 1, condemnedChunks: 1, keptChunks: 3 });
    const before = new Map(store.objects);
    const { deletedBytes, ...deleted } = await collect();
    expect(deleted).toMatchObject({ phase: 'deleted', generation: 1, deletedChunks: 1, keptChunks: 2 });
    const gone = [...before.keys()].filter((key) => !store.objects.has(key));
    expect(gone).toHaveLength(1);
    expect(deletedBytes).toBe(before.get(gone[0]!)!.length);
    expect(await collect()).toMatchObject({ phase: 'clean', generation: 1, deletedChunks: 0 });
    await repository.verify('s2', 'plaintext');
    expect(store.keys('slices/')).toHaveLength(1);
  });

  it('says what it would do, and changes nothing', async () => {
    await backup('s1', ['a']);
    await repository.removeSnapshot('s1');
    const before = store.keys();
    expect(await collect({ dryRun: true })).toMatchObject({ phase: 'condemned', condemnedChunks: 1 });
    expect(store.keys()).toEqual(before);
    await collect();
    const condemned = store.keys();
    expect(await collect({ dryRun: true })).toMatchObject({ phase: 'deleted', deletedChunks: 1 });
    expect(store.keys()).toEqual(condemned);
  });

  it('waits for a snapshot that began before, and keeps what that one names', async () => {
    await backup('s1', ['a', 'b']);
    await repository.removeSnapshot('s1');
    await collect();
    await collect();
    // Generation 1 has passed: what is stored now is of copy 1, what is condemned next may be relied on by `running`.
    await backup('s2', ['a', 'b']);
    await backup('s3', ['z']);
    await repository.removeSnapshot('s3');
    await collect();
    await collect();
    const running = await repository.beginSnapshot({ id: 's4', ...held });
    await repository.removeSnapshot('s2');
    expect(await collect()).toMatchObject({ phase: 'condemned', generation: 3, condemnedChunks: 2 });
    await add(running, 'a');
    expect(await collect()).toMatchObject({ phase: 'waiting', waitingFor: ['s4'], deletedChunks: 0 });
    expect(await running.commit(null)).toMatchObject({ newChunks: 0, reusedChunks: 1 });
    expect(await collect()).toMatchObject({ phase: 'deleted', deletedChunks: 1, keptChunks: 1 });
    await repository.verify('s4', 'plaintext');
  });

  it('lets snapshots that begin later store condemned chunks again', async () => {
    await backup('s1', ['a', 'b']);
    await repository.removeSnapshot('s1');
    await collect();
    const later = await repository.beginSnapshot({ id: 's2', ...held });
    await add(later, 'a');
    expect(await collect()).toMatchObject({ phase: 'deleted', deletedChunks: 2 });
    expect(await later.commit(null)).toMatchObject({ newChunks: 1, reusedChunks: 0 });
    expect(chunks()).toEqual([expect.stringMatching(/-00000001$/)]);
    await repository.verify('s2', 'plaintext');
  });

  it('does not condemn what a running snapshot has stored', async () => {
    const running = await repository.beginSnapshot({ id: 's1', ...held });
    await add(running, 'a');
    await add(running, 'b');
    await collect();
    await collect();
    await backup('s2', ['b']);
    await running.commit(null);
    for (let i = 0; i < 4; i++) await collect();
    for (const id of ['s1', 's2']) await repository.verify(id, 'plaintext');
    expect(await repository.check({ level: 'plaintext' })).toMatchObject({ damaged: [], orphans: 0, missing: 0 });
  });

  it('removes the second copy that two generations left', async () => {
    await backup('s1', ['a']);
    await repository.removeSnapshot('s1');
    await collect();
    await backup('s2', ['a']);
    expect(chunks()).toHaveLength(2);
    await collect();
    expect(chunks()).toHaveLength(1);
    await repository.verify('s2', 'plaintext');
  });

  it('clears away what a dead attempt left, which can never commit then', async () => {
    const dead = await repository.beginSnapshot({ id: 's1', ...held });
    await add(dead, 'a');
    await store.putIfAbsent(`snapshots/s0/manifest-${'0'.repeat(64)}`, Buffer.from('of a writer that was killed'));
    const asked: string[] = [];
    const isAlive = (id: string): boolean => asked.push(id) === 0;
    expect(await collect({ isAlive })).toMatchObject({ phase: 'condemned', condemnedChunks: 1 });
    expect(asked).toEqual(['s1']);
    expect(store.keys('intents/')).toEqual([]);
    expect(store.keys('snapshots/')).toEqual([]);
    await expect(dead.commit(null)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await dead.abort();
    await collect();
    expect(await collect()).toMatchObject({ keptChunks: 0 });
    expect(store.keys('snapshots/')).toEqual([]);
    await backup('s1', ['a']);
  });

  it('takes attempts of earlier owners, and those with a newer one, for dead without asking', async () => {
    const begun = await repository.beginSnapshot({ id: 's1', ...held });
    await repository.takeOver();
    const [old, renewed] = [
      await repository.beginSnapshot({ id: 's2', ...held }),
      await repository.beginSnapshot({ id: 's2', fencingToken: 2, assertHeld }),
    ];
    await collect();
    expect(store.keys('intents/')).toHaveLength(1);
    await expect(begun.commit(null)).rejects.toMatchObject({ code: 'REPOSITORY_OWNED' });
    await expect(old.commit(null)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    await renewed.commit(null);
  });

  it('carries a commit through whose writer died when it had decided', async () => {
    await backup('s0', ['a']);
    let found = 0;
    for (let dieAt = 10; dieAt < 60; dieAt++) {
      const writing = Repository.open(dyingStore(store, dieAt), options).then((dying) => backup('s1', ['b'], dying));
      await writing.catch(() => undefined);
      const hasDecided = store.keys('intents/s1.').some((key) => key.endsWith('.end'));
      const isCommitted = store.objects.has('snapshots/s1/COMMIT');
      await collect({ isAlive: () => false });
      const ids = (await repository.listSnapshots()).map(({ id }) => id);
      expect(ids).toEqual(hasDecided || isCommitted ? ['s0', 's1'] : ['s0']);
      if (hasDecided && !isCommitted) found++;
      if (ids.length > 1) await repository.verify('s1', 'plaintext');
      expect(store.keys('intents/')).toEqual([]);
      await repository.removeSnapshot('s1');
    }
    expect(found).toBeGreaterThan(0);
  });

  it('deletes nothing while a snapshot cannot be read, or without the lease or the repository', async () => {
    await backup('s1', ['a']);
    await backup('s2', ['b']);
    await repository.removeSnapshot('s1');
    await collect();
    const [manifest] = store.keys('snapshots/s2/manifest-') as [string];
    const bytes = store.objects.get(manifest)!;
    store.objects.set(manifest, bytes.subarray(1));
    await expect(collect()).rejects.toMatchObject({ code: 'MANIFEST_CORRUPT' });
    store.objects.set(manifest, bytes);
    const lost = Object.assign(new Error('lost'), { code: 'LEASE_LOST' });
    await expect(collect({ assertHeld: () => Promise.reject(lost) })).rejects.toBe(lost);
    await expect(collect({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const theirs = await Repository.open(store, { ...options, clusterId: 'cluster-b' });
    await expect(collect({}, theirs)).rejects.toMatchObject({ code: 'REPOSITORY_OWNED' });
    expect(chunks()).toHaveLength(2);
    expect(await collect()).toMatchObject({ phase: 'deleted', deletedChunks: 1 });
  });

  it('decides nothing by the clock', async () => {
    const wrong = { ...systemClock, now: () => new Date(Date.now() - 3_600_000) };
    const late = await Repository.open(store, { ...options, clock: wrong });
    await backup('s1', ['a']);
    await repository.removeSnapshot('s1');
    await collect();
    await backup('s2', ['a'], late);
    const running = await late.beginSnapshot({ id: 's3', ...held });
    await add(running, 'a');
    await collect();
    await running.commit(null);
    for (let i = 0; i < 3; i++) await collect();
    expect(await repository.check({ level: 'plaintext' })).toMatchObject({ damaged: [], orphans: 0, missing: 0 });
  });

  it('spares a snapshot that begins, and another collector that condemns, at any moment of it', async () => {
    await backup('s1', ['a']);
    await backup('s2', ['z']);
    await repository.removeSnapshot('s2');
    await collect();
    await collect();
    await repository.removeSnapshot('s1');
    const made = new MemoryStore(store);
    let isDone = false;
    for (let at = 1; !isDone; at++) {
      store.objects.clear();
      for (const [key, bytes] of made.objects) store.objects.set(key, bytes);
      let begun: SnapshotWriter | undefined;
      let calls = 0;
      const intruded = new ProcessStore(store, async () => {
        if (++calls !== at) return;
        begun = await repository.beginSnapshot({ id: 's3', ...held });
        await collect();
      });
      const collector = await Repository.open(intruded, options);
      for (let i = 0; i < 2; i++) {
        await collect({}, collector).catch((error: unknown) => expect(error).toMatchObject({ code: 'LEASE_LOST' }));
      }
      isDone = begun === undefined;
      if (begun) await add(begun, 'a');
      await begun?.commit(null);
      for (let i = 0; i < 4; i++) await collect();
      expect(await repository.check({ level: 'plaintext' })).toMatchObject({ damaged: [], orphans: 0, missing: 0 });
    }
  });

  it('agrees with a writer that comes back to life at any moment of its commit', async () => {
    await backup('s1', ['a']);
    const made = new MemoryStore(store);
    const outcomes = new Set<string>();
    for (const removes of [false, true]) {
      for (let at = 1, isDone = false; !isDone; at++) {
        store.objects.clear();
        for (const [key, bytes] of made.objects) store.objects.set(key, bytes);
        let calls = 0;
        const intruded = new ProcessStore(store, async () => {
          if (++calls !== at) return;
          for (let i = 0; i < 3; i++) await collect({ isAlive: () => false });
          if (removes) await repository.removeSnapshot('s2');
          for (let i = 0; i < 3; i++) await collect({ isAlive: () => false });
        });
        const outcome = await Repository.open(intruded, options)
          .then((revived) => backup('s2', ['a', 'b'], revived))
          .then(
            () => 'committed',
            (error: { code?: string }) => error.code ?? String(error),
          );
        isDone = calls < at;
        outcomes.add(outcome);
        const ids = (await repository.listSnapshots()).map(({ id }) => id);
        // What it was told holds, unless the snapshot was removed as soon as it was there.
        if (!removes) expect(ids).toEqual(outcome === 'committed' ? ['s1', 's2'] : ['s1']);
        for (let i = 0; i < 4; i++) await collect();
        expect(await repository.check({ level: 'plaintext' })).toMatchObject({ damaged: [], orphans: 0, missing: 0 });
      }
    }
    expect([...outcomes].sort()).toEqual(['LEASE_LOST', 'committed']);
  });

  it('is finished by the next call wherever it was killed', async () => {
    await backup('s1', ['a', 'b', 'c']);
    await backup('s2', ['c', 'd']);
    await repository.removeSnapshot('s1');
    const made = new MemoryStore(store);
    for (const cycles of [0, 1]) {
      let isDone = false;
      for (let dieAt = 4; !isDone; dieAt++) {
        store.objects.clear();
        for (const [key, bytes] of made.objects) store.objects.set(key, bytes);
        for (let i = 0; i < cycles; i++) await collect();
        isDone = await Repository.open(dyingStore(store, dieAt), options)
          .then((dying) => collect({}, dying))
          .then(
            () => true,
            () => false,
          );
        await repository.verify('s2', 'plaintext');
        await backup('s3', ['a']);
        for (let i = 0; i < 4; i++) await collect();
        expect(await repository.check({ level: 'plaintext' })).toMatchObject({ damaged: [], orphans: 0, missing: 0 });
        expect(dieAt).toBeLessThan(200);
      }
    }
  });
});

describe('Garbage collection in files', () => {
  it('keeps what is named and deletes the rest', async () => {
    const root = await mkdtemp(join(tmpdir(), 'lucid-collect-'));
    try {
      const files = await Repository.create(await FileObjectStore.open(root), options);
      await backup('s1', ['a', 'b'], files);
      await backup('s2', ['b', 'c'], files);
      await files.removeSnapshot('s1');
      const phases: string[] = [];
      for (let i = 0; i < 3; i++) phases.push((await collect({}, files)).phase);
      expect(phases).toEqual(['condemned', 'deleted', 'clean']);
      const again = await Repository.open(await FileObjectStore.open(root), options);
      await backup('s3', ['a', 'b'], again);
      expect(await again.check({ level: 'plaintext' })).toMatchObject({
        snapshots: 2,
        chunks: 3,
        orphans: 0,
        damaged: [],
      });
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});

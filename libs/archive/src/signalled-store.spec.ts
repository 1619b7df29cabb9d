import { randomBytes } from 'node:crypto';
import type { ByteRange, CallOptions } from '@lucid/clients/object-store/object-store';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';
import { MemoryStore } from './simulated-store.ts';
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

/** Answers nothing from `hang` on, until the caller's signal ends the call. */
class HangingStore extends MemoryStore {
  hangs = false;

  override async get(key: string, range?: ByteRange, call?: CallOptions): Promise<Buffer | undefined> {
    await this.#answer(call);
    return super.get(key, range);
  }

  override async putIfAbsent(key: string, bytes: Uint8Array, call?: CallOptions): Promise<boolean> {
    await this.#answer(call);
    return super.putIfAbsent(key, bytes);
  }

  override async *list(prefix: string, call?: CallOptions): AsyncIterable<string> {
    await this.#answer(call);
    yield* super.list(prefix);
  }

  override async remove(key: string, call?: CallOptions): Promise<void> {
    await this.#answer(call);
    await super.remove(key);
  }

  #answer(call?: CallOptions): Promise<void> {
    if (!this.hangs) return Promise.resolve();
    return new Promise((_, reject) => {
      const end = (): void => reject(call?.signal?.reason as Error);
      if (call?.signal?.aborted) end();
      call?.signal?.addEventListener('abort', end);
    });
  }
}

describe('A store that does not answer', () => {
  let store: HangingStore;
  let repository: Repository;
  let job: AbortController;

  beforeEach(async () => {
    store = new HangingStore();
    repository = await Repository.create(store, options);
    job = new AbortController();
    const writer = await repository.beginSnapshot({ id: 's0', fencingToken: 1, assertHeld });
    const stream = writer.openStream('a', { kind: 'bytes' });
    await stream.write(randomBytes(2_000));
    await stream.end(null);
    await writer.commit(null);
  });

  const cancelSoon = (): void => {
    store.hangs = true;
    setImmediate(() => job.abort(new Error('cancelled')));
  };

  it('does not keep a cancelled snapshot, whose intent is found dead later', async () => {
    const { signal } = job;
    const writer = await repository.beginSnapshot({ id: 's1', fencingToken: 1, assertHeld, signal });
    const stream = writer.openStream('b', { kind: 'bytes' });
    cancelSoon();
    const writing = async (): Promise<void> => {
      await stream.write(randomBytes(20_000));
      await stream.end(null);
    };
    await expect(writing()).rejects.toThrow('cancelled');
    await writer.abort();
    store.hangs = false;
    expect(store.keys('intents/')).toHaveLength(1);
    await repository.collectGarbage({ assertHeld, isAlive: () => false });
    expect(store.keys('intents/')).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['collection', () => repository.collectGarbage({ assertHeld, isAlive: () => true, signal: job.signal })],
    ['check', () => repository.check({ level: 'plaintext', signal: job.signal })],
    ['repair', () => repository.repair({ assertHeld, fencingToken: 1, signal: job.signal })],
    ['verification', () => repository.verify('s0', 'plaintext', { signal: job.signal })],
    ['measurement', () => repository.usage({ signal: job.signal })],
    [
      'copy',
      async () => {
        const target = await Repository.create(new MemoryStore(), options);
        await repository.copySnapshot('s0', target, { assertHeld, fencingToken: 1, signal: job.signal });
      },
    ],
  ])('does not keep a cancelled %s', async (_, start) => {
    cancelSoon();
    await expect(start()).rejects.toThrow('cancelled');
  });

  it.each([2_000, 50])('does not keep a cancelled reader of %i bytes, which can read again', async (size) => {
    const writer = await repository.beginSnapshot({ id: 's1', fencingToken: 1, assertHeld });
    for (const name of ['b', 'c']) {
      const stream = writer.openStream(name, { kind: 'bytes' });
      await stream.write(Buffer.alloc(size, name));
      await stream.end(null);
    }
    await writer.commit(null);
    const reader = await repository.readSnapshot('s1');
    const read = async (signal?: AbortSignal): Promise<string> => {
      const parts: Buffer[] = [];
      for await (const part of reader.read('c', signal && { signal })) parts.push(part);
      return Buffer.concat(parts).toString();
    };
    cancelSoon();
    await expect(read(job.signal)).rejects.toThrow('cancelled');
    store.hangs = false;
    expect(await read()).toBe('c'.repeat(size));
  });

  it('fails only the snapshot that was cancelled, not one that waits for the same chunk', async () => {
    const open = (id: string, signal?: AbortSignal): Promise<SnapshotWriter> =>
      repository.beginSnapshot({ id, fencingToken: 1, assertHeld, ...(signal && { signal }) });
    const [cancelled, other] = [await open('s1', job.signal), await open('s2')];
    const content = randomBytes(50); // One chunk, which both meet.
    const write = async (writer: SnapshotWriter): Promise<void> => {
      const stream = writer.openStream('b', { kind: 'bytes' });
      await stream.write(content);
      await stream.end(null);
    };
    store.hangs = true;
    const [first, second] = [write(cancelled), write(other)];
    first.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    store.hangs = false;
    job.abort(new Error('cancelled'));
    await expect(first).rejects.toThrow('cancelled');
    await second;
    await other.commit(null);
    await repository.verify('s2', 'plaintext');
  });
});

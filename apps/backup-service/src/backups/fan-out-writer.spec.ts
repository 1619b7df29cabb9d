import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository } from '@lucid/archive/repository';
import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { FanOutWriter } from './fan-out-writer.ts';

const OPTIONS = { id: 'bkp_1', fencingToken: 1, assertHeld: () => Promise.resolve() };

describe('a snapshot written to several repositories', () => {
  let folder: string;
  let repositories: Repository[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fan-out-'));
    repositories = [];
    for (const name of ['a', 'b']) {
      const store = await FileObjectStore.open(join(folder, name));
      const settings = { encryption: 'none', compression: 'zstd', clusterId: 'c', workers: 1 } as const;
      repositories.push(await Repository.create(store, settings));
    }
  });

  afterEach(async () => {
    for (const repository of repositories) await repository.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function writers(): Promise<[SnapshotWriter, SnapshotWriter]> {
    const [a, b] = await Promise.all(repositories.map((repository) => repository.beginSnapshot(OPTIONS)));
    return [a as SnapshotWriter, b as SnapshotWriter];
  }

  async function contentOf(repository: Repository | undefined): Promise<string> {
    const reader = await repository?.readSnapshot('bkp_1');
    const parts: Buffer[] = [];
    for await (const part of reader?.read('s') ?? []) parts.push(part);
    return Buffer.concat(parts).toString();
  }

  it('is in each of them', async () => {
    const [a, b] = await writers();
    const fanOut = new FanOutWriter([
      { repository: 'a', writer: a },
      { repository: 'b', writer: b },
    ]);
    const stream = fanOut.openStream('s', { kind: 'bytes' });
    await stream.write(Buffer.from('hello '));
    await stream.write(Buffer.from('twice'));
    await stream.end(null);
    await fanOut.commit({});
    expect(fanOut.failures.size).toBe(0);
    expect(await Promise.all(repositories.map(contentOf))).toEqual(['hello twice', 'hello twice']);
  });

  it('goes on without one that fails, and names it', async () => {
    const [a, b] = await writers();
    await a.abort();
    const fanOut = new FanOutWriter([
      { repository: 'a', writer: { ...a, id: a.id, openStream: () => failing(), abort: () => a.abort() } as never },
      { repository: 'b', writer: b },
    ]);
    const stream = fanOut.openStream('s', { kind: 'bytes' });
    await stream.write(Buffer.from('once'));
    await stream.end(null);
    await fanOut.commit({});
    expect([...fanOut.failures.keys()]).toEqual(['a']);
    expect(await contentOf(repositories[1])).toBe('once');
    expect(await repositories[0]?.findCommit('bkp_1')).toBeUndefined();
  });

  it('fails with the first failure where none is left', async () => {
    const [a, b] = await writers();
    const broken = (writer: SnapshotWriter): SnapshotWriter =>
      ({ id: writer.id, openStream: () => failing(), abort: () => writer.abort() }) as never;
    const fanOut = new FanOutWriter([
      { repository: 'a', writer: broken(a) },
      { repository: 'b', writer: broken(b) },
    ]);
    await expect(fanOut.openStream('s', { kind: 'bytes' }).write(Buffer.from('x'))).rejects.toThrow('no room');
  });
});

function failing(): { write: () => Promise<never>; end: () => Promise<never> } {
  const fail = (): Promise<never> => Promise.reject(new Error('no room'));
  return { write: fail, end: fail };
}

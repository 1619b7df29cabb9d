import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { serialize } from 'bson';
import { ChunkMemory } from './chunk-memory.ts';
import { parseMasterKey } from './master-key.ts';
import { Repository } from './repository.ts';

const MIB = 1024 * 1024;
const FRAME_EXTRA_BYTES = 64;

describe('memory for chunks', () => {
  it('is used again, by its size', () => {
    const memory = new ChunkMemory();
    const [small, large] = [memory.take(1), memory.take(8 * MIB + FRAME_EXTRA_BYTES)];
    memory.give(small);
    memory.give(large);
    expect(memory.take(1)).toBe(small);
    expect(memory.take(5 * MIB)).toBe(large);
    expect(memory.take(5 * MIB)).not.toBe(large);
  });

  it('is not shared where it is not used again: V8 collects only what it counts', () => {
    const memory = new ChunkMemory();
    const huge = memory.take(9 * MIB);
    expect(huge).toBeInstanceOf(ArrayBuffer);
    memory.give(huge);
    expect(memory.take(9 * MIB)).not.toBe(huge);
  });
});

describe.each([0, 1])('documents beyond the sizes of the memory that is used again (%i threads)', (workers) => {
  let folder: string;
  let repository: Repository;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-memory-'));
    repository = await Repository.create(await FileObjectStore.open(folder), {
      ...{ clusterId: 'a', encryption: 'aes-256-gcm', compression: 'zstd', workers },
      masterKey: parseMasterKey(randomBytes(32).toString('base64')),
    });
  });
  afterEach(async () => {
    await repository.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([true, false])('come back byte by byte (borrowed: %s)', async (borrowed) => {
    const documents = [12, 3, 16, 9].map((size, _id) =>
      // One half can be compressed, the other one cannot.
      serialize({ _id, noise: randomBytes(size * 500_000), calm: Buffer.alloc(size * 500_000, _id) }),
    );
    const writer = await repository.beginSnapshot({ id: 'b', fencingToken: 1, assertHeld: () => Promise.resolve() });
    const stream = writer.openStream('documents', { kind: 'bson' });
    for (const document of documents) await stream.write(Buffer.from(document));
    await stream.end({});
    await writer.commit({});
    const parts: Buffer[] = [];
    const reader = await repository.readSnapshot('b');
    for await (const part of reader.read('documents', { borrowed })) parts.push(Buffer.from(part));
    expect(Buffer.concat(parts).equals(Buffer.concat(documents))).toBe(true);
    expect((await repository.check({ level: 'plaintext' })).damaged).toEqual([]);
  });
});

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';
import { MemoryStore } from './simulated-store.ts';

const chunker = { packBytes: 60, minBytes: 64, averageBytes: 200, maxBytes: 400 };
const encrypted: CreateOptions = {
  masterKey: parseMasterKey(randomBytes(32).toString('hex')),
  clusterId: 'c',
  encryption: 'aes-256-gcm',
  compression: 'zstd',
  chunker,
  workers: 0,
};
const plain: CreateOptions = { clusterId: 'c', encryption: 'none', compression: 'none', chunker, workers: 0 };

const streams: Record<string, Buffer> = {
  large: randomBytes(1_500),
  text: Buffer.from('the same words again and again '.repeat(40)),
  one: Buffer.from('a small one'),
  two: Buffer.from('another small one'),
};
const INTEGRITY = ['CHUNK_CORRUPT', 'CHUNK_MISSING', 'MANIFEST_CORRUPT', 'BACKUP_NOT_FOUND'];

/** Two snapshots of a repository, the second after a collection, so that chunks of two generations are there. */
async function make(options: CreateOptions): Promise<MemoryStore> {
  const store = new MemoryStore();
  const repository = await Repository.create(store, options);
  const held = { fencingToken: 1, assertHeld: () => Promise.resolve() };
  for (const [id, names] of Object.entries({ gone: ['one'], s1: ['large', 'one'], s2: ['text', 'one', 'two'] })) {
    const writer = await repository.beginSnapshot({ id, ...held });
    for (const name of names) {
      const stream = writer.openStream(name, { kind: 'bytes' });
      await stream.write(streams[name]!);
      await stream.end(null);
    }
    await writer.commit(null);
    if (id === 'gone') {
      await repository.removeSnapshot(id);
      for (let i = 0; i < 2; i++) await repository.collectGarbage({ ...held, isAlive: () => false });
    }
  }
  return store;
}

type Damage = { at: number; other: number; place: number } & (
  { kind: 'flip'; bit: number } | { kind: 'cut' | 'drop' | 'swap' | 'splice' | 'extend' }
);

const place = { at: fc.nat(), other: fc.nat(), place: fc.double({ min: 0, max: 0.999, noNaN: true }) };
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), bit: fc.nat(7), ...place }),
  fc.record({ kind: fc.constantFrom('cut' as const, 'drop' as const, 'swap' as const), ...place }),
  fc.record({ kind: fc.constantFrom('splice' as const, 'extend' as const), ...place }),
);

/** Objects of one kind come first in each other's place: that is the damage that is hard to see. */
function apply(store: MemoryStore, one: Damage): void {
  const keys = store.keys().filter((key) => /^(chunks|snapshots)\//.test(key));
  const key = keys[one.at % keys.length] as string;
  const alike = keys.filter((other) => other.split('/')[0] === key.split('/')[0]);
  const otherKey = alike[one.other % alike.length] as string;
  const [bytes, other] = [store.objects.get(key)!, store.objects.get(otherKey)!];
  const at = Math.floor(one.place * bytes.length);
  switch (one.kind) {
    case 'flip':
      store.objects.set(key, Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ (1 << one.bit) : byte))));
      break;
    case 'cut':
      store.objects.set(key, bytes.subarray(0, at));
      break;
    case 'drop':
      store.objects.delete(key);
      break;
    case 'swap':
      store.objects.set(key, other).set(otherKey, bytes);
      break;
    case 'splice':
      store.objects.set(key, Buffer.concat([bytes.subarray(0, at), other.subarray(at)]));
      break;
    case 'extend':
      store.objects.set(key, Buffer.concat([bytes, other.subarray(0, at + 1)]));
      break;
  }
}

/** Reads a snapshot whole. @returns the code of the failure; every byte that was handed out before it was the true one */
async function read(repository: Repository, id: string): Promise<string | undefined> {
  try {
    const reader = await repository.readSnapshot(id);
    for (const { name } of reader.manifest.streams) {
      let at = 0;
      for await (const part of reader.read(name)) {
        expect(part.equals(streams[name]!.subarray(at, at + part.length))).toBe(true);
        at += part.length;
      }
      expect(at).toBe(streams[name]!.length);
    }
    return undefined;
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === undefined || !INTEGRITY.includes(code)) throw error;
    return code;
  }
}

describe.each([
  ['encrypted', encrypted],
  ['plain', plain],
])('A damaged repository, %s', (_, options) => {
  let made: MemoryStore;
  beforeAll(async () => {
    made = await make(options);
  });

  /** What a reader finds of each snapshot, which is what a check finds. */
  async function codesOf(store: MemoryStore): Promise<(string | undefined)[]> {
    const repository = await Repository.open(store, options);
    const { damaged } = await repository.check({ level: 'plaintext' });
    const codes: (string | undefined)[] = [];
    for (const id of ['s1', 's2']) {
      const code = await read(repository, id);
      codes.push(code);
      const found = damaged.filter(({ snapshotId }) => snapshotId === id).map((defect) => defect.code as string);
      // One whose COMMIT is gone is no snapshot.
      if (code === undefined || code === 'BACKUP_NOT_FOUND') expect(found).toEqual([]);
      else expect(found).toContain(code);
    }
    return codes;
  }

  it('gives true bytes or an integrity error, and a check finds what a reader finds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        const store = new MemoryStore(made);
        for (const one of damages) apply(store, one);
        await codesOf(store);
      }),
      { numRuns: 250 },
    );
  });

  it('tells by its code what is missing, and what is damaged', async () => {
    expect(await codesOf(made)).toEqual([undefined, undefined]);
    for (const key of made.keys().filter((name) => /^(chunks|snapshots)\//.test(name))) {
      const [missing, damaged] = key.startsWith('chunks/')
        ? ['CHUNK_MISSING', 'CHUNK_CORRUPT']
        : [key.endsWith('/COMMIT') ? 'BACKUP_NOT_FOUND' : 'MANIFEST_CORRUPT', 'MANIFEST_CORRUPT'];
      const store = new MemoryStore(made);
      const bytes = made.objects.get(key)!;
      store.objects.delete(key);
      expect(new Set(await codesOf(store))).toContain(missing);
      store.objects.set(key, bytes.subarray(0, bytes.length - 1));
      expect(new Set(await codesOf(store))).toContain(damaged);
    }
  });
});

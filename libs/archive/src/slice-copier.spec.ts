import { randomBytes } from 'node:crypto';
import { parseMasterKey } from './master-key.ts';
import { Repository } from './repository.ts';
import { MemoryStore, ProcessStore } from './simulated-store.ts';
import { chainsOf } from './slice-chain.ts';
import type { SliceLink, SliceTime } from './slice-types.ts';

const STREAM = 'set1';
const OPTIONS = {
  clusterId: 'a',
  encryption: 'aes-256-gcm',
  compression: 'zstd',
  workers: 1,
  masterKey: parseMasterKey(randomBytes(32).toString('base64')),
} as const;

const at = (t: number): SliceTime => ({ t, i: 1 });

/** A source and a replica of it, whose calls are counted. */
class Pair {
  calls = 0;
  /** Of the replica: the next call fails. */
  isAway = false;
  readonly source: Repository;
  readonly replica: Repository;
  private last: SliceLink | null = null;
  private time = 1;

  private constructor(source: Repository, replica: Repository) {
    this.source = source;
    this.replica = replica;
  }

  static async make(): Promise<Pair> {
    const made: { pair?: Pair } = {};
    // A listing of a thousand keys is several calls, as in a bucket.
    const count = (isReplica: boolean) => (): void => {
      if (!made.pair) return;
      made.pair.calls += 1;
      if (isReplica && made.pair.isAway) throw new Error('the store is away');
    };
    const source = await Repository.create(new ProcessStore(new MemoryStore(), count(false)), OPTIONS);
    const store = new ProcessStore(new MemoryStore(), count(true));
    return (made.pair = new Pair(source, await Repository.createReplica(store, source, OPTIONS)));
  }

  async append(): Promise<SliceLink> {
    const [from, to] = [at(this.time), at((this.time += 1))];
    const lease = { fencingToken: 1, assertHeld: () => Promise.resolve() };
    const options = { from, to, previous: this.last, documents: 1, meta: {}, ...lease };
    this.last = await this.source.slices(STREAM).append([Buffer.from(`entry ${to.t}`)], options);
    return this.last;
  }

  async counted(action: () => Promise<unknown>): Promise<number> {
    this.calls = 0;
    await action();
    return this.calls;
  }

  async close(): Promise<void> {
    await this.source.close();
    await this.replica.close();
  }
}

describe('a copier of slices', () => {
  let pair: Pair;

  beforeEach(async () => {
    pair = await Pair.make();
  });
  afterEach(() => pair.close());

  const expectSame = async (length: number): Promise<void> => {
    const [there, here] = await Promise.all([pair.replica, pair.source].map((one) => one.slices(STREAM).list()));
    expect(there).toEqual(here);
    expect(chainsOf(there ?? [])).toHaveLength(1);
    expect(there).toHaveLength(length);
    expect(await pair.replica.checkSlices()).toEqual({ slices: length, damaged: [] });
  };

  it('asks as much of the stores for one slice, however many there are', async () => {
    const copier = pair.source.sliceCopier(STREAM, pair.replica);
    const costs: { length: number; slice: number; comparison: number }[] = [];
    let length = 0;
    for (const wanted of [10, 1_000]) {
      for (; length < wanted; length += 1) await pair.append();
      const comparison = await pair.counted(() => pair.source.sliceCopier(STREAM, pair.replica).copy());
      await copier.copy();
      const stored = await pair.append();
      length += 1;
      costs.push({ length, slice: await pair.counted(() => copier.copy([stored])), comparison });
    }
    const [short, long] = costs;
    expect(long!.slice).toBe(short!.slice);
    expect(long!.comparison).toBeGreaterThan(10 * long!.slice);
  });

  it('compares first, and again after a failure: nothing that it was not told of is lacking', async () => {
    const copier = pair.source.sliceCopier(STREAM, pair.replica);
    await pair.append();
    const second = await pair.append();
    expect(await copier.copy([second])).toBe(2);
    pair.isAway = true;
    await expect(copier.copy([await pair.append()])).rejects.toThrow('away');
    pair.isAway = false;
    expect(await copier.copy([await pair.append()])).toBe(2);
    await expectSame(4);
  });

  it('brings gaps, and the data keys that slices need, along', async () => {
    const copier = pair.source.sliceCopier(STREAM, pair.replica);
    await copier.copy();
    for (const id of ['gap-1', 'gap-2']) {
      const gap = { id, from: at(1), to: at(1), reason: 'x', foundAt: '2026-01-01T00:00:00.000Z' };
      await pair.source.slices(STREAM).addGap(gap);
      await pair.source.rotateDataKey();
      expect(await copier.copy([await pair.append()])).toBe(1);
    }
    expect(await pair.replica.slices(STREAM).listGaps()).toHaveLength(2);
    await expectSame(2);
  });

  it('copies each once, whoever else does', async () => {
    const copiers = [1, 2].map(() => pair.source.sliceCopier(STREAM, pair.replica));
    const stored = [await pair.append(), await pair.append()];
    const copied = await Promise.all(copiers.map((copier) => copier.copy(stored)));
    expect(copied.reduce((sum, count) => sum + count)).toBe(2);
    expect(await copiers[0]!.copy(stored)).toBe(0);
    await expectSame(2);
  });
});

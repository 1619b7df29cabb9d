import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRepositoryPair, type RepositoryPair } from './replica.fixture.ts';
import type { Repository } from './repository.ts';
import { SLICE_KEYS } from './slice-format.ts';
import type { SliceLink, SliceTime } from './slice-types.ts';

const STREAM = 'set1';

describe('the check of gaps', () => {
  let pair: RepositoryPair;
  let folder: string;
  let source: Repository;
  let replica: Repository;

  beforeEach(async () => {
    pair = await createRepositoryPair();
    ({ folder, source, replica } = pair);
  });
  afterEach(() => pair.close());

  const at = (t: number, i = 1): SliceTime => ({ t, i });

  /** A chain of slices of one second each. */
  async function chain(from: number, to: number, i = 1): Promise<void> {
    let previous: SliceLink | null = null;
    for (let t = from; t < to; t += 1) {
      const options = { from: at(t, i), to: at(t + 1, i), previous, documents: 1, meta: null };
      const lease = { fencingToken: 1, assertHeld: () => Promise.resolve() };
      previous = await source.slices(STREAM).append([Buffer.from(`entry ${t}`)], { ...options, ...lease });
    }
  }

  const gap = (id: string, from: number, to: number, i = 1): Promise<boolean> =>
    source.slices(STREAM).addGap({ id, from: at(from, i), to: at(to), reason: 'rolled over', foundAt: 'now' });

  const fileOf = (id: string): string => join(folder, 'source', SLICE_KEYS.gap(STREAM, id));

  async function defects(): Promise<unknown> {
    return (await source.checkSlices()).damagedGaps;
  }

  const missing = (from: number, to: number): object => ({
    ...{ stream: STREAM, code: 'CHUNK_MISSING', from: at(from), to: at(to) },
  });

  it('finds nothing where every break is told of: by one record, by several, after a rollback, and none at a division', async () => {
    await chain(1, 4);
    await gap('gap-4', 4, 6);
    await gap('gap-6', 6, 9);
    await chain(9, 12);
    await gap('rolled-back', 11, 12, 2);
    await gap('restored', 10, 10);
    await chain(11, 14, 2);
    expect(await defects()).toBeUndefined();
    // As what is oldest goes: never more of a gap than of what is before it.
    await source.slices(STREAM).removeBefore(at(5));
    expect(await defects()).toBeUndefined();
  });

  it('finds a record that is damaged, one that is gone and a slice that is, and brings back what a replica has', async () => {
    await chain(1, 4);
    await gap('gap-4', 4, 6);
    await chain(6, 10);
    await gap('restored', 8, 8);
    await source.slices(STREAM).removeBefore(at(2));
    await chainCopied();
    await writeFile(fileOf('restored'), (await readFile(fileOf('restored'), 'utf8')).replace('"t":8', '"t":9'));
    const damaged = { stream: STREAM, code: 'MANIFEST_CORRUPT', id: 'restored' };
    expect(await defects()).toEqual([damaged]);
    await rm(fileOf('gap-4'));
    await rm(join(folder, 'source', SLICE_KEYS.slice(STREAM, { from: at(7), to: at(8) })));
    expect(await defects()).toEqual([damaged, missing(4, 6), missing(7, 8)]);
    expect((await source.repairSlices()).lostGaps).toEqual([damaged, missing(4, 6), missing(7, 8)]);
    expect(await source.repairSlices(replica)).toEqual({ repairedSlices: 1, lostSlices: [] });
    expect(await source.checkSlices()).toEqual({ slices: 6, damaged: [] });
    expect(await source.slices(STREAM).listGaps()).toEqual(await replica.slices(STREAM).listGaps());
  });

  /** The replica has what the source has now. */
  async function chainCopied(): Promise<void> {
    expect(await replica.repairSlices(source)).toMatchObject({ repairedSlices: 6 });
  }
});

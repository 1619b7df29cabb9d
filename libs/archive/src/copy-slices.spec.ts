import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { createRepositoryPair, REPLICA_OPTIONS, type RepositoryPair } from './replica.fixture.ts';
import { Repository } from './repository.ts';
import type { SliceLink, SliceTime } from './slice-types.ts';

const STREAM = 'set1';

describe('slices in a replica', () => {
  let pair: RepositoryPair;
  let folder: string;
  let source: Repository;
  let replica: Repository;

  beforeEach(async () => {
    pair = await createRepositoryPair();
    ({ folder, source, replica } = pair);
  });
  afterEach(() => pair.close());

  const at = (t: number): SliceTime => ({ t, i: 1 });

  async function append(count: number, first = 1, previous: SliceLink | null = null): Promise<SliceLink> {
    let last = previous;
    for (let t = first; t < first + count; t += 1) {
      const options = { from: at(t), to: at(t + 1), previous: last, documents: 1, meta: { t } };
      const lease = { fencingToken: 1, assertHeld: () => Promise.resolve() };
      last = await source.slices(STREAM).append([Buffer.from(`entry ${t}`)], { ...options, ...lease });
    }
    return last as SliceLink;
  }

  const fileOf = async (name: 'source' | 'replica', number: number): Promise<string> => {
    const names = (await readdir(join(folder, name, 'slices', STREAM))).filter((one) => one !== 'gaps').sort();
    return join(folder, name, 'slices', STREAM, names[number] ?? '');
  };

  it('are those of the source, byte by byte, with its gaps; further ones follow', async () => {
    const last = await append(3);
    await source
      .slices(STREAM)
      .addGap({ id: 'gap-1', from: at(9), to: at(10), reason: 'x', foundAt: '2026-01-01T00:00:00.000Z' });
    expect(await source.sliceCopier(STREAM, replica).copy()).toBe(3);
    expect(await source.sliceCopier(STREAM, replica).copy()).toBe(0);
    await source.rotateDataKey();
    await append(1, 4, last);
    expect(await source.sliceCopier(STREAM, replica).copy()).toBe(1);
    const read = async (log: ReturnType<Repository['slices']>): Promise<string[]> =>
      Promise.all((await log.list()).map(async (range) => (await log.read(range)).hash));
    expect(await read(replica.slices(STREAM))).toEqual(await read(source.slices(STREAM)));
    expect(await replica.slices(STREAM).listGaps()).toEqual(await source.slices(STREAM).listGaps());
    expect(await replica.checkSlices()).toEqual({ slices: 4, damaged: [] });
  });

  it('are all there but a damaged one, which is told, and follows once it is mended', async () => {
    await append(3);
    const damaged = await fileOf('source', 1);
    const bytes = await readFile(damaged);
    await writeFile(damaged, 'damaged');
    await expect(source.sliceCopier(STREAM, replica).copy()).rejects.toMatchObject({ code: 'CHUNK_CORRUPT' });
    expect((await replica.slices(STREAM).list()).map(({ from }) => from.t)).toEqual([1, 3]);
    await writeFile(damaged, bytes);
    expect(await source.sliceCopier(STREAM, replica).copy()).toBe(1);
    expect(await replica.checkSlices()).toEqual({ slices: 3, damaged: [] });
  });

  it('mend those of the source: damaged and missing ones, but none that have expired', async () => {
    await append(5);
    await source.sliceCopier(STREAM, replica).copy();
    await source.slices(STREAM).removeBefore(at(2));
    await writeFile(await fileOf('source', 1), 'damaged');
    await rm(await fileOf('source', 2));
    expect(await source.checkSlices()).toEqual({
      slices: 3,
      damaged: [{ stream: STREAM, from: at(3), to: at(4), code: 'CHUNK_CORRUPT' }],
      damagedGaps: [{ stream: STREAM, from: at(4), to: at(5), code: 'CHUNK_MISSING' }],
    });
    expect((await source.repairSlices()).lostSlices).toHaveLength(1);
    expect(await source.repairSlices(replica)).toEqual({ repairedSlices: 2, lostSlices: [] });
    expect(await source.checkSlices()).toEqual({ slices: 4, damaged: [] });
  });

  it('are all brought back where the source has none left; what is damaged in both is lost', async () => {
    await append(2);
    await source.sliceCopier(STREAM, replica).copy();
    await rm(join(folder, 'source', 'slices'), { recursive: true });
    expect(await source.repairSlices(replica)).toEqual({ repairedSlices: 2, lostSlices: [] });
    await writeFile(await fileOf('source', 0), 'damaged');
    await writeFile(await fileOf('replica', 0), 'damaged');
    expect((await source.repairSlices(replica)).lostSlices).toEqual([
      { stream: STREAM, from: at(1), to: at(2), code: 'CHUNK_CORRUPT' },
    ]);
  });

  it('are not copied into a repository with other keys', async () => {
    const other = await Repository.create(await FileObjectStore.open(join(folder, 'other')), REPLICA_OPTIONS);
    await append(1);
    await expect(source.sliceCopier(STREAM, other).copy()).rejects.toMatchObject({ code: 'REPOSITORY_MISMATCH' });
    await other.close();
  });
});

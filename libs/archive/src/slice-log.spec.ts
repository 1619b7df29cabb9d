import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { AppError } from '@lucid/core/app-error';
import { serialize } from 'bson';
import fc from 'fast-check';
import { parseMasterKey } from './master-key.ts';
import { Repository, type CreateOptions } from './repository.ts';
import { parseSliceKey, SLICE_KEYS } from './slice-format.ts';
import type { SliceLink, SliceOptions } from './slice-types.ts';

const encrypted: CreateOptions = {
  masterKey: parseMasterKey(randomBytes(32).toString('base64')),
  clusterId: 'cluster-a',
  encryption: 'aes-256-gcm',
  compression: 'zstd',
  workers: 1,
};
const plain: CreateOptions = { clusterId: 'cluster-a', encryption: 'none', compression: 'none', workers: 1 };
const STREAM = '65f0c0ffee';
const documents = Buffer.concat(
  Array.from({ length: 50 }, (_, n) => serialize({ _id: n, secret: 'the text that must not be seen' })),
);

let root: string;
let store: FileObjectStore;
let repository: Repository;

async function begin(options: CreateOptions): Promise<void> {
  root = await mkdtemp(join(tmpdir(), 'lucid-slices-'));
  store = await FileObjectStore.open(root);
  repository = await Repository.create(store, options);
}

beforeEach(() => begin(encrypted));
afterEach(async () => {
  await repository.close();
  await rm(root, { recursive: true, force: true });
});

function options(
  from: number,
  to: number,
  previous: SliceLink | null,
  changes: Partial<SliceOptions> = {},
): SliceOptions {
  return {
    from: { t: from, i: 0 },
    to: { t: to, i: 7 },
    previous,
    documents: 50,
    meta: { term: 3 },
    fencingToken: 5,
    assertHeld: () => Promise.resolve(),
    ...changes,
  };
}

async function chain(): Promise<SliceLink[]> {
  const log = repository.slices(STREAM);
  const first = await log.append([documents.subarray(0, 100), documents.subarray(100)], options(100, 160, null));
  const second = await log.append([], { ...options(0, 220, first, { documents: 0 }), from: first.to });
  return [first, second];
}

const fileOf = (range: Pick<SliceOptions, 'from' | 'to'>): string => join(root, SLICE_KEYS.slice(STREAM, range));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof AppError ? error.code : String(error);
}

describe('slices of a repository', () => {
  it.each([
    ['encrypted', encrypted],
    ['plain', plain],
  ])('come back as they were written, each with the name of the one before (%s)', async (_name, settings) => {
    await repository.close();
    await begin(settings);
    const [first, second] = await chain();
    const log = repository.slices(STREAM);
    expect(await log.list()).toEqual([first, second].map((one) => ({ from: one?.from, to: one?.to })));
    const slice = await log.read(first as SliceLink);
    expect(slice.bytes.equals(documents)).toBe(true);
    expect(slice.header).toMatchObject({
      previous: null,
      documents: 50,
      meta: { term: 3 },
      ownerEpoch: 1,
      fencingToken: 5,
    });
    const { header } = await log.read(second as SliceLink);
    expect(header.previous).toEqual({ from: first?.from, to: first?.to, hash: slice.hash });
    expect(await repository.listSliceStreams()).toEqual([STREAM]);
    expect(await repository.slices('another').list()).toEqual([]);
  });

  it.each([
    ['encrypted', encrypted],
    ['plain', plain],
  ])('of megabytes, which other threads seal, are no different (%s)', async (_name, settings) => {
    await repository.close();
    await begin(settings);
    const log = repository.slices(STREAM);
    const nothing = Buffer.alloc(0);
    const large = Array.from({ length: 40 }, () => randomBytes(100_000));
    const [whole, copy] = [Buffer.concat(large), large.map((part) => Buffer.from(part))];
    const first = await log.append(large, options(100, 160, null));
    const second = await log.append([documents], { ...options(0, 220, first), from: first.to });
    expect(large.every((part, n) => part.equals(copy[n] ?? nothing))).toBe(true);
    const slice = await log.read(first);
    expect(slice.bytes.equals(whole)).toBe(true);
    expect(slice).toMatchObject({ hash: first.hash, storedBytes: first.storedBytes, header: { documents: 50 } });
    expect((await log.read(second)).header.previous?.hash).toBe(slice.hash);
  });

  it('are unreadable without the key', async () => {
    const [first] = await chain();
    const stored = await readFile(fileOf(first as SliceLink));
    expect(stored.length).toBeLessThan(documents.length);
    expect(stored.includes('must not be seen')).toBe(false);
    expect(stored.includes('fencingToken')).toBe(false);
  });

  it('are refused when a bit is changed, cut off or put under another name', async () => {
    const [first, second] = (await chain()) as [SliceLink, SliceLink];
    const log = repository.slices(STREAM);
    const good = await readFile(fileOf(first));
    for (const at of [0, 5, 20, 26, 40, good.length - 1]) {
      const bad = Buffer.from(good);
      bad.writeUInt8(bad.readUInt8(at) ^ 1, at);
      await writeFile(fileOf(first), bad);
      expect(await codeOf(log.read(first))).toBe('CHUNK_CORRUPT');
    }
    await writeFile(fileOf(first), good.subarray(0, good.length - 1));
    expect(await codeOf(log.read(first))).toBe('CHUNK_CORRUPT');
    await copyFile(fileOf(second), fileOf(first));
    expect(await codeOf(log.read(first))).toBe('CHUNK_CORRUPT');
    await rm(fileOf(first));
    expect(await codeOf(log.read(first))).toBe('CHUNK_MISSING');
  });

  it('are written by the owner who holds the lease, and once', async () => {
    const log = repository.slices(STREAM);
    const lost = new AppError('LEASE_LOST', 'gone');
    expect(
      await codeOf(
        log.append(
          [documents.subarray(0, 100), documents.subarray(100)],
          options(1, 2, null, { assertHeld: () => Promise.reject(lost) }),
        ),
      ),
    ).toBe('LEASE_LOST');
    expect(await log.list()).toEqual([]);
    await log.append([documents.subarray(0, 100), documents.subarray(100)], options(1, 2, null));
    expect(await codeOf(log.append([documents.subarray(0, 100), documents.subarray(100)], options(1, 2, null)))).toBe(
      'LEASE_LOST',
    );
    const other = await Repository.open(store, { ...encrypted, clusterId: 'cluster-b' });
    const theirs = other.slices(STREAM);
    expect((await theirs.read({ from: { t: 1, i: 0 }, to: { t: 2, i: 7 } })).bytes.equals(documents)).toBe(true);
    expect(
      await codeOf(theirs.append([documents.subarray(0, 100), documents.subarray(100)], options(3, 4, null))),
    ).toBe('REPOSITORY_OWNED');
    expect(await codeOf(theirs.removeBefore({ t: 9, i: 0 }))).toBe('REPOSITORY_OWNED');
    await other.close();
  });

  it('expire from the oldest on, with the gaps that end there', async () => {
    const [first, second] = (await chain()) as [SliceLink, SliceLink];
    const log = repository.slices(STREAM);
    const gap = { from: { t: 1, i: 1 }, to: first.from, id: 'gap-1', reason: 'rolled over', foundAt: 'now' };
    const later = { ...gap, from: second.to, to: second.to, id: 'gap-2' };
    expect(await log.addGap(gap)).toBe(true);
    expect(await log.addGap({ ...gap, reason: 'said again' })).toBe(false);
    await log.addGap(later);
    expect(await log.listGaps()).toEqual([gap, later]);
    expect(await log.removeBefore({ ...first.to, i: first.to.i - 1 })).toBe(0);
    expect(await log.removeBefore(first.to)).toBe(1);
    expect(await log.list()).toEqual([{ from: second.from, to: second.to }]);
    expect(await log.listGaps()).toEqual([later]);
  });

  it('tell when the record of a gap was changed', async () => {
    const log = repository.slices(STREAM);
    await log.addGap({ from: { t: 1, i: 1 }, to: { t: 2, i: 1 }, id: 'gap-1', reason: 'rolled over', foundAt: 'now' });
    const file = join(root, SLICE_KEYS.gap(STREAM, 'gap-1'));
    await writeFile(file, (await readFile(file, 'utf8')).replace('"t":2', '"t":1'));
    expect(await codeOf(log.listGaps())).toBe('MANIFEST_CORRUPT');
  });

  it('have names that sort as their times do', () => {
    const time = fc.record({ t: fc.nat(0xffff_ffff), i: fc.nat(0xffff_ffff) });
    fc.assert(
      fc.property(time, time, (from, to) => {
        expect(parseSliceKey(STREAM, SLICE_KEYS.slice(STREAM, { from, to }))).toEqual({ from, to });
        const [a, b] = [SLICE_KEYS.slice(STREAM, { from, to }), SLICE_KEYS.slice(STREAM, { from: to, to })];
        expect(Math.sign(from.t - to.t || from.i - to.i)).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    expect(parseSliceKey(STREAM, SLICE_KEYS.gap(STREAM, 'x'))).toBeUndefined();
  });
});

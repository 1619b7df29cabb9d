import { webcrypto } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { sealFrame } from './frame-codec.ts';
import { dataKeyOf, HEADER_BYTES } from './frame-header.ts';
import type { RepositoryContext } from './repository-context.ts';
import { decodeRecord, encodeRecord } from './signed-record.ts';
import {
  bindingOf,
  compareSliceTimes,
  isSliceName,
  openSlice,
  packSlice,
  parseSliceKey,
  SLICE_KEYS,
} from './slice-format.ts';
import type {
  Slice,
  SliceGap,
  SliceHeader,
  SliceLink,
  SliceLog,
  SliceOptions,
  SliceRange,
  SliceTime,
} from './slice-types.ts';

type Context = Pick<RepositoryContext, 'repositoryId' | 'store' | 'chunks' | 'keys' | 'ring' | 'ownership' | 'clock'>;

/** Sealing as much takes a few milliseconds; more is sealed and hashed by other threads, while this one answers requests. */
const SEALED_HERE_BYTES = 512 * 1024;

const { subtle } = webcrypto;

/** The slices of one log in a repository's store. */
export class StoredSliceLog implements SliceLog {
  readonly stream: string;
  readonly #context: Context;

  constructor(context: Context, stream: string) {
    if (!isSliceName(stream)) {
      throw new AppError('VALIDATION_FAILED', 'The name of a stream has at most 80 characters of A-Z a-z 0-9 _ -.');
    }
    this.#context = context;
    this.stream = stream;
  }

  async append(parts: readonly Uint8Array[], options: SliceOptions): Promise<SliceLink & { storedBytes: number }> {
    const { store, ownership, repositoryId, clock } = this.#context;
    const { from, to, previous, documents, meta, fencingToken, assertHeld } = options;
    if (compareSliceTimes(from, to) >= 0) throw new RangeError('a slice ends after its start');
    if (previous && compareSliceTimes(previous.to, from) !== 0)
      throw new RangeError('a slice begins where its predecessor ends');
    const { epoch: ownerEpoch } = await ownership.assertOwn();
    const header: SliceHeader = {
      from,
      to,
      previous: previous && { from: previous.from, to: previous.to, hash: previous.hash },
      documents,
      meta,
      ownerEpoch,
      fencingToken,
      createdAt: clock.now().toISOString(),
    };
    const key = SLICE_KEYS.slice(this.stream, options);
    const frame = await this.#seal(key, packSlice(repositoryId, key, header, parts));
    const hash = Buffer.from(await subtle.digest('SHA-256', frame)).toString('hex');
    await assertHeld();
    if (!(await store.putIfAbsent(key, frame)))
      throw new AppError('LEASE_LOST', `The oplog slice ${key} was stored by another worker.`);
    await store.flush();
    return { from, to, hash, storedBytes: frame.length };
  }

  #seal(key: string, plain: Buffer): Buffer | Promise<Buffer> {
    const { chunks, keys } = this.#context;
    if (plain.length > SEALED_HERE_BYTES) return chunks.seal('slice', bindingOf(key), plain);
    return sealFrame(keys, 'slice', bindingOf(key), plain);
  }

  async list(): Promise<SliceRange[]> {
    const ranges: SliceRange[] = [];
    for await (const key of this.#context.store.list(SLICE_KEYS.stream(this.stream))) {
      const range = parseSliceKey(this.stream, key);
      if (range) ranges.push(range);
    }
    return ranges.sort((a, b) => compareSliceTimes(a.from, b.from) || compareSliceTimes(a.to, b.to));
  }

  async read(range: SliceRange): Promise<Slice> {
    const { store, ring, repositoryId } = this.#context;
    const key = SLICE_KEYS.slice(this.stream, range);
    const frame = await store.get(key);
    if (!frame) throw new AppError('CHUNK_MISSING', `The oplog slice ${key} is not in the repository.`);
    // Another process may have added the data key since this one read them.
    if (frame.length >= HEADER_BYTES) await ring.expect(dataKeyOf(frame));
    return openSlice(ring.keys, repositoryId, key, frame);
  }

  async addGap(gap: SliceGap): Promise<boolean> {
    const { store, keys, ownership } = this.#context;
    if (!isSliceName(gap.id)) throw new RangeError('not the id of a gap');
    await ownership.assertOwn();
    const key = SLICE_KEYS.gap(this.stream, gap.id);
    const { id, from, to, reason, foundAt } = gap;
    const isNew = await store.putIfAbsent(key, encodeRecord(keys.authKey, key, { id, from, to, reason, foundAt }));
    await store.flush();
    return isNew;
  }

  async listGaps(): Promise<SliceGap[]> {
    const gaps: SliceGap[] = [];
    for await (const key of this.#context.store.list(SLICE_KEYS.gaps(this.stream))) {
      const gap = await this.#readGap(key);
      if (gap) gaps.push(gap);
    }
    return gaps.sort((a, b) => compareSliceTimes(a.from, b.from) || compareSliceTimes(a.to, b.to));
  }

  async removeBefore(time: SliceTime): Promise<number> {
    const { store, ownership } = this.#context;
    await ownership.assertOwn();
    let removed = 0;
    for (const range of await this.list()) {
      if (compareSliceTimes(range.to, time) > 0) continue;
      await store.remove(SLICE_KEYS.slice(this.stream, range));
      removed += 1;
    }
    await store.flush();
    for (const gap of await this.listGaps()) {
      if (compareSliceTimes(gap.to, time) <= 0) await store.remove(SLICE_KEYS.gap(this.stream, gap.id));
    }
    await store.flush();
    return removed;
  }

  /** Undefined where it was removed meanwhile. */
  async #readGap(key: string): Promise<SliceGap | undefined> {
    const { store, keys } = this.#context;
    const bytes = await store.get(key);
    if (!bytes) return undefined;
    const gap = decodeRecord(keys.authKey, key, bytes) as SliceGap | undefined;
    if (gap) return gap;
    throw new AppError('MANIFEST_CORRUPT', `The record ${key} is not what was written.`);
  }
}

/** The streams that have slices or gaps, sorted. */
export async function listSliceStreams(store: ObjectStore): Promise<string[]> {
  const streams = new Set<string>();
  for await (const key of store.list(SLICE_KEYS.all)) streams.add(key.split('/')[1] ?? '');
  return [...streams].filter(isSliceName).sort();
}

import { AppError } from '@lucid/core/app-error';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { ChunkMemory } from './chunk-memory.ts';
import type { ChunkPool } from './chunk-pool.ts';
import { bytesOf, pieceOf, type ChunkAnswer, type Piece } from './chunk-task.ts';
import { ChunkInventory } from './chunk-inventory.ts';
import { CHUNK_LIMIT_BYTES, KEYS } from './format.ts';
import type { KeyRing } from './key-ring.ts';
import { KnownChunks } from './known-chunks.ts';
import { HEADER_BYTES, dataKeyOf, type FrameKind } from './frame-header.ts';
import type { ChunkRef } from './manifest.ts';
import { SignalledStore } from './signalled-store.ts';
import { Slots } from './slots.ts';

/** Chunks between plaintext and store, in the whole repository: about 3 MiB each. More were no faster on two cores. */
const IN_FLIGHT = 4;
/** A chunk larger than that, of large documents, counts for several. */
const SLOT_BYTES = 4 * 1024 * 1024;

/** More than header and tag. */
const FRAME_EXTRA_BYTES = 64;

export interface StoredChunk {
  readonly id: Uint8Array;
  readonly plainBytes: number;
  /** Bytes written; 0 where the chunk was there. */
  readonly storedBytes: number;
  /** The copy that the snapshot relies on. */
  readonly copy: number;
}

/** What a writer knows: which chunks it may rely on (id → copy), and as which copy it stores new ones. */
export interface ChunkTarget {
  readonly known: KnownChunks;
  readonly generation: number;
}

/** What all who write chunks of one repository share. */
class Traffic {
  readonly memory = new ChunkMemory();
  readonly slots = new Slots(IN_FLIGHT);
  /** Stored over plain size of the last chunk: how much memory the next frame may need. */
  ratio = 0.5;
  /** Chunks that are being stored now, by key: a twin waits instead of being sealed too. */
  readonly pending = new Map<string, Promise<number>>();
}

/** Writes and reads chunks of one repository. */
export class ChunkStore {
  readonly #store: ObjectStore;
  readonly #pool: ChunkPool;
  readonly #ring: KeyRing;
  readonly #traffic: Traffic;

  constructor(store: ObjectStore, pool: ChunkPool, ring: KeyRing, traffic = new Traffic()) {
    this.#store = store;
    this.#pool = pool;
    this.#ring = ring;
    this.#traffic = traffic;
  }

  get memory(): ChunkMemory {
    return this.#traffic.memory;
  }

  /** The same chunks and the same limits, where every call on the store ends with the signal. */
  under(signal: AbortSignal | undefined): ChunkStore {
    if (!signal) return this;
    return new ChunkStore(SignalledStore.of(this.#store, signal), this.#pool, this.#ring, this.#traffic);
  }

  /**
   * Which chunks a new snapshot may rely on, id → copy, from one listing: all but what is condemned. `flush` then makes
   * durable what a killed writer left.
   */
  async listKnown(condemned?: KnownChunks): Promise<KnownChunks> {
    const { newest } = await ChunkInventory.list(this.#store);
    if (!condemned || condemned.size === 0) return newest;
    const known = new KnownChunks();
    for (const [id, copy] of newest) if (copy > (condemned.get(id) ?? -1)) known.set(id, copy);
    return known;
  }

  /** Waits for room, then stores in the background: the promise *inside* the answer settles when the chunk is stored. */
  async put(plain: Piece, target: ChunkTarget): Promise<{ stored: Promise<StoredChunk> }> {
    const weight = Math.max(1, Math.ceil(plain.length / SLOT_BYTES));
    await this.#traffic.slots.acquire(weight);
    const stored = this.#put(plain, target).finally(() => this.#traffic.slots.release(weight));
    stored.catch(() => undefined);
    return { stored };
  }

  /** The verified plaintext of a chunk, in memory of its own. @throws AppError CHUNK_MISSING, CHUNK_CORRUPT */
  async get(ref: ChunkRef): Promise<Buffer> {
    return this.#read(ref, async (frame) => {
      const { plain } = await this.#open(ref, frame);
      return plain ? bytesOf(plain) : Buffer.alloc(0);
    });
  }

  /**
   * The same in memory that is used again: hand it back with `giveBack` when nobody reads it any more, or leave it to the garbage
   * collector. @throws AppError CHUNK_MISSING, CHUNK_CORRUPT
   */
  async borrow(ref: ChunkRef): Promise<Buffer> {
    return this.#read(ref, async (frame) => {
      const { plain } = await this.#open(ref, frame, this.memory.take(ref.plainBytes));
      return plain ? bytesOf(plain) : Buffer.alloc(0);
    });
  }

  giveBack(borrowed: Buffer): void {
    this.memory.give(borrowed.buffer);
  }

  /** Reads a chunk without handing it out. @returns its stored bytes @throws AppError CHUNK_MISSING, CHUNK_CORRUPT */
  async check(ref: ChunkRef, op: 'check' | 'open'): Promise<number> {
    return this.#read(ref, async (frame) => {
      const { length } = frame;
      if (op === 'open') await this.#open(ref, frame);
      else await this.#pool.run({ op, frame: pieceOf(frame), ...sizeOf(ref) });
      return length;
    });
  }

  /**
   * Stores a sealed frame as it is, for a copy between repositories with the same keys.
   * @returns bytes written; 0 where it was there
   */
  async putFrame(id: Uint8Array, frame: Buffer, { known, generation }: ChunkTarget): Promise<number> {
    const isNew = await this.#store.putIfAbsent(KEYS.chunk(hexOf(id), generation), frame);
    known.set(id, generation);
    return isNew ? frame.length : 0;
  }

  /** A chunk's frame after it was checked, in memory of its own. @throws AppError CHUNK_MISSING, CHUNK_CORRUPT */
  async getFrame(ref: ChunkRef, op: 'check' | 'open' = 'check'): Promise<Buffer> {
    return this.#read(ref, async (frame) => {
      const own = Buffer.from(frame);
      await this.#pool.run({ op, frame: pieceOf(frame), ...sizeOf(ref) });
      return own;
    });
  }

  /**
   * Seals what is no chunk in a thread of the pool.
   * @param plain memory of its own, which must not be touched again
   * @param binding 32 bytes that tie it to its place
   */
  async seal(kind: FrameKind, binding: Uint8Array, plain: Buffer): Promise<Buffer> {
    const { frame } = await this.#pool.run({ op: 'seal', kind, id: binding, plain: pieceOf(plain) });
    if (!frame) throw new Error('the worker answered without a frame');
    return bytesOf(frame);
  }

  #open(ref: ChunkRef, frame: Buffer, memory?: ArrayBufferLike): Promise<ChunkAnswer> {
    return this.#pool.run({ op: 'open', frame: pieceOf(frame), ...sizeOf(ref), ...(memory && { memory }) });
  }

  async #put(plain: Piece, { known, generation }: ChunkTarget): Promise<StoredChunk> {
    const plainBytes = plain.length;
    const { id, plain: back } = await this.#pool.run({ op: 'hash', plain });
    if (!id || !back) throw new Error('the worker answered without an id');
    const key = KEYS.chunk(hexOf(id), generation);
    const copy = known.get(id);
    const twin = copy === undefined ? this.#traffic.pending.get(key) : undefined;
    // A twin that failed, because its own snapshot was cancelled for example, is no reason for this one to fail.
    if (copy !== undefined || (twin && (await twin.then(isDone, isNotDone)))) {
      this.memory.give(back.buffer);
      known.add(id, generation);
      return { id, plainBytes, storedBytes: 0, copy: copy ?? generation };
    }
    const writing = this.#seal(id, key, back);
    this.#traffic.pending.set(key, writing);
    try {
      const storedBytes = await writing;
      known.add(id, generation);
      return { id, plainBytes, storedBytes, copy: generation };
    } finally {
      this.#traffic.pending.delete(key);
    }
  }

  async #seal(id: Uint8Array, key: string, plain: Piece): Promise<number> {
    const plainBytes = plain.length;
    const memory = this.memory.take(Math.min(1, this.#traffic.ratio * 1.25) * plainBytes + FRAME_EXTRA_BYTES);
    const sealed = await this.#pool.run({ op: 'seal', plain, id, memory });
    if (!sealed.frame || !sealed.plain) throw new Error('the worker answered without a frame');
    this.memory.give(sealed.plain.buffer);
    const frame = bytesOf(sealed.frame);
    this.#traffic.ratio = frame.length / (plainBytes || 1);
    const isNew = await this.#store.putIfAbsent(key, frame);
    // "It is there" may be answered before the whole body was sent: the socket then still reads this memory, which must not hold a plaintext next.
    if (!isNew) return 0;
    this.memory.give(sealed.frame.buffer);
    return frame.length;
  }

  /** Tries the copy that the manifest names, then the others: a collection or a repair may have left another one. */
  async #read<T>(ref: ChunkRef, use: (frame: Buffer) => Promise<T>): Promise<T> {
    const name = hexOf(ref.id);
    const named = KEYS.chunk(name, ref.copy);
    const first = await this.#try(named, ref.plainBytes, use);
    if ('value' in first) return first.value;
    let { failure } = first;
    for await (const key of this.#store.list(KEYS.copies(name))) {
      const other = key === named ? {} : await this.#try(key, ref.plainBytes, use);
      if ('value' in other) return other.value;
      failure ??= other.failure;
    }
    throw failure
      ? new AppError(failure.code, `Chunk ${name} is not what was stored.`, { cause: failure.cause })
      : new AppError('CHUNK_MISSING', `Chunk ${name} is not in the repository.`);
  }

  /** The frame lies in memory that is used again as soon as `use` has ended, also badly: a thread that answers, or died, has let go of it. */
  async #try<T>(
    key: string,
    plainBytes: number,
    use: (frame: Buffer) => Promise<T>,
  ): Promise<{ value: T } | { failure?: AppError }> {
    const memory = this.memory.take(plainBytes + FRAME_EXTRA_BYTES);
    const into = new Uint8Array(memory);
    const frame = await this.#store.get(key, { offset: 0, length: CHUNK_LIMIT_BYTES * 2, into });
    try {
      if (!frame) return {};
      if (frame.length >= HEADER_BYTES) await this.#ring.expect(dataKeyOf(frame));
      return { value: await use(frame) };
    } catch (error) {
      if (error instanceof AppError && error.code === 'CHUNK_CORRUPT') return { failure: error };
      throw error;
    } finally {
      this.memory.give(memory);
    }
  }
}

function sizeOf({ id, plainBytes }: ChunkRef): Pick<ChunkRef, 'id' | 'plainBytes'> {
  return { id, plainBytes };
}

function hexOf(id: Uint8Array): string {
  return Buffer.from(id).toString('hex');
}

const isDone = (): boolean => true;
const isNotDone = (): boolean => false;

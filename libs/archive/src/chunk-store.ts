import { AppError } from '@lucid/core/app-error';
import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { ChunkMemory } from './chunk-memory.ts';
import type { ChunkPool } from './chunk-pool.ts';
import { bytesOf, pieceOf, type ChunkAnswer, type Piece } from './chunk-task.ts';
import { CHUNK_LIMIT_BYTES, KEYS } from './format.ts';
import { KnownChunks } from './known-chunks.ts';
import type { ChunkRef } from './manifest.ts';
import { Slots } from './slots.ts';

/** Chunks between plaintext and store, in the whole repository: about 3 MiB each. */
const IN_FLIGHT = 6;

/** More than header and tag. */
const FRAME_EXTRA_BYTES = 64;

export interface StoredChunk {
  readonly id: Uint8Array;
  readonly plainBytes: number;
  /** Bytes written; 0 where the chunk was there. */
  readonly storedBytes: number;
}

/** Writes and reads chunks of one repository. */
export class ChunkStore {
  readonly memory = new ChunkMemory();
  readonly #store: ObjectStore;
  readonly #pool: ChunkPool;
  readonly #slots = new Slots(IN_FLIGHT);
  /** Stored over plain size of the last chunk: how much memory the next frame may need. */
  #ratio = 0.5;
  /** Chunks that are being stored now, by id: a twin waits instead of being sealed too. */
  readonly #pending = new Map<string, Promise<number>>();

  constructor(store: ObjectStore, pool: ChunkPool) {
    this.#store = store;
    this.#pool = pool;
  }

  /** Which chunks there are, from one listing; `flush` then makes durable what a killed writer left. */
  async listKnown(): Promise<KnownChunks> {
    const known = new KnownChunks();
    for await (const key of this.#store.list(KEYS.chunks)) {
      const id = Buffer.from(key.slice(key.lastIndexOf('/') + 1), 'hex');
      if (id.length === 32) known.add(id);
    }
    return known;
  }

  /** Waits for room, then stores in the background: the promise *inside* the answer settles when the chunk is stored. */
  async put(plain: Piece, known: KnownChunks): Promise<{ stored: Promise<StoredChunk> }> {
    await this.#slots.acquire();
    const stored = this.#put(plain, known).finally(() => this.#slots.release());
    stored.catch(() => undefined);
    return { stored };
  }

  /** The verified plaintext of a chunk, in memory of its own. @throws AppError CHUNK_MISSING, CHUNK_CORRUPT */
  async get(ref: ChunkRef): Promise<Buffer> {
    const { plain } = await this.#read(ref, 'open');
    return plain ? bytesOf(plain) : Buffer.alloc(0);
  }

  /** Reads a chunk without handing it out. @returns its stored bytes @throws AppError CHUNK_MISSING, CHUNK_CORRUPT */
  async check(ref: ChunkRef, op: 'check' | 'open'): Promise<number> {
    return (await this.#read(ref, op)).storedBytes;
  }

  async #put(plain: Piece, known: KnownChunks): Promise<StoredChunk> {
    const plainBytes = plain.length;
    const { id, plain: back } = await this.#pool.run({ op: 'hash', plain });
    if (!id || !back) throw new Error('the worker answered without an id');
    const name = Buffer.from(id).toString('hex');
    const twin = this.#pending.get(name);
    if (twin || known.has(id)) {
      this.memory.give(back.buffer);
      await twin;
      known.add(id);
      return { id, plainBytes, storedBytes: 0 };
    }
    const writing = this.#seal(id, name, back);
    this.#pending.set(name, writing);
    try {
      const storedBytes = await writing;
      known.add(id);
      return { id, plainBytes, storedBytes };
    } finally {
      this.#pending.delete(name);
    }
  }

  async #seal(id: Uint8Array, name: string, plain: Piece): Promise<number> {
    const plainBytes = plain.length;
    const memory = this.memory.take(Math.min(1, this.#ratio * 1.25) * plainBytes + FRAME_EXTRA_BYTES);
    const sealed = await this.#pool.run({ op: 'seal', plain, id, memory });
    if (!sealed.frame || !sealed.plain) throw new Error('the worker answered without a frame');
    this.memory.give(sealed.plain.buffer);
    const frame = bytesOf(sealed.frame);
    this.#ratio = frame.length / (plainBytes || 1);
    const isNew = await this.#store.putIfAbsent(KEYS.chunk(name), frame);
    this.memory.give(sealed.frame.buffer);
    return isNew ? frame.length : 0;
  }

  async #read({ id, plainBytes }: ChunkRef, op: 'check' | 'open'): Promise<ChunkAnswer & { storedBytes: number }> {
    const name = Buffer.from(id).toString('hex');
    const frame = await this.#store.get(KEYS.chunk(name), { offset: 0, length: CHUNK_LIMIT_BYTES * 2 });
    if (!frame) throw new AppError('CHUNK_MISSING', `Chunk ${name} is not in the repository.`);
    const storedBytes = frame.length;
    try {
      return { ...(await this.#pool.run({ op, frame: pieceOf(frame), id, plainBytes })), storedBytes };
    } catch (error) {
      throw error instanceof AppError
        ? new AppError(error.code, `Chunk ${name} is not what was stored.`, { cause: error.cause })
        : error;
    }
  }
}

import { ChunkBuffer, type ChunkMemory } from './chunk-memory.ts';
import type { Piece } from './chunk-task.ts';
import { hash32 } from './cutter.ts';
import type { ChunkerParams } from './format.ts';
import type { StoredChunk } from './chunk-store.ts';

/** A chunk that small streams share. */
export interface Pack {
  stored?: StoredChunk;
}

export interface PackPlace {
  readonly pack: Pack;
  readonly offset: number;
}

interface Small {
  readonly name: string;
  readonly bytes: Buffer;
  readonly place: (place: PackPlace) => void;
}

/** Small streams may wait for an earlier one that is slow; beyond this they go on without it. */
const WAITING_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * Puts small streams together, in the order in which streams were *opened*, whatever ends first: an unchanged database so
 * gives the same packs again. A pack ends where a hash of the last stream's name says so; a changed stream changes one pack.
 * It also ends where another group begins (`groupOf`): a database gives the same packs alone as among others.
 */
export class PackWriter {
  readonly #params: ChunkerParams;
  readonly #seed: number;
  readonly #buffer: ChunkBuffer;
  readonly #put: (plain: Piece, pack: Pack) => Promise<void>;
  #pack: Pack = {};
  #group = '';
  #opened = 0;
  #next = 0;
  readonly #large = new Set<number>();
  readonly #small = new Map<number, Small>();
  /** Turns that were packed before their time. */
  readonly #passed = new Set<number>();
  #waitingBytes = 0;

  /** @param put stores a finished pack and fills in `pack.stored`; resolves when there is room for the next */
  constructor(
    params: ChunkerParams,
    seed: number,
    memory: ChunkMemory,
    put: (plain: Piece, pack: Pack) => Promise<void>,
  ) {
    this.#params = params;
    this.#seed = seed;
    this.#buffer = new ChunkBuffer(memory);
    this.#put = put;
  }

  /** Takes a number in the order of streams; it must come back by `isLarge` or `addSmall`. */
  open(): number {
    return this.#opened++;
  }

  isLarge(turn: number): Promise<void> {
    if (turn >= this.#next) this.#large.add(turn);
    return this.#advance();
  }

  /** @param place is told where the bytes are, at the latest when `finish` has resolved */
  addSmall(turn: number, small: Small): Promise<void> {
    this.#small.set(turn, small);
    this.#waitingBytes += small.bytes.length;
    return this.#advance();
  }

  /** Stores what is left; every turn must have come back. */
  async finish(): Promise<void> {
    await this.#advance();
    await this.#flush();
  }

  async #advance(): Promise<void> {
    for (;;) {
      if (this.#large.delete(this.#next)) this.#next++;
      else if (this.#small.has(this.#next)) await this.#append(this.#next++);
      else if (this.#waitingBytes > WAITING_LIMIT_BYTES) await this.#append(Math.min(...this.#small.keys()));
      else if (this.#next < this.#opened && this.#passed.delete(this.#next)) this.#next++;
      else return;
    }
  }

  async #append(turn: number): Promise<void> {
    const small = this.#small.get(turn) as Small;
    this.#small.delete(turn);
    if (turn >= this.#next) this.#passed.add(turn);
    this.#waitingBytes -= small.bytes.length;
    const { length } = small.bytes;
    const { minBytes, averageBytes, maxBytes } = this.#params;
    // Everything up to the last line happens at once, so that streams ending together cannot change the order.
    const writes: Promise<void>[] = [];
    const group = groupOf(small.name);
    if (group !== this.#group || this.#buffer.length + length > maxBytes) writes.push(this.#flush());
    this.#group = group;
    small.place({ pack: this.#pack, offset: this.#buffer.length });
    this.#buffer.append(small.bytes);
    const name = Buffer.from(small.name);
    const threshold = (length * 2 ** 32) / Math.max(1, averageBytes - minBytes);
    if (this.#buffer.length >= minBytes && hash32(name, 0, name.length, this.#seed) < threshold)
      writes.push(this.#flush());
    await Promise.all(writes);
  }

  async #flush(): Promise<void> {
    if (this.#buffer.length === 0) return;
    const pack = this.#pack;
    this.#pack = {};
    await this.#put(this.#buffer.takePiece(), pack);
  }
}

/** The first two parts of a stream's name, without its last: `mongodb/shop` of `mongodb/shop/orders`. */
export function groupOf(name: string): string {
  return name.split('/').slice(0, -1).slice(0, 2).join('/');
}

import type { ObjectStore } from '@lucid/clients/object-store/object-store';
import { KEYS, parseChunkKey } from './format.ts';
import { KnownChunks } from './known-chunks.ts';

/** Every chunk object of a repository, from one listing. A chunk may lie there in several copies after a collection. */
export class ChunkInventory {
  /** Id → highest copy. */
  readonly newest = new KnownChunks();
  /** Lower copies of the few chunks that have more than one, by id in hex. */
  readonly #older = new Map<string, number[]>();
  #objects = 0;

  /** @param onObject called for each object found */
  static async list(store: ObjectStore, signal?: AbortSignal, onObject?: () => void): Promise<ChunkInventory> {
    const inventory = new ChunkInventory();
    for await (const key of store.list(KEYS.chunks)) {
      signal?.throwIfAborted();
      const chunk = parseChunkKey(key);
      if (!chunk) continue;
      inventory.#add(chunk.id, chunk.copy);
      onObject?.();
    }
    return inventory;
  }

  /** Chunk objects, all copies counted. */
  get objects(): number {
    return this.#objects;
  }

  has(id: Uint8Array): boolean {
    return this.newest.has(id);
  }

  /** The copies of a chunk, in no order. */
  copies(id: Uint8Array): number[] {
    const newest = this.newest.get(id);
    if (newest === undefined) return [];
    return this.#older.size === 0 ? [newest] : [newest, ...(this.#older.get(Buffer.from(id).toString('hex')) ?? [])];
  }

  #add(id: Buffer, copy: number): void {
    this.#objects++;
    const before = this.newest.get(id);
    if (before === undefined) return this.newest.set(id, copy);
    const name = id.toString('hex');
    this.#older.set(name, [...(this.#older.get(name) ?? []), Math.min(before, copy)]);
    this.newest.set(id, Math.max(before, copy));
  }
}

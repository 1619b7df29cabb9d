import { compareShardKeys, ShardKey, type ShardKeyValue } from './shard-key.ts';

/** Where a chunk begins (BSON with the fields of the shard key), and the shard that owns it until the next one begins. */
export interface ChunkStart {
  readonly min: Buffer;
  readonly shard: string;
}

/** Which shard owns which documents of a collection, by the ranges of its chunks. */
export class ChunkRanges {
  readonly key: ShardKey;
  private readonly chunks: readonly { readonly min: ShardKeyValue; readonly shard: string }[];

  /**
   * @param pattern the shard key as BSON
   * @param chunks in any order; the ranges of a collection follow each other without a gap, so where one begins is enough
   * @throws RangeError where there are none, or they are of another key
   */
  constructor(pattern: Buffer, chunks: readonly ChunkStart[]) {
    this.key = new ShardKey(pattern);
    this.chunks = chunks
      .map(({ min, shard }) => ({ min: this.key.boundOf(min), shard }))
      .sort((a, b) => compareShardKeys(a.min, b.min));
    if (this.chunks.length === 0) throw new RangeError('A sharded collection has no chunks.');
  }

  /** Undefined: none of them owns it. @throws RangeError */
  ownerOf(document: Buffer): string | undefined {
    const value = this.key.valueOf(document);
    if (!value) return undefined;
    let [low, high] = [0, this.chunks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = this.chunks[middle];
      if (chunk && compareShardKeys(chunk.min, value) <= 0) low = middle + 1;
      else high = middle;
    }
    return this.chunks[low - 1]?.shard;
  }
}

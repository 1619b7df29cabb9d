import { compareShardKeys, type ShardKey, type ShardKeyValue } from '@lucid/clients/mongodb/sharding/shard-key';
import { bsonDocument, bsonElement } from '../oplog-bson.ts';

const MOST_SAMPLES = 8_192;

/** Shard keys of every so-manieth document, as many as fit; the more documents, the fewer of them are taken. */
export class KeySample {
  private values: ShardKeyValue[] = [];
  private every = 1;
  private seen = 0;

  constructor(private readonly key: ShardKey) {}

  add(document: Buffer): void {
    this.seen += 1;
    if (this.seen % this.every !== 0) return;
    const value = this.key.valueOf(document);
    // Copied, since it would hold the whole chunk of the backup that it lies in.
    if (value) this.values.push(value.map((one) => ({ type: one.type, value: Buffer.from(one.value) })));
    if (this.values.length < MOST_SAMPLES) return;
    this.values = this.values.filter((_, at) => at % 2 === 1);
    this.every *= 2;
  }

  /**
   * Bounds between `ranges` ranges with about as many documents each, as BSON, in order. Fewer where there are not so many
   * different keys.
   */
  splitPoints(ranges: number): Buffer[] {
    const sorted = [...this.values].sort(compareShardKeys);
    const points: ShardKeyValue[] = [];
    for (let range = 1; range < ranges; range += 1) {
      const point = sorted[Math.floor((sorted.length * range) / ranges)];
      const last = points.at(-1) ?? sorted[0];
      if (point && last && compareShardKeys(point, last) > 0) points.push(point);
    }
    return points.map((point) => this.boundOf(point));
  }

  private boundOf(value: ShardKeyValue): Buffer {
    const { names } = this.key;
    return bsonDocument(value.map((one, at) => bsonElement(one.type, names[at] ?? '', one.value)));
  }
}

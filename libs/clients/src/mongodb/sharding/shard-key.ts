import { elementsOf } from '../wire/bson-walk.ts';
import { type BsonValue, compareBson } from './bson-order.ts';
import { hashedValue } from './shard-key-hash.ts';

const NULL: BsonValue = { type: 0x0a, value: Buffer.alloc(0) };
const DOCUMENT = 0x03;
const ARRAY = 0x04;
const STRING = 0x02;

/** A place among the documents of a sharded collection: the values of its shard key, hashed where the key is. */
export type ShardKeyValue = readonly BsonValue[];

/** The shard key of a collection, such as `{customer: 1, 'order.id': 'hashed'}`, over documents as bytes. */
export class ShardKey {
  private readonly fields: readonly { readonly path: readonly string[]; readonly isHashed: boolean }[];

  /** @param pattern BSON. @throws RangeError */
  constructor(pattern: Buffer) {
    this.fields = [...elementsOf(pattern, 0, pattern.length)].map(({ name, type }) => ({
      path: name.split('.'),
      isHashed: type === STRING,
    }));
  }

  /** As `config.chunks` names them, such as `order.id`. */
  get names(): string[] {
    return this.fields.map(({ path }) => path.join('.'));
  }

  /** Does it begin with a hash? Then the server spreads an empty collection over all shards by itself. */
  get beginsHashed(): boolean {
    return this.fields[0]?.isHashed === true;
  }

  /** Undefined: an array stands in the way, so no shard may own the document. A missing field counts as null. @throws RangeError */
  valueOf(document: Buffer): ShardKeyValue | undefined {
    const values: BsonValue[] = [];
    for (const { path, isHashed } of this.fields) {
      const found = valueAt(document, path);
      if (found.type === ARRAY) return undefined;
      values.push(isHashed ? hashedValue(found) : found);
    }
    return values;
  }

  /** A bound of a chunk: BSON with the fields of the key, hashes as numbers. @throws RangeError where it has others */
  boundOf(bound: Buffer): ShardKeyValue {
    const elements = [...elementsOf(bound, 0, bound.length)];
    const isOfKey = elements.length === this.fields.length;
    if (!isOfKey || elements.some(({ name }, at) => name !== this.names[at]))
      throw new RangeError('The bound of a chunk has other fields than the shard key.');
    return elements.map(({ type, start, end }) => ({ type, value: bound.subarray(start, end) }));
  }
}

/** @returns an array where one is met on the way */
function valueAt(document: Buffer, path: readonly string[]): BsonValue {
  let current: BsonValue = { type: DOCUMENT, value: document };
  for (const name of path) {
    if (current.type !== DOCUMENT) return current.type === ARRAY ? current : NULL;
    current = fieldOf(current.value, name);
  }
  return current;
}

function fieldOf(document: Buffer, wanted: string): BsonValue {
  for (const { type, name, start, end } of elementsOf(document, 0, document.length))
    if (name === wanted) return { type, value: document.subarray(start, end) };
  return NULL;
}

export function compareShardKeys(a: ShardKeyValue, b: ShardKeyValue): number {
  for (const [at, value] of a.entries()) {
    const other = b[at];
    const difference = other ? compareBson(value, other) : 1;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

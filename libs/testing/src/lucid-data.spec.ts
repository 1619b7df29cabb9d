import { createHash } from 'node:crypto';
import { jsonSchemaOf } from '@lucid/models/json-schema';
import { Block } from '@lucid/models/main/blocks';
import { BSON } from 'mongodb';
import { lucidData, type LucidDataOptions } from './lucid-data.ts';

const SIZE = 2 * 1024 * 1024;

function hashes(options: Partial<LucidDataOptions> = {}): Record<string, string> {
  const found: Record<string, ReturnType<typeof createHash>> = {};
  for (const { collection, documents } of lucidData({ sizeBytes: SIZE, ...options })) {
    (found[collection] ??= createHash('sha256')).update(documents);
  }
  return Object.fromEntries(Object.entries(found).map(([name, hash]) => [name, hash.digest('hex')]));
}

describe('lucidData', () => {
  it('gives the same bytes for the same seed, however they are batched, and others for another', () => {
    const first = hashes();
    expect(Object.keys(first)).toEqual(['blocks', 'sessions', 'transactions']);
    expect(hashes({ batchBytes: 100_000 })).toEqual(first);
    expect(hashes({ seed: 'other' })['blocks']).not.toBe(first['blocks']);
  });

  it('gives the size that was asked for, in whole documents of BSON', () => {
    let total = 0;
    const ids = new Set<string>();
    for (const { documents, count } of lucidData({ sizeBytes: SIZE, batchBytes: 300_000 })) {
      total += documents.length;
      let seen = 0;
      for (let at = 0; at < documents.length; at += documents.readInt32LE(at)) {
        const bytes = documents.subarray(at, at + documents.readInt32LE(at));
        const document = BSON.deserialize(bytes, { promoteValues: false });
        expect(Buffer.compare(BSON.serialize(document), bytes)).toBe(0);
        ids.add(String(document['_id']));
        seen++;
      }
      expect(seen).toBe(count);
    }
    expect(ids.size).toBeGreaterThan(1000);
    expect(total).toBeGreaterThanOrEqual(SIZE);
    expect(total).toBeLessThan(SIZE + 40_000);
  });

  it('chains the blocks', () => {
    const [batch] = lucidData({ sizeBytes: 60_000 });
    const blocks: Record<string, unknown>[] = [];
    const bytes = batch?.documents ?? Buffer.alloc(0);
    for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at))
      blocks.push(BSON.deserialize(bytes.subarray(at, at + bytes.readInt32LE(at))));
    expect(blocks[1]?.['previous_hash']).toBe(blocks[0]?.['block_id']);
    for (const field of jsonSchemaOf(Block)['required'] as string[]) expect(blocks[0]).toHaveProperty(field);
  });
});

import { ChunkMemory } from './chunk-memory.ts';
import { bytesOf } from './chunk-task.ts';
import { DEFAULT_CHUNKER } from './format.ts';
import { PackWriter, groupOf } from './pack-writer.ts';

/** The packs that these streams give, each of 1,000 bytes. */
async function packsOf(names: readonly string[]): Promise<string[]> {
  const packs: string[] = [];
  const writer = new PackWriter(DEFAULT_CHUNKER, 7, new ChunkMemory(), async (plain) => {
    packs.push(bytesOf(plain).toString().replace(/\s+/g, ' ').trim());
  });
  for (const name of names) {
    await writer.addSmall(writer.open(), { name, bytes: Buffer.from(name.padEnd(1_000)), place: () => undefined });
  }
  await writer.finish();
  return packs;
}

const SHOP = ['mongodb/shop/a', 'mongodb/shop/b', 'mongodb/shop/c'];

describe('PackWriter', () => {
  it('gives a database the same packs alone as among others', async () => {
    const alone = await packsOf(SHOP);
    expect(alone).toEqual(['mongodb/shop/a mongodb/shop/b mongodb/shop/c']);
    const all = await packsOf(['mongodb.oplog', 'mongodb/admin/x', ...SHOP, 'mongodb/zoo/a', 'redis/0']);
    expect(all).toEqual(['mongodb.oplog', 'mongodb/admin/x', ...alone, 'mongodb/zoo/a', 'redis/0']);
  });
});

describe('groupOf', () => {
  it.each([
    ['mongodb.oplog', ''],
    ['redis/0', 'redis'],
    ['mongodb/shop/orders', 'mongodb/shop'],
    ['elasticsearch/index/shard/part', 'elasticsearch/index'],
  ])('%s → %s', (name, group) => expect(groupOf(name)).toBe(group));
});

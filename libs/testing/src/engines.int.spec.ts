import {
  assertTestName,
  createTestDatabase,
  createTestElasticsearch,
  createTestRedis,
  dropTestDatabase,
  testName,
} from './engines.ts';

describe('test engines', () => {
  it('refuses to drop what no test made', async () => {
    const database = await createTestDatabase('refusal');
    try {
      for (const name of ['lucid_blockchain', 'test', 'test_x', 'admin', '*', 'test_x_0123456', 'xtest_x_01234567']) {
        expect(() => assertTestName(name)).toThrow('refused');
        await expect(dropTestDatabase(database.client, name)).rejects.toThrow('refused');
      }
      expect(() => testName('Bad-Label')).toThrow('label');
    } finally {
      await database.close();
    }
  });

  it('drops the database and its siblings, and nothing else', async () => {
    const keeper = await createTestDatabase('keeper');
    const database = await createTestDatabase('dropped');
    const sibling = database.sibling('restored');
    try {
      await keeper.db.collection('a').insertOne({});
      await database.db.collection('a').insertOne({});
      await database.client.db(sibling).collection('a').insertOne({});
      await database.close();
      await database.close();
      const { databases } = await keeper.client.db('admin').admin().listDatabases({ nameOnly: true });
      const names = databases.map(({ name }) => name);
      expect(names).toContain(keeper.name);
      expect(names).not.toContain(database.name);
      expect(names).not.toContain(sibling);
    } finally {
      await keeper.close();
    }
  });

  it('removes its own keys alone', async () => {
    const keeper = await createTestRedis('cache', 'keeper', 3);
    const other = await createTestRedis('cache', 'other', 3);
    try {
      await keeper.client.set(`${keeper.prefix}a`, '1');
      await Promise.all(Array.from({ length: 2_500 }, (_, n) => other.client.set(`${other.prefix}${n}`, '1')));
      await other.close();
      await other.close();
      expect(await keeper.client.exists(`${other.prefix}0`, `${other.prefix}2499`)).toBe(0);
      expect(await keeper.client.exists(`${keeper.prefix}a`)).toBe(1);
    } finally {
      await keeper.close();
    }
  });

  it('deletes its own indices alone', async () => {
    const keeper = createTestElasticsearch('keeper');
    const other = createTestElasticsearch('other');
    try {
      await keeper.client.indices.create({ index: `${keeper.prefix}_a` });
      await other.client.indices.create({ index: `${other.prefix}_a`, aliases: { [`${other.prefix}_alias`]: {} } });
      await other.close();
      await other.close();
      expect(await keeper.client.indices.exists({ index: `${other.prefix}_a` })).toBe(false);
      expect(await keeper.client.indices.exists({ index: `${keeper.prefix}_a` })).toBe(true);
    } finally {
      await keeper.close();
    }
  });
});

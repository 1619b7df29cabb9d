import { createTestDatabase, testName, type TestDatabase } from '@lucid/testing/engines';
import { MongoClient } from 'mongodb';
import { ensureRoles, suiteRoles } from './roles.ts';

describe('ensureRoles', () => {
  let test: TestDatabase;
  const rolePrefix = testName('role');
  const roles = suiteRoles(rolePrefix);
  const application = { username: testName('app'), password: 'first-password' };
  const backup = { username: testName('backup'), password: 'backup-password' };
  const restore = { username: testName('restore'), password: 'restore-password' };

  beforeAll(async () => {
    test = await createTestDatabase('roles');
  });
  afterAll(async () => {
    for (const { username } of [application, backup, restore]) {
      await test.client
        .db('admin')
        .command({ dropUser: username })
        .catch(() => undefined);
    }
    for (const role of Object.values(roles)) {
      await test.client
        .db('admin')
        .command({ dropRole: role })
        .catch(() => undefined);
    }
    await test.close();
  });

  function ensure(options: object = {}) {
    const names = { database: test.name, controlDatabase: `${test.name}_control`, rolePrefix };
    return ensureRoles(test.client, { ...names, application, backup, restore, ...options });
  }

  async function as<T>(
    user: { username: string; password: string },
    use: (client: MongoClient) => Promise<T>,
  ): Promise<T> {
    const uri = test.uri.replace(/\/\/[^@]*@/, '//');
    const client = new MongoClient(uri, { auth: user, authSource: 'admin' });
    try {
      return await use(await client.connect());
    } finally {
      await client.close();
    }
  }

  it('makes users and roles once', async () => {
    const { changes } = await ensure();
    expect(changes.filter(({ target }) => target.startsWith('user')).map(({ detail }) => detail)).toEqual([
      roles.application,
      roles.backup,
      roles.restore,
    ]);
    expect((await ensure()).changes).toEqual([]);
  });

  it('lets the services use their databases and nothing else', async () => {
    await as(application, async (client) => {
      await client.db(test.name).collection('things').insertOne({ a: 1 });
      await expect(client.db('elsewhere').collection('things').insertOne({ a: 1 })).rejects.toMatchObject({ code: 13 });
      await expect(client.db('admin').collection('system.users').findOne()).rejects.toMatchObject({ code: 13 });
    });
  });

  it('lets the services profile their database, see operations and end them', async () => {
    await as(application, async (client) => {
      const db = client.db(test.name);
      await db.command({ profile: 2 });
      await db.collection('things').findOne({ a: 1 });
      await db.command({ profile: 0 });
      expect(await db.collection('system.profile').countDocuments()).toBeGreaterThan(0);
      await db.dropCollection('system.profile');
      await db.createCollection('system.profile', { capped: true, size: 1024 * 1024 });
      await db
        .collection('things')
        .aggregate([{ $indexStats: {} }])
        .toArray();
      await client
        .db('admin')
        .aggregate([{ $currentOp: { allUsers: true } }])
        .toArray();
      // No operation has this number; a user without the right is refused all the same.
      await client.db('admin').command({ killOp: 1, op: -1 });
      await expect(client.db('elsewhere').command({ profile: 0 })).rejects.toMatchObject({ code: 13 });
    });
  });

  it('lets the backup user read the oplog and write no data', async () => {
    await as(backup, async (client) => {
      expect(await client.db('local').collection('oplog.rs').findOne()).toMatchObject({
        op: expect.any(String) as unknown,
      });
      expect(await client.db(test.name).collection('things').countDocuments()).toBe(1);
      await expect(client.db(test.name).collection('things').insertOne({ a: 1 })).rejects.toMatchObject({ code: 13 });
    });
  });

  it('lets the restore user apply oplog entries', async () => {
    await as(restore, async (client) => {
      const entry = { op: 'i', ns: `${test.name}.things`, o: { _id: 7 } };
      await client.db('admin').command({ applyOps: [entry] });
    });
    expect(await test.db.collection<{ _id: number }>('things').findOne({ _id: 7 })).toEqual({ _id: 7 });
  });

  it('keeps a password unless it is told to set it', async () => {
    const renewed = { ...application, password: 'second-password' };
    await ensure({ application: renewed });
    await as(application, async (client) => client.db(test.name).collection('things').findOne());
    await ensure({ application: renewed, resetPasswords: true });
    await as(renewed, async (client) => client.db(test.name).collection('things').findOne());
  });
});

import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { MongodbRestorer } from './mongodb-restorer.ts';
import { captureInMemory, contextOf, type RestoreSetting } from './restore.fixture.ts';
import { discardRestore, restoreMongodb } from './restore-mongodb.ts';
import { isStagingName } from './restore-names.ts';
import { listCollections } from './restore-target.ts';

describe('what a restore left that nobody goes on with', () => {
  let database: TestDatabase;
  let setting: RestoreSetting;

  beforeAll(async () => {
    database = await createTestDatabase('left');
    const { client, uri, db, name } = database;
    setting = { client, uri, controlDatabase: database.sibling('leftcontrol'), mainDatabase: name };
    await db.collection('plain').insertOne({ a: 1 });
    await db.createCollection('ticks', { timeseries: { timeField: 't' } });
    await db.collection('ticks').insertOne({ t: new Date(), v: 1 });
    await db.collection('ticks').createIndex({ v: 1 });
  });
  afterAll(() => database.close());

  /** Restores into `target` until its indexes are built. */
  async function leave(restoreId: string, target: string, collection: string): Promise<void> {
    const source = await captureInMemory(database.client, database.uri, database.name);
    const abort = new AbortController();
    const context = await contextOf(
      setting,
      source,
      { targetDatabase: target, namespaces: [`${database.name}.${collection}`] },
      restoreId,
      { signal: abort.signal, progress: ({ phase }) => phase === 'indexes' && abort.abort(new Error('enough')) },
    );
    await expect(restoreMongodb(context, 'bkp_test')).rejects.toThrow('enough');
    context.writer.close();
  }

  const names = (target: string): Promise<string[]> =>
    listCollections(database.client, target).then((listed) => listed.map(({ name }) => name).sort());

  it('goes when the service starts, unless its job is to go on', async () => {
    const [over, waiting] = [database.sibling('over'), database.sibling('waiting')];
    await leave('rst_over', over, 'plain');
    await leave('rst_waiting', waiting, 'plain');
    const restorer = new MongodbRestorer(setting);
    const isOver = (id: string): Promise<boolean> => Promise.resolve(id === 'rst_over');
    expect(await restorer.leftBehind(isOver)).toEqual(['rst_over']);
    expect(await restorer.discard('rst_over')).toBe(true);
    expect(await names(over)).toEqual([]);
    expect((await names(waiting)).filter(isStagingName)).toHaveLength(1);
    expect(await restorer.leftBehind(isOver)).toEqual([]);
  });

  it('is gone on with, unless somebody else made one of that name since', async () => {
    const [own, other] = [database.sibling('resumed'), database.sibling('taken')];
    const resume = async (restoreId: string, targetDatabase: string): Promise<void> => {
      const source = await captureInMemory(database.client, database.uri, database.name);
      const request = { targetDatabase, namespaces: [`${database.name}.ticks`] };
      const context = await contextOf(setting, source, request, restoreId);
      await restoreMongodb(context, 'bkp_test').finally(() => context.writer.close());
    };
    await leave('rst_resumed', own, 'ticks');
    await leave('rst_taken', other, 'ticks');
    await database.client.db(other).dropCollection('ticks');
    await database.client.db(other).collection('ticks').insertOne({ mine: true });
    await resume('rst_resumed', own);
    await expect(resume('rst_taken', other)).rejects.toMatchObject({ code: 'RESTORE_CONFLICT' });
    expect(await database.client.db(own).collection('ticks').countDocuments()).toBe(1);
    expect(await database.client.db(other).collection('ticks').findOne()).toMatchObject({ mine: true });
  });

  it('goes under its own name too, but not what somebody else made of that name since', async () => {
    const { journal } = await contextOf(
      setting,
      await captureInMemory(database.client, database.uri, database.name),
      { targetDatabase: database.sibling('unused') },
      'rst_unused',
    );
    const [own, other] = [database.sibling('own'), database.sibling('other')];
    await leave('rst_own', own, 'ticks');
    await leave('rst_other', other, 'ticks');
    expect(await names(own)).toContain('ticks');
    await database.client.db(other).dropCollection('ticks');
    await database.client.db(other).collection('ticks').insertOne({ mine: true });
    expect(await discardRestore(database.client, journal, 'rst_own')).toBe(true);
    expect(await discardRestore(database.client, journal, 'rst_other')).toBe(true);
    expect((await names(own)).filter((name) => !name.startsWith('system.'))).toEqual([]);
    expect(await database.client.db(other).collection('ticks').countDocuments()).toBe(1);
  });
});

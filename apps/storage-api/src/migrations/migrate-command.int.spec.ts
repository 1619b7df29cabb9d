import { processEnvironment } from '@lucid/core/environment';
import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { first, ledgerStep, migrationOf, second } from './ledger-versions.fixture.ts';
import { runMigrateCommand } from './migrate-command.ts';
import type { VersionedMigration } from './migration.ts';
import { ALL_VERSIONS } from './versions/all-versions.ts';

describe('migrate', () => {
  let database: TestDatabase;
  let control: string;

  beforeAll(async () => {
    database = await createTestDatabase('migrate_command');
    control = database.sibling('control');
  });
  afterAll(() => database.close());

  async function run(
    args: string[],
    versions: VersionedMigration[] = [first, second],
    more: Record<string, string> = {},
  ) {
    const lines: string[] = [];
    const environment = {
      ...processEnvironment(),
      MONGODB_DATABASE: database.name,
      CONTROL_DATABASE: control,
      ...more,
    };
    const { signal } = new AbortController();
    const code = await runMigrateCommand(args, { environment, versions, signal, print: (line) => lines.push(line) });
    return { code, text: lines.join('\n') };
  }

  it.each([
    [[]],
    [['sideways']],
    [['up', '--to', 'x']],
    [['down', '--to', '0001', '--steps', '2']],
    [['up', '--what']],
  ])('tells how it is used, with 64: %j', async (args) => {
    const { code, text } = await run(args);
    expect(code).toBe(64);
    expect(text).toContain('usage: migrate');
  });

  it('ends with 78 for a wrong configuration and 69 for an engine that is away', async () => {
    expect((await run(['status'], undefined, { STORAGE_API_PORT: 'x' })).code).toBe(78);
    const away = await run(['status'], undefined, {
      MONGODB_URI: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200',
    });
    expect(away).toMatchObject({ code: 69, text: expect.stringContaining('[MONGODB_UNAVAILABLE]') });
  });

  it('shows, plans, applies and undoes', async () => {
    expect(await run(['status', '--check'])).toMatchObject({ code: 3, text: expect.stringContaining('2 pending') });
    const planned = await run(['up', '--dry-run']);
    expect(planned.text).toContain(`would apply 0001-first\n  would insert ${database.name}.ledger: a`);
    expect(await run(['up', '--to', '0001'])).toMatchObject({
      code: 0,
      text: expect.stringContaining('applied 0001-first'),
    });
    expect((await run(['up', '--no-backup'])).text).toContain('applied 0002-second');
    expect(await run(['up'])).toEqual({ code: 0, text: 'nothing to do' });
    expect((await run(['status', '--check'])).code).toBe(0);
    expect((await run(['down', '--dry-run'])).text).toContain('would undo 0002-second');
    const undone = await run(['down', '--to', '0000', '--no-backup']);
    expect(undone.text).toContain('undone 0002-second\nundone 0001-first');
  });

  it('ends with 1 and says why where a migration fails, and with 75 while another run holds the lease', async () => {
    const broken = migrationOf('0002-second', [
      ledgerStep('c', () => Promise.reject(new Error('secret of the driver'))),
    ]);
    const failed = await run(['up', '--no-backup'], [first, broken]);
    expect(failed.code).toBe(1);
    expect(failed.text).toContain('0002-second failed in step c and was rolled back');
    expect(failed.text).not.toContain('secret of the driver');
    const lease = await new MongoLeaseStore(database.client.db(control)).acquire('migrations', 'somebody');
    expect(await run(['up'])).toMatchObject({ code: 75, text: expect.stringContaining('held by somebody') });
    expect((await run(['status'])).text).toContain('under way    by somebody');
    await lease.release();
  });

  it('asks backup-service for a backup first, and changes nothing without it', async () => {
    const asked = run(['up'], [first, second]);
    const jobs = database.client.db(control).collection('jobs');
    for (;;) {
      const cancelled = { $set: { state: 'cancelled' }, $inc: { revision: 1 } };
      const job = await jobs.findOneAndUpdate({ name: 'backup.create', state: 'queued' }, cancelled);
      if (job) {
        expect(job['payload']).toMatchObject({ database: database.name, collections: ['ledger'] });
        break;
      }
      await new Promise((done) => setTimeout(done, 50));
    }
    expect(await asked).toMatchObject({ code: 1, text: expect.stringContaining('[BACKUP_FIRST_FAILED]') });
    expect(await database.db.collection<{ _id: string }>('ledger').findOne({ _id: 'c' })).toBeNull();
  });

  it('makes the models of an empty database, and takes them away again', async () => {
    const empty = { MONGODB_DATABASE: database.sibling('empty'), CONTROL_DATABASE: database.sibling('empty_control') };
    const versions = [...ALL_VERSIONS];
    const db = database.client.db(empty.MONGODB_DATABASE);
    expect((await run(['up', '--dry-run'], versions, empty)).text).toContain('would create index');
    expect(await run(['up'], versions, empty)).toMatchObject({ code: 0 });
    const indexes = await db.collection('sessions').listIndexes().toArray();
    expect(indexes.map(({ name }) => String(name))).toContain('session_id_1');
    expect((await run(['up', '--dry-run'], versions, empty)).text).toBe('nothing to do');
    await db.collection('system_config').insertOne({ key: 'kept', value: 1 });
    const undone = await run(['down', '--no-backup'], versions, empty);
    expect(undone.text).toContain('system_config holds documents: it stays');
    const left = await db.listCollections({}, { nameOnly: true }).toArray();
    expect(left.map(({ name }) => name).filter((name) => !name.startsWith('system.'))).toEqual(['system_config']);
  });

  it('gives collections back the looks they had', async () => {
    const place = { MONGODB_DATABASE: database.sibling('older'), CONTROL_DATABASE: database.sibling('older_control') };
    const db = database.client.db(place.MONGODB_DATABASE);
    const validator = { $jsonSchema: { bsonType: 'object', required: ['session_id'] } };
    await db.createCollection('sessions', { validator, validationLevel: 'moderate', validationAction: 'error' });
    await db.collection('sessions').createIndex({ session_id: 1 });
    const looks = async () => [
      (await db.listCollections({ name: 'sessions' }, { nameOnly: false }).toArray())[0]?.options,
      await db.collection('sessions').listIndexes().toArray(),
    ];
    const before = await looks();
    expect((await run(['up', '--no-backup'], [...ALL_VERSIONS], place)).code).toBe(0);
    expect(await looks()).not.toEqual(before);
    expect((await run(['down', '--no-backup'], [...ALL_VERSIONS], place)).code).toBe(0);
    expect(await looks()).toEqual(before);
  });
});

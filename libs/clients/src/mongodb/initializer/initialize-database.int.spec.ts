import { allModels } from '@lucid/models/all-models';
import type { ModelDefinition } from '@lucid/models/model-definition';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { initializeDatabase } from './initialize-database.ts';

describe('initializeDatabase', () => {
  let test: TestDatabase;
  let controlDatabase: string;
  const lines: string[] = [];

  beforeAll(async () => {
    test = await createTestDatabase('init');
    controlDatabase = test.sibling('init_control');
  });
  afterAll(() => test.close());

  function run(models: readonly ModelDefinition[] = allModels(), dryRun = false) {
    lines.length = 0;
    const options = { models, database: test.name, controlDatabase, dryRun, log: (line: string) => lines.push(line) };
    return initializeDatabase(test.client, options);
  }

  /** The model of one collection with something else about it. */
  function altered(collection: string, change: Partial<ModelDefinition>): ModelDefinition[] {
    return allModels().flatMap((model) => (model.collection === collection ? [{ ...model, ...change }] : []));
  }

  it('makes nothing in a dry run and says what it would make', async () => {
    const { changes } = await run(allModels(), true);
    expect(changes.length).toBeGreaterThan(allModels().length);
    expect(lines[0]).toMatch(/^would create/);
    expect(await test.db.listCollections().toArray()).toEqual([]);
  });

  it('makes everything, and on the second run nothing', async () => {
    await run();
    const names = (await test.db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    for (const { collection, database } of allModels()) if (database === 'main') expect(names).toContain(collection);
    const second = await run();
    expect(second).toEqual({ changes: [], remarks: [] });
    expect(lines).toEqual(['nothing to change']);
  });

  it('has given the collections what their models say', async () => {
    const users = await test.db.collection('users').listIndexes().toArray();
    expect(users.filter(({ unique }) => unique).map(({ name }) => name)).toEqual([
      'email_1',
      'tron_address_1',
      'user_id_1',
    ]);
    const tokens = await test.db.collection('auth_tokens').listIndexes().toArray();
    expect(tokens.find(({ name }) => name === 'expires_at_1')?.['expireAfterSeconds']).toBe(0);
    const [metrics] = await test.db.listCollections({ name: 'metrics' }).toArray();
    expect(metrics).toMatchObject({
      type: 'timeseries',
      options: { timeseries: { timeField: 'time', metaField: 'source' } },
    });
    await expect(
      test.db.collection('sessions').insertOne({ session_id: 's', user_id: 'u', status: 'odd' }),
    ).rejects.toMatchObject({ code: 121 });
  });

  it('refuses a validator that stored documents break, names ten, and changes nothing', async () => {
    const policies = test.db.collection<{ _id: number }>('trust_policies');
    const rows = Array.from({ length: 12 }, (_, at) => ({
      _id: at,
      policy_id: `p${at}`,
      name: 'n',
      rules: [],
      version: 1,
    }));
    await policies.insertMany(rows);
    const [before] = await test.db.listCollections({ name: 'trust_policies' }).toArray();
    const narrower = { bsonType: 'object', required: ['approved_by'] };
    const refused = await run(altered('trust_policies', { validator: narrower })).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'VALIDATOR_CONFLICT' });
    const errors = (refused as { errors: { pointer: string }[] }).errors;
    expect(errors).toHaveLength(10);
    expect(errors[0]?.pointer).toBe(`/${test.name}/trust_policies/0`);
    expect(await test.db.listCollections({ name: 'trust_policies' }).toArray()).toEqual([before]);
  });

  it('changes a validator that no document breaks', async () => {
    const validator = { bsonType: 'object', required: ['policy_id'] };
    const { changes } = await run(altered('trust_policies', { validator }));
    expect(changes).toMatchObject([{ action: 'change validator of', target: `${test.name}.trust_policies` }]);
    expect((await run()).changes).toHaveLength(1); // and back
  });

  it('changes the expiry of an index in place', async () => {
    const indexes: ModelDefinition['indexes'] = [
      { name: 'at_-1', keys: { at: -1 as const }, expireAfterSeconds: 60 },
      { name: 'actor_1', keys: { actor: 1 as const } },
    ];
    const { changes } = await run(altered('audit_logs', { indexes }));
    expect(changes).toMatchObject([{ action: 'change expiry of index', detail: '31536000 s → 60 s' }]);
    const stored = await test.db.collection('audit_logs').listIndexes().toArray();
    expect(stored.find(({ name }) => name === 'at_-1')?.['expireAfterSeconds']).toBe(60);
  });

  it('changes the expiry of a time series', async () => {
    const timeseries = {
      timeField: 'time',
      metaField: 'source',
      granularity: 'minutes' as const,
      expireAfterSeconds: 3600,
    };
    const { changes } = await run(altered('metrics', { timeseries }));
    expect(changes.map(({ action }) => action)).toEqual(['change granularity of', 'change expiry of']);
  });

  it('rebuilds an index with other options, the new one first, and knows it again', async () => {
    const indexes = [{ name: 'session_id_1', keys: { session_id: 1 as const }, unique: true }];
    const { changes } = await run(altered('manifests', { indexes }));
    expect(changes).toMatchObject([{ action: 'rebuild index', target: `${test.name}.manifests.session_id_1` }]);
    const stored = await test.db.collection('manifests').listIndexes().toArray();
    expect(stored.map(({ name, unique }) => [name, unique])).toEqual([
      ['_id_', undefined],
      ['session_id_1_v2', true],
    ]);
    expect((await run(altered('manifests', { indexes }))).changes).toEqual([]);
  });

  it('keeps the old index when the new one cannot be built', async () => {
    await test.db
      .collection('wallets')
      .insertMany(['a', 'b'].map((address) => ({ wallet_id: address, user_id: 'same', address, balance: 1 })));
    const indexes = [{ name: 'user_id_1', keys: { user_id: 1 as const }, unique: true }];
    await expect(run(altered('wallets', { indexes }))).rejects.toMatchObject({ code: 'DUPLICATE_KEY' });
    const names = (await test.db.collection('wallets').listIndexes().toArray()).map(({ name }) => name);
    expect(names.sort()).toEqual(['_id_', 'address_1', 'user_id_1']);
  });

  it('leaves an index that the model does not have, and mentions it', async () => {
    await test.db.collection('users').createIndex({ nickname: 1 });
    const { changes, remarks } = await run(altered('users', {}));
    expect(changes).toEqual([]);
    expect(remarks).toEqual([
      { target: `${test.name}.users`, detail: 'index nickname_1 is not in the model; left alone' },
    ]);
    expect(lines.at(-1)).toBe('nothing to change');
  });

  it('refuses a collection of another kind under the name', async () => {
    await test.db.collection('reports').drop();
    await test.db.createCollection('reports', { viewOn: 'users', pipeline: [] });
    await expect(run(altered('reports', {}))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('may run twice at once', async () => {
    const other = test.sibling('init_twice');
    const options = { models: allModels(), database: other, controlDatabase: test.sibling('init_twice_control') };
    await Promise.all([initializeDatabase(test.client, options), initializeDatabase(test.client, options)]);
    expect((await initializeDatabase(test.client, options)).changes).toEqual([]);
  });
});

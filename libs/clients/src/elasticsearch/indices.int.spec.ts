import { allModels } from '@lucid/models/all-models';
import type { ModelDefinition, SearchProperty } from '@lucid/models/model-definition';
import { createTestElasticsearch, type TestElasticsearch } from '@lucid/testing/engines';
import { initializeIndices } from './indices.ts';

describe('initializeIndices', () => {
  let test: TestElasticsearch;

  beforeAll(() => {
    test = createTestElasticsearch('indices');
  });
  afterAll(() => test.close());

  function run(models: readonly ModelDefinition[] = allModels(), options: object = {}) {
    return initializeIndices(test.client, { models, prefix: test.prefix, shards: 1, replicas: 0, ...options });
  }

  /** The sessions model with other properties. */
  function sessionsWith(properties: Record<string, SearchProperty>): ModelDefinition[] {
    return allModels().flatMap((model) =>
      model.collection === 'sessions' && model.search
        ? [{ ...model, search: { ...model.search, mapping: { ...model.search.mapping, properties } } }]
        : [],
    );
  }

  function sessionProperties() {
    return allModels().find((model) => model.collection === 'sessions')?.search?.mapping.properties ?? {};
  }

  it('makes an index behind an alias for each searchable model, and then nothing', async () => {
    expect((await run(allModels(), { dryRun: true })).changes).toHaveLength(5);
    expect((await run()).changes.map(({ target }) => target).sort()).toEqual(
      ['audit_logs', 'blocks', 'logs', 'sessions', 'users'].map((name) => `${test.prefix}_${name}-000001`),
    );
    expect(await run()).toEqual({ changes: [], remarks: [] });
    const aliases = await test.client.indices.getAlias({ name: `${test.prefix}_sessions` });
    expect(Object.keys(aliases)).toEqual([`${test.prefix}_sessions-000001`]);
  });

  it('finds by a field of a nested transaction, and keeps what is secret out of the source', async () => {
    const index = `${test.prefix}_blocks`;
    const transactions = [
      { tx_id: 't1', from: 'ada', to: 'bob', signature: 'secret' },
      { tx_id: 't2', from: 'eve', to: 'ada' },
    ];
    await test.client.index({
      index,
      id: '1',
      document: { height: 1, transactions, unknown: { deep: 1 } },
      refresh: true,
    });
    const both = (from: string, to: string) => ({
      nested: {
        path: 'transactions',
        query: { bool: { must: [{ term: { 'transactions.from': from } }, { term: { 'transactions.to': to } }] } },
      },
    });
    const found = await test.client.search({ index, query: both('ada', 'bob') });
    expect(found.hits.hits).toHaveLength(1);
    expect(JSON.stringify(found.hits.hits[0]?._source)).not.toContain('signature');
    expect((await test.client.search({ index, query: both('ada', 'ada') })).hits.hits).toHaveLength(0);
  });

  it('adds new fields', async () => {
    const { changes } = await run(sessionsWith({ ...sessionProperties(), region: { type: 'keyword' } }));
    expect(changes).toMatchObject([{ action: 'add fields to', detail: 'region' }]);
  });

  it('reports a changed type as a need to reindex, and does not touch the index', async () => {
    const { changes, remarks } = await run(sessionsWith({ ...sessionProperties(), user_id: { type: 'text' } }));
    expect(changes).toEqual([]);
    expect(remarks).toEqual([
      { target: `${test.prefix}_sessions-000001`, detail: 'the mapping of user_id differs from the model: reindex' },
    ]);
  });

  it('changes the replicas', async () => {
    const { changes } = await run(sessionsWith(sessionProperties()), { replicas: 1 });
    expect(changes).toMatchObject([{ detail: 'index.number_of_replicas 0 → 1' }]);
  });
});

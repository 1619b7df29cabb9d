import { createElasticsearchClient } from '@lucid/clients/elasticsearch/connection';
import { initializeIndices } from '@lucid/clients/elasticsearch/indices';
import { searchDocumentOf } from '@lucid/clients/elasticsearch/search-document';
import { allModels } from '@lucid/models/all-models';
import type { ModelDefinition } from '@lucid/models/model-definition';
import { createTestDatabase, engineVariable, type TestDatabase } from '@lucid/testing/engines';
import { Decimal128, Long, type Document } from 'mongodb';
import type { EngineRestored, RestoredLead, RestoreRun } from '../restore-port.ts';
import { type Backup, ElasticsearchBench } from './elasticsearch.fixture.ts';
import { ElasticsearchRestorer } from './elasticsearch-restorer.ts';

const VERSION = 7_000_000_000_000_000_000n;
const models = allModels().filter(({ collection }) => ['blocks', 'sessions'].includes(collection));
const modelOf = (collection: string): ModelDefinition => models.find((model) => model.collection === collection)!;

describe('search indices after a restore with MongoDB', () => {
  let bench: ElasticsearchBench;
  let mongodb: TestDatabase;
  let restorer: ElasticsearchRestorer;
  const client = createElasticsearchClient({ uri: engineVariable('ELASTICSEARCH_URI'), appName: 'spec' });

  async function open(path: 'logical' | 'snapshot'): Promise<void> {
    bench = await ElasticsearchBench.open(`reconcile_${path}`, path);
    mongodb = await createTestDatabase('reconcile');
    await initializeIndices(client, { models, prefix: bench.prefix, shards: 2, replicas: 0 });
    restorer = new ElasticsearchRestorer({
      ...{
        client,
        prefix: bench.prefix,
        ...(bench.snapshotPath !== undefined && { snapshotPath: bench.snapshotPath }),
      },
      searched: { client: mongodb.client, database: mongodb.name, models },
    });
  }
  afterEach(async () => {
    await bench.close();
    await mongodb.close();
  });
  afterAll(() => client.close());

  /** Everything of the main database came back where it was. */
  const whole: RestoredLead = { targetOf: (namespace) => namespace };

  function derivedOf(collection: string, document: Document): { id: string; source: unknown } {
    return searchDocumentOf(document, modelOf(collection).search!)!;
  }

  async function derivationOf(collection: string): Promise<Map<string, unknown>> {
    const documents = await mongodb.db.collection(collection).find().toArray();
    return new Map(documents.map((one) => derivedOf(collection, one)).map(({ id, source }) => [id, source]));
  }

  async function index(collection: string, documents: readonly Document[], version = VERSION): Promise<void> {
    const lines = documents
      .map((document) => derivedOf(collection, document))
      .map(
        ({ id, source }) =>
          `{"index":{"_id":${JSON.stringify(id)},"version":${version},"version_type":"external_gte"}}\n${JSON.stringify(source)}\n`,
      );
    await bench.raw('POST', `/${bench.name(collection)}/_bulk?refresh=true`, lines.join(''), 'application/x-ndjson');
  }

  async function indexed(name: string): Promise<Map<string, unknown>> {
    const { documents } = await bench.image(bench.name(name));
    const plain = JSON.parse(await bench.raw('POST', `/${bench.name(name)}/_search`, '{"size":10000}')) as {
      hits: { hits: { _id: string; _source: unknown }[] };
    };
    expect(plain.hits.hits).toHaveLength(documents.length);
    return new Map(plain.hits.hits.map(({ _id, _source }) => [_id, _source]));
  }

  async function restore(backup: Backup, changes: Partial<RestoreRun> = {}): Promise<EngineRestored> {
    const run = bench.runOf({ lead: whole, ...changes });
    const input = bench.inputOf(backup);
    return restorer.restore(input, await restorer.plan(input, { backupId: input.backupId }, run), run);
  }

  function sessionsOf(found: EngineRestored['searchIndices']): unknown {
    return found?.find(({ index: name }) => name === bench.name('sessions-000001'));
  }

  function session(n: number, more: Document = {}): Document {
    return { _id: n, session_id: `s${n}`, user_id: 'u', status: 'active', created_at: new Date(n), ...more };
  }

  /** The index was captured when MongoDB held other documents than it does now. */
  async function drift(): Promise<Backup> {
    const before = Array.from({ length: 3_000 }, (_, n) => session(n));
    await index('sessions', before);
    const block: Document = {
      ...{ _id: 'b1', block_id: 'b1', height: 1, previous_hash: '', merkle_root: 'm', state: { deep: { n: 1 } } },
      transactions: [
        { tx_id: 't', amount: Decimal128.fromString('1.50'), signature: 'secret' },
        { signature: 'secret' },
      ],
    };
    await index('blocks', [block]);
    await mongodb.db.collection<Document>('blocks').insertOne(block);
    // Neither derived from a document, nor where a derived one would lie.
    await bench.raw('PUT', `/${bench.name('sessions')}/_doc/stray?refresh=true`, '{"status":"stray"}');
    await bench.raw('PUT', `/${bench.name('sessions')}/_doc/5?routing=r7&refresh=true`, '{"status":"routed"}');
    await mongodb.db
      .collection<Document>('sessions')
      .insertMany([
        ...before.slice(100, 2_900),
        ...[0, 1, 2].map((n) =>
          session(n, { status: 'completed', size: Long.MAX_VALUE, unknown: { kept: [1, null] } }),
        ),
        ...[0, 1, 2, 3].map((n) => session(5_000 + n, { _id: `later-${n}` })),
        { _id: 'bare' },
      ]);
    return bench.backup();
  }

  const PATHS = ['logical', 'snapshot'] as const;

  it.each(PATHS)(
    'hold what the collections hold: changed, missing and stray documents are brought up (%s)',
    async (path) => {
      await open(path);
      const backup = await drift();
      const result = await restore(backup);
      expect(result).toMatchObject({ isDegraded: false, warnings: [] });
      expect(result.searchIndices).toEqual([
        expect.objectContaining({ index: bench.name('blocks-000001'), compared: 1, added: 0, changed: 0, removed: 0 }),
        {
          ...{ index: bench.name('sessions-000001'), collection: `${mongodb.name}.sessions`, compared: 2_808 },
          ...{ added: 5, changed: 3, removed: 199, refused: 0 },
        },
      ]);
      expect(await indexed('sessions')).toEqual(await derivationOf('sessions'));
      expect(await indexed('blocks')).toEqual(await derivationOf('blocks'));
      expect(JSON.stringify([...(await indexed('blocks'))])).not.toContain('secret');
      expect(result.namespaces).toContainEqual({ target: bench.name('sessions-000001'), documents: 2_808 });
      expect(await bench.leftovers()).toEqual([]);
    },
  );

  it('come to the same end when the restore dies before the swap and runs once more', async () => {
    await open('logical');
    const backup = await drift();
    const run = bench.runOf({ lead: whole });
    const dies = { ...run, assertHeld: () => Promise.reject(new Error('killed')) };
    await expect(restore(backup, dies)).rejects.toThrow('killed');
    await mongodb.db.collection<Document>('sessions').deleteOne({ _id: 'bare' as never });
    const result = await restore(backup, run);
    expect(sessionsOf(result.searchIndices)).toMatchObject({ added: 0, changed: 0, removed: 1 });
    expect(await indexed('sessions')).toEqual(await derivationOf('sessions'));
    expect(await restore(backup, run)).toEqual(result);
  });

  it('tell what was found before a restore died in its swap', async () => {
    await open('logical');
    await index('sessions', [session(1)]);
    await mongodb.db.collection<Document>('sessions').insertMany([session(1), { _id: 'x'.repeat(600) }]);
    const backup = await bench.backup();
    const run = bench.runOf({ lead: whole });
    let asked = 0;
    // Each index asks once before it stands in and once before it gets its name: none is compared again afterwards.
    const dies = {
      ...run,
      assertHeld: () => ((asked += 1) > 2 ? Promise.reject(new Error('killed')) : Promise.resolve()),
    };
    await expect(restore(backup, dies)).rejects.toThrow('killed');
    const result = await restore(backup, run);
    expect(result.isDegraded).toBe(true);
    expect(result.warnings).toEqual([expect.stringContaining('cannot take 1 documents')]);
    expect(sessionsOf(result.searchIndices)).toMatchObject({ compared: 2, refused: 1 });
    expect(await bench.leftovers()).toEqual([]);
  });

  it('lose what others have indexed under ids that are none, and keep what lies there with a routing', async () => {
    await open('logical');
    const sessions = [1, 2, 3].map((n) => session(n));
    await index('sessions', sessions);
    await mongodb.db.collection<Document>('sessions').insertMany(sessions);
    const put = (id: string, query: string, source: unknown): Promise<string> =>
      bench.raw(
        'PUT',
        `/${bench.name('sessions')}/_doc/${encodeURIComponent(id)}?refresh=true${query}`,
        JSON.stringify(source),
      );
    await put('2', '&routing=2', derivedOf('sessions', session(2)).source);
    for (const id of [
      '{"$gt":{"$numberInt":"1"}}',
      '{"$oid":"zz"}',
      '{"$regularExpression":{"pattern":"","options":""}}',
      '[1]',
    ])
      await put(id, '', {});
    const result = await restore(await bench.backup());
    expect(result.isDegraded).toBe(false);
    expect(sessionsOf(result.searchIndices)).toMatchObject({ compared: 3, added: 0, changed: 1, removed: 4 });
    expect(await indexed('sessions')).toEqual(await derivationOf('sessions'));
  });

  it('take what is newer, and lose nothing, where the restore left the collection as it was', async () => {
    await open('logical');
    const backup = await drift();
    const { searchIndices } = await restore(backup, { lead: { targetOf: () => undefined } });
    expect(sessionsOf(searchIndices)).toMatchObject({ added: 5, changed: 3, removed: 0 });
    expect((await indexed('sessions')).get('stray')).toEqual({ status: 'stray' });
  });

  it('are brought up also where the clock of MongoDB is behind that of the backup', async () => {
    await open('logical');
    const later = BigInt(Math.floor(Date.now() / 1_000) + 86_400) << 32n;
    const sessions = [1, 2, 3, 4].map((n) => session(n));
    await index('sessions', sessions, later);
    await index('sessions', [session(5)]);
    await mongodb.db
      .collection<Document>('sessions')
      .insertMany([session(1), session(2, { status: 'completed' }), session(4, { size: 1 }), session(6)]);
    const result = await restore(await bench.backup());
    expect(result.isDegraded).toBe(false);
    expect(result.warnings).toEqual([expect.stringContaining('later time than that of this MongoDB')]);
    expect(sessionsOf(result.searchIndices)).toMatchObject({
      compared: 4,
      added: 1,
      changed: 2,
      removed: 2,
      refused: 0,
    });
    expect(await indexed('sessions')).toEqual(await derivationOf('sessions'));
  });

  it('are asked for a bounded number of bytes at a time, however large their documents are', async () => {
    await open('logical');
    const numbers = Array.from({ length: 24 }, (_, n) => n);
    await mongodb.db.collection<Document>('sessions').insertMany(numbers.map((n) => session(n)));
    const large = JSON.stringify({
      ...(derivedOf('sessions', session(1)).source as object),
      pad: 'x'.repeat(2_000_000),
    });
    for (const n of numbers) await bench.raw('PUT', `/${bench.name('sessions')}/_doc/${n}?refresh=true`, large);
    const backup = await bench.backup();
    const asked: number[] = [];
    const count = (
      _error: unknown,
      event: { meta: { request: { params: { path: string; body?: unknown } } } } | null,
    ): void => {
      const { path = '', body } = event?.meta.request.params ?? {};
      if (path.endsWith('/_mget')) asked.push((JSON.parse(String(body)) as { ids: string[] }).ids.length);
    };
    client.diagnostic.on('request', count as never);
    const { searchIndices } = await restore(backup);
    client.diagnostic.off('request', count as never);
    expect(sessionsOf(searchIndices)).toMatchObject({ compared: 24, added: 0, changed: 24, removed: 0 });
    // The first answer was given up at 16 MB; eight documents of 2 MB fill one.
    expect(asked[0]).toBe(24);
    expect(asked.slice(1).reduce((sum, ids) => sum + ids, 0)).toBeGreaterThanOrEqual(24);
    expect(Math.max(...asked.slice(1))).toBeLessThanOrEqual(8);
    expect(await indexed('sessions')).toEqual(await derivationOf('sessions'));
  });

  it('follow the collection to where it was restored', async () => {
    await open('logical');
    const backup = await drift();
    const copy = mongodb.sibling('copy');
    await mongodb.client.db(copy).collection<Document>('sessions').insertOne(session(1));
    const lead: RestoredLead = { targetOf: (namespace) => `${copy}.${namespace.split('.')[1]}` };
    const { searchIndices } = await restore(backup, { lead });
    expect(sessionsOf(searchIndices)).toMatchObject({ collection: `${copy}.sessions`, compared: 1 });
    expect([...(await indexed('sessions')).keys()]).toEqual(['1']);
  });

  it('make the restore degraded by documents that they cannot take, and name these', async () => {
    await open('logical');
    await index('sessions', [session(1)]);
    const wrong = session(1, { _id: 'wrong', created_at: 'never' });
    await mongodb.db.collection<Document>('sessions').insertMany([session(1), wrong, { _id: 'x'.repeat(600) }]);
    const result = await restore(await bench.backup());
    expect(result.isDegraded).toBe(true);
    expect(sessionsOf(result.searchIndices)).toMatchObject({
      compared: 3,
      added: 0,
      changed: 0,
      removed: 0,
      refused: 2,
    });
    expect(result.warnings).toEqual([
      expect.stringContaining(`${bench.name('sessions-000001')} cannot take 2 documents`),
    ]);
    expect([...(await indexed('sessions')).keys()]).toEqual(['1']);
  });

  it('stay as they were captured where MongoDB does not come back with them, and where they would keep what the model keeps out', async () => {
    await open('logical');
    const name = bench.name('blocks-000001');
    await bench.raw('DELETE', `/${name}`);
    await bench.raw('PUT', `/${name}`, `{"mappings":{"dynamic":false},"aliases":{"${bench.name('blocks')}":{}}}`);
    await bench.raw('PUT', `/${name}/_doc/1?refresh=true`, '{"block_id":"own"}');
    await mongodb.db
      .collection<Document>('blocks')
      .insertOne({ _id: 2, transactions: [{ signature: 'secret' }] } as Document);
    await index('sessions', [session(1)]);
    const backup = await bench.backup();
    const input = bench.inputOf(backup);
    const alone = bench.runOf();
    const result = await restorer.restore(
      input,
      await restorer.plan(input, { backupId: input.backupId }, alone),
      alone,
    );
    expect(result.searchIndices).toEqual([]);
    expect([...(await indexed('sessions')).keys()]).toEqual(['1']);
    const { searchIndices } = await restore(backup);
    expect(searchIndices).toEqual([expect.objectContaining({ index: bench.name('sessions-000001'), removed: 1 })]);
    expect([...(await indexed('blocks'))]).toEqual([['1', { block_id: 'own' }]]);
  });
});

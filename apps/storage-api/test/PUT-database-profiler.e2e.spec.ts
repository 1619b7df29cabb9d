import { TOKENS } from '@lucid/service-kit/tokens';
import { eventually } from '@lucid/testing/eventually';
import type { Db, Document } from 'mongodb';
import { startTestService, type Method, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const BASE = '/api/v1/database';
const SECRET = 'jane@example.org';

interface Advice {
  id: string;
  keys: Record<string, number>;
}

describe('queries of the database', () => {
  let service: TestService;
  const keys: Record<'viewer' | 'operator' | 'admin', string> = { viewer: '', operator: '', admin: '' };

  beforeAll(async () => {
    service = await startTestService(storageApi);
    for (const role of ['viewer', 'operator', 'admin'] as const) keys[role] = await service.key(role);
    const documents = Array.from({ length: 3_000 }, (_, index) => ({
      ...{ n: index, status: `s${String(index % 100)}`, at: new Date(index * 1_000), owner: SECRET },
    }));
    await service.database.db.collection<Document>('orders').insertMany(documents);
  });
  afterAll(async () => {
    // Its slowMs counts for the whole member: given back also where a test failed.
    await put({ level: 0 }).catch(() => undefined);
    await service.close();
  });

  const get = (path: string, key = keys.viewer) => service.call('GET', `${BASE}/${path}`, { key });
  const put = (body: object, key = keys.admin) => service.call('PUT', `${BASE}/profiler`, { key, body });
  const explain = (body: object) => service.call('POST', `${BASE}/explain`, { key: keys.viewer, body });
  const orders = () => service.database.db.collection('orders');
  const query = (status: string) => orders().find({ status, owner: SECRET }).sort({ at: -1 }).limit(5).toArray();
  /** With the profiler on, slow enough to be kept whatever the machine. */
  const profiled = async (action: () => Promise<unknown>) => {
    expect((await put({ level: 2, confirm: true, minutes: 5 })).status).toBe(200);
    try {
      await action();
    } finally {
      await put({ level: 0 });
    }
  };

  it.each<[Method, string, object | undefined]>([
    ['PUT', 'profiler', { level: 1 }],
    ['DELETE', 'operations/1.00000000', undefined],
    ['POST', 'index-advice/adv_0000000000000000/try', undefined],
  ])('%s %s is for an admin', async (method, path, body) => {
    const answer = await service.call(method, `${BASE}/${path}`, { key: keys.operator, body });
    expect(answer.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await service.call(method, `${BASE}/${path}`, { body })).status).toBe(401);
  });

  describe('PUT and GET profiler', () => {
    it('switch it on for a time, with room, and off as it was', async () => {
      const before = (await get('profiler')).json;
      expect(before).toMatchObject({ level: 0, until: null, warnings: [] });
      const on = await put({ level: 1, slowMs: 250, sampleRate: 0.5, minutes: 2, sizeMb: 4 });
      expect(on.json).toMatchObject({
        ...{ database: service.database.name, level: 1, slowMs: 250, sampleRate: 0.5, filter: null },
        collection: { maxBytes: 4 * 1024 * 1024 },
      });
      expect(new Date(String(on.json?.['until'])).getTime()).toBeGreaterThan(Date.now() + 60_000);
      const filtered = await put({ level: 1, filter: { millis: { $gte: 20 }, ns: `${service.database.name}.orders` } });
      expect(filtered.json).toMatchObject({ level: 1, filter: expect.objectContaining({}) });
      expect(await service.database.db.command({ profile: -1 })).toMatchObject({ was: 1, filter: expect.anything() });
      const off = await put({ level: 0 });
      expect(off.json).toMatchObject({
        level: 0,
        filter: null,
        until: null,
        slowMs: before?.['slowMs'],
        sampleRate: before?.['sampleRate'],
      });
      expect(await service.database.db.command({ profile: -1 })).not.toHaveProperty('filter');
    });

    it('end it when its time is over, also when the instance that began it is gone', async () => {
      const control = service.app.get<Db>(TOKENS.CONTROL_DATABASE);
      const places = { MONGODB_DATABASE: service.database.name, CONTROL_DATABASE: control.databaseName };
      const other = await startTestService(storageApi, { ...places, LUCID_ROLE: 'api' });
      const begun = await other.call('PUT', `${BASE}/profiler`, {
        key: keys.admin,
        body: { level: 1, slowMs: 300, minutes: 30 },
      });
      expect(begun.json).toMatchObject({ level: 1, startedBy: expect.any(String) });
      await other.close();
      expect(await service.database.db.command({ profile: -1 })).toMatchObject({ was: 1 });
      const stored = control.collection<{ _id: string }>('profiler_intents');
      await stored.updateOne({ _id: service.database.name }, [{ $set: { until: '$$NOW' } }]);
      await eventually('the end of the profiler', async () => (await stored.countDocuments({})) === 0);
      expect(await service.database.db.command({ profile: -1 })).toMatchObject({ was: 0, slowms: 100 });
      expect((await get('profiler')).json).toMatchObject({ level: 0, until: null });
    });

    const refused: [string, object, string][] = [
      ['level 2 without confirm', { level: 2, minutes: 5 }, '/confirm'],
      ['level 2 without a limit', { level: 2, confirm: true }, '/minutes'],
      ['level 2 for too long', { level: 2, confirm: true, minutes: 61 }, '/minutes'],
      ['a filter beside slowMs', { level: 1, filter: { millis: 1 }, slowMs: 5 }, '/filter'],
      ['a filter with code', { level: 1, filter: { $where: '1' } }, '/filter/$where'],
      ['another level', { level: 3 }, '/level'],
      ['no level', {}, '/level'],
      ['a share above 1', { level: 1, sampleRate: 2 }, '/sampleRate'],
      ['a time that is too long', { level: 1, minutes: 2_000 }, '/minutes'],
      ['an unknown field', { level: 1, forever: true }, '/forever'],
    ];
    it.each(refused)('PUT refuses %s', async (_what, body, pointer) => {
      const answer = await put(body);
      expect(answer.status).toBe(400);
      expect((answer.json?.['errors'] as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
      expect((await get('profiler')).json).toMatchObject({ level: 0 });
    });
  });

  describe('GET slow-queries', () => {
    it('shows them by fingerprint, and none of their values', async () => {
      await profiled(async () => {
        for (const status of ['s1', 's2', 's3']) await query(status);
        await orders().updateMany({ n: 5 }, { $set: { owner: SECRET } });
        await orders()
          .aggregate([{ $match: { owner: SECRET } }, { $group: { _id: '$status', n: { $sum: 1 } } }])
          .toArray();
      });
      const answer = await get('slow-queries?collection=orders&sort=-count');
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain('jane');
      const { items } = answer.json as { items: Document[] };
      const found = items.find(({ operation, shape }) => operation === 'find' && 'sort' in shape);
      expect(found).toMatchObject({
        ...{
          namespace: `${service.database.name}.orders`,
          count: 3,
          docsExamined: 9_000,
          returned: 15,
          sortsInMemory: true,
        },
        shape: { filter: { status: '?', owner: '?' }, sort: { at: -1 }, limit: '?' },
        planSummaries: [{ plan: 'COLLSCAN', count: 3 }],
      });
      expect(items.map(({ operation }) => operation)).toEqual(expect.arrayContaining(['update', 'aggregate']));
      expect(answer.json).toMatchObject({ isTruncated: false, profilerLevel: 0, page: { nextCursor: null } });
    });

    it('is paged, and bound to a time', async () => {
      const first = await get('slow-queries?limit=1&sort=-docsExamined');
      const { items, page } = first.json as { items: Document[]; page: { nextCursor: string } };
      const second = await get(`slow-queries?limit=1&sort=-docsExamined&cursor=${page.nextCursor}`);
      const [next] = (second.json as { items: Document[] }).items;
      expect(next?.['fingerprint']).not.toBe(items[0]?.['fingerprint']);
      expect(next?.['docsExamined']).toBeLessThanOrEqual(items[0]?.['docsExamined'] as number);
      expect(second.json?.['to']).toBe(first.json?.['to']);
      expect((await get(`slow-queries?limit=1&sort=-count&cursor=${page.nextCursor}`)).json).toMatchObject({
        code: 'BAD_CURSOR',
      });
      const past = await get('slow-queries?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z');
      expect(past.json).toMatchObject({ items: [], entriesRead: 0 });
    });

    it.each(['from=x', 'from=2021-01-01T00:00:00Z&to=2020-01-01T00:00:00Z', 'sort=ns', 'minMs=-1', 'limit=0', 'a=b'])(
      'refuses ?%s',
      async (text) => {
        expect((await get(`slow-queries?${text}`)).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
      },
    );

    it('refuses a collection that is none', async () => {
      expect((await get('slow-queries?collection=system.users')).json).toMatchObject({ code: 'NAMESPACE_INVALID' });
    });
  });

  describe('POST explain', () => {
    it('sums a find up, with warnings, beside its plan', async () => {
      const answer = await explain({
        collection: 'orders',
        filter: { status: 's1' },
        sort: '-at',
        fields: 'n',
        limit: 5,
      });
      expect(answer.json).toMatchObject({
        namespace: `${service.database.name}.orders`,
        summary: {
          stages: expect.arrayContaining(['SORT', 'COLLSCAN']),
          indexes: [],
          docsExamined: 3_000,
          returned: 5,
        },
        plan: { queryPlanner: expect.objectContaining({}), executionStats: expect.objectContaining({}) },
      });
      const { warnings } = (answer.json as { summary: { warnings: { code: string }[] } }).summary;
      expect(warnings.map(({ code }) => code)).toEqual(['COLLSCAN', 'IN_MEMORY_SORT', 'EXAMINES_MANY']);
      expect(answer.text).not.toContain('serverInfo');
      const served = await explain({ collection: 'orders', filter: { _id: { $oid: '5f1c0d5f1c0d5f1c0d5f1c0d' } } });
      expect(served.json).toMatchObject({ summary: { indexes: [], docsExamined: 0, warnings: [] } });
    });

    it('sums an aggregation up, and does not run it where it is only planned', async () => {
      const pipeline = [
        { $match: { status: 's1' } },
        { $group: { _id: '$status', n: { $sum: 1 } } },
        { $sort: { n: -1 } },
      ];
      const answer = await explain({ collection: 'orders', pipeline });
      expect(answer.json).toMatchObject({
        summary: {
          docsExamined: 3_000,
          warnings: [{ code: 'COLLSCAN' }, { code: 'IN_MEMORY_SORT' }, expect.anything()],
        },
      });
      const planned = await explain({ collection: 'orders', pipeline, verbosity: 'queryPlanner' });
      expect(planned.json).toMatchObject({ summary: { docsExamined: null, executionMs: null } });
    });

    const refused: [string, object, string][] = [
      ['$out', { pipeline: [{ $out: 'x' }] }, 'VALIDATION_FAILED'],
      ['$merge in a facet', { pipeline: [{ $facet: { a: [{ $merge: 'x' }] } }] }, 'VALIDATION_FAILED'],
      [
        '$out in a lookup',
        { pipeline: [{ $lookup: { from: 'a', as: 'b', pipeline: [{ $out: 'x' }] } }] },
        'VALIDATION_FAILED',
      ],
      [
        'a lookup in another database',
        { pipeline: [{ $lookup: { from: { db: 'admin', coll: 'a' }, as: 'b' } }] },
        'VALIDATION_FAILED',
      ],
      [
        'a lookup in what the server keeps',
        { pipeline: [{ $lookup: { from: 'system.profile', as: 'b' } }] },
        'NAMESPACE_INVALID',
      ],
      [
        'code in a group',
        { pipeline: [{ $group: { _id: { $function: { body: 'x', args: [], lang: 'js' } } } }] },
        'VALIDATION_FAILED',
      ],
      ['$where', { filter: { $where: '1' } }, 'FILTER_INVALID'],
      ['$where in a match', { pipeline: [{ $match: { $where: '1' } }] }, 'FILTER_INVALID'],
      ['two stages in one', { pipeline: [{ $limit: 1, $skip: 1 }] }, 'VALIDATION_FAILED'],
      ['a filter beside a pipeline', { pipeline: [], filter: {} }, 'VALIDATION_FAILED'],
      ['what MongoDB refuses', { pipeline: [{ $limit: 'x' }] }, 'QUERY_REFUSED'],
      ['an index that is not there', { filter: {}, hint: 'nobody' }, 'QUERY_REFUSED'],
      ['a hidden collection', { collection: 'system.profile' }, 'NAMESPACE_INVALID'],
      ['too long a time', { maxTimeMs: 600_000 }, 'VALIDATION_FAILED'],
      ['an unknown verbosity', { verbosity: 'all' }, 'VALIDATION_FAILED'],
    ];
    it.each(refused)('refuses %s', async (_what, body, code) => {
      const answer = await explain({ collection: 'orders', ...body });
      expect(answer.json).toMatchObject({ code });
      expect(answer.status).toBeLessThan(500);
    });
  });

  describe('GET and DELETE operations', () => {
    /** A change stream that waits for what never comes: it runs until it is killed, and costs nothing. */
    const hang = async () => {
      const { client, db } = service.database;
      const session = client.startSession();
      const pipeline = [{ $changeStream: {} }, { $match: { 'fullDocument.owner': SECRET } }];
      const { cursor } = await db.command({ aggregate: 'orders', pipeline, cursor: {} }, { session });
      const ended = db.command({ getMore: cursor.id, collection: 'orders', maxTimeMS: 120_000 }, { session }).then(
        () => 'finished',
        (error: unknown) => String((error as { codeName?: string }).codeName),
      );
      return { ended: ended.finally(() => session.endSession()) };
    };
    const listed = () =>
      eventually('the operation in the list', async () => {
        const answer = await get(`operations?namespace=${service.database.name}.orders`);
        const [found] = (answer.json as { items: { id: string }[] }).items;
        expect(answer.text).not.toContain('jane');
        return found;
      });

    it('shows what runs, and ends it, once it has been asked whether', async () => {
      const { ended } = await hang();
      const found = await listed();
      expect(found).toMatchObject({
        ...{ operation: 'aggregate (getMore)', isInternal: false, service: null, isIndexBuild: false },
        shape: { pipeline: [expect.anything(), { $match: { 'fullDocument.owner': '?' } }] },
      });
      const kill = (id: string, text = '') =>
        service.call('DELETE', `${BASE}/operations/${id}${text}`, { key: keys.admin });
      expect((await kill(found.id, '?dryRun=true')).json).toMatchObject({
        state: 'would-be-killed',
        operation: { id: found.id },
      });
      const other = found.id.replace(/.{8}$/, '00000000');
      expect((await kill(other)).json).toMatchObject({ status: 404, code: 'OPERATION_NOT_FOUND' });
      expect((await kill(found.id)).json).toMatchObject({
        operation: { id: found.id },
        state: expect.stringMatching(/^(killed|ending)$/),
      });
      expect(await ended).toBe('Interrupted');
      expect((await kill(found.id)).json).toMatchObject({ status: 404 });
    });

    it('never ends what the server does for itself', async () => {
      const all = (await get('operations?internal=true&limit=1000')).json as {
        items: { id: string; isInternal: boolean }[];
      };
      const internal = all.items.filter((one) => one.isInternal);
      expect(internal.length).toBeGreaterThan(0);
      const shown = (await get('operations?limit=1000')).json as { items: { isInternal: boolean }[] };
      expect(shown.items.filter((one) => one.isInternal)).toEqual([]);
      const outcomes: unknown[] = [];
      for (const { id } of internal.slice(0, 5)) {
        const answer = await service.call('DELETE', `${BASE}/operations/${id}?confirm=true`, { key: keys.admin });
        outcomes.push(answer.json?.['code']);
      }
      // Some have ended by the time they are asked for; none was killed.
      expect(outcomes.filter((code) => code !== 'OPERATION_PROTECTED' && code !== 'OPERATION_NOT_FOUND')).toEqual([]);
      expect(outcomes).toContain('OPERATION_PROTECTED');
    });

    it.each(['operations?minSeconds=-1', 'operations?limit=5000', 'operations?internal=maybe', 'operations?x=1'])(
      'GET refuses %s',
      async (path) => {
        expect((await get(path)).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
      },
    );

    it.each(['x', '1', '1.zz', '%24where.00000000', '99999999.00000000'])('DELETE knows no %s', async (id) => {
      const answer = await service.call('DELETE', `${BASE}/operations/${id}`, { key: keys.admin });
      expect(answer.json).toMatchObject({ status: 404, code: 'OPERATION_NOT_FOUND' });
    });
  });

  describe('GET index-advice and POST index-advice/{id}/try', () => {
    const advice = async () => (await get('index-advice?collection=orders')).json as { items: Advice[] };

    it('propose with evidence and cost, try hidden, and leave out what is served', async () => {
      await profiled(async () => {
        for (const status of ['s4', 's5']) await query(status);
      });
      const { items } = await advice();
      const found = items.find((one) => 'at' in one.keys);
      expect(Object.entries(found?.keys ?? {})).toEqual([
        ['owner', 1],
        ['status', 1],
        ['at', -1],
      ]);
      expect(found).toMatchObject({
        ...{
          collection: 'orders',
          equality: ['owner', 'status'],
          sort: ['at'],
          range: [],
          name: 'owner_1_status_1_at_-1',
        },
        evidence: expect.arrayContaining([expect.objectContaining({ operation: 'find', sortsInMemory: true })]),
        presentIndexes: [{ name: '_id_', isReplaced: false }],
        cost: { documents: 3_000, presentIndexes: 1 },
      });
      expect((found as unknown as { cost: { sizeBytes: number } }).cost.sizeBytes).toBeGreaterThan(3_000 * 20);
      expect(JSON.stringify(items)).not.toContain('jane');

      const started = await service.call('POST', `${BASE}/index-advice/${found?.id ?? ''}/try`, { key: keys.admin });
      expect(started.status).toBe(202);
      const job = await eventually('the end of the job', async () => {
        const { json } = await service.call('GET', String(started.headers['location']), { key: keys.viewer });
        return ['succeeded', 'failed'].includes(String(json?.['state'])) && json;
      });
      expect(job).toMatchObject({
        state: 'succeeded',
        result: {
          ...{ name: 'owner_1_status_1_at_-1', isBetter: true },
          without: expect.arrayContaining([expect.objectContaining({ docsExamined: 3_000, sortsInMemory: true })]),
          with: expect.arrayContaining([
            expect.objectContaining({ docsExamined: 5, sortsInMemory: false, indexes: ['owner_1_status_1_at_-1'] }),
          ]),
          chosen: expect.arrayContaining([expect.any(String)]),
        },
      });
      expect(JSON.stringify(job)).not.toContain('jane');
      const stored = (await orders().listIndexes().toArray()).find(({ name }) => name === 'owner_1_status_1_at_-1');
      expect(stored).toMatchObject({ hidden: true });
      await service.database.db.command({
        collMod: 'orders',
        index: { name: 'owner_1_status_1_at_-1', hidden: false },
      });
      expect((await advice()).items.filter((one) => 'at' in one.keys)).toEqual([]);
    });

    it('know no proposal that nothing supports, and refuse bad input', async () => {
      for (const id of ['adv_0000000000000000', 'x'])
        expect((await service.call('POST', `${BASE}/index-advice/${id}/try`, { key: keys.admin })).json).toMatchObject({
          ...{ status: 404, code: 'INDEX_ADVICE_NOT_FOUND' },
        });
      for (const text of ['hours=0', 'limit=1000', 'y=1'])
        expect((await get(`index-advice?${text}`)).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
      expect((await get('index-advice?collection=a$b')).json).toMatchObject({ code: 'NAMESPACE_INVALID' });
    });
  });
});

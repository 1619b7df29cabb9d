import type { LeaseStore } from '@lucid/core/lease';
import { collectionLease } from '@lucid/jobs/contracts/collection-drop';
import { TOKENS } from '@lucid/service-kit/tokens';
import { eventually } from '@lucid/testing/eventually';
import { engineVariable } from '@lucid/testing/engines';
import { MongoClient, type Db, type Document } from 'mongodb';
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
      const other = await put({ level: 1, filter: { ns: `${service.database.name}.others` } });
      expect(JSON.stringify(other.json?.['filter'])).toContain('.others');
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

    it('give a member that leads again the filter that was asked for while another one led', async () => {
      const nsOf = (name: string) => ({ ns: `${service.database.name}.${name}` });
      expect((await put({ level: 1, filter: nsOf('before') })).status).toBe(200);
      // What the service that saw the other primary stored: another wish, which this member has not been given.
      const intents = service.app.get<Db>(TOKENS.CONTROL_DATABASE).collection<{ _id: string }>('profiler_intents');
      const settings = { level: 1, slowMs: 100, sampleRate: 1, filter: JSON.stringify(nsOf('after')) };
      await intents.updateOne({ _id: service.database.name }, { $set: { settings, revision: 'of-the-other' } });
      await eventually('the other filter', async () => {
        const present = await service.database.db.command({ profile: -1 });
        return JSON.stringify(present['filter']).includes('.after');
      });
      await put({ level: 0 });
      expect(await intents.countDocuments({})).toBe(0);
    });

    it('end it on a member that is the primary no more', async () => {
      const { name, uri, client } = service.database;
      const primary = String((await client.db('admin').command({ hello: 1 }))['me']);
      const host =
        engineVariable('LUCID_MONGODB_MEMBERS')
          .split(',')
          .find((member) => member !== primary) ?? '';
      const member = new MongoClient(
        uri.replace(/@[^/]*\/[^?]*\?/, `@${host}/?directConnection=true&`).replace(/replicaSet=[^&]*&?/, ''),
      );
      try {
        await member.db(name).command({ profile: 1, slowms: 400 });
        const settings = { level: 0, slowMs: 100, sampleRate: 1, filter: null };
        const wanted = {
          settings: { ...settings, level: 1, slowMs: 400 },
          sizeBytes: null,
          revision: 'r',
          startedBy: 'test',
        };
        const times = { startedAt: new Date(0), until: new Date(1), before: [{ host, settings }] };
        const intents = service.app.get<Db>(TOKENS.CONTROL_DATABASE).collection<{ _id: string }>('profiler_intents');
        await intents.insertOne({ _id: name, ...wanted, ...times });
        await eventually('the end on the other member', async () => (await intents.countDocuments({})) === 0);
        expect(await member.db(name).command({ profile: -1 })).toMatchObject({ was: 0, slowms: 100 });
      } finally {
        await member.db(name).command({ profile: 0, slowms: 100 });
        await member.close();
      }
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
      // Who reads only the sentence is told what to send.
      if (pointer === '/confirm') expect(answer.json?.['detail']).toContain('send "confirm": true');
      expect((await get('profiler')).json).toMatchObject({ level: 0 });
    });

    it('PUT wants nothing any more of what MongoDB refuses', async () => {
      // No entry has the second field: MongoDB says so, where it was not lost on its way.
      for (const filter of [{ ns: { $type: 'nothing' } }, { toString: 'y' }])
        expect((await put({ level: 1, filter })).json).toMatchObject({ status: 422, code: 'QUERY_REFUSED' });
      expect((await get('profiler')).json).toMatchObject({ level: 0, until: null });
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

    it('leaves nothing behind where it is cancelled', async () => {
      await profiled(() =>
        orders()
          .find({ n: { $gt: 2_990 }, owner: 'nobody' })
          .toArray(),
      );
      const found = (await advice()).items.find((one) => 'n' in one.keys);
      // Whoever changes the collection now keeps the index from being built.
      const lease = await service.app.get<LeaseStore>(TOKENS.LEASES).acquire(collectionLease('orders'), 'somebody');
      const started = await service.call('POST', `${BASE}/index-advice/${found?.id ?? ''}/try`, { key: keys.admin });
      const location = String(started.headers['location']);
      const stateOf = async (path: string) => (await service.call('GET', path, { key: keys.viewer })).json;
      const child = await eventually('the job of the index', async () => {
        const { items } = (await stateOf('/api/v1/jobs?name=index.create&state=queued')) as unknown as {
          items: Document[];
        };
        return items[0];
      });
      expect((await service.call('DELETE', location, { key: keys.admin })).status).toBeLessThan(300);
      await eventually('the end', async () => (await stateOf(location))?.['state'] === 'cancelled');
      // It may have been in the middle of asking for the lease once more.
      await eventually('its end', async () => {
        const { state } = (await stateOf(`/api/v1/jobs/${String(child['id'])}`)) ?? {};
        return state === 'cancelled';
      });
      await lease.release();
      expect((await orders().listIndexes().toArray()).map(({ key }) => Object.keys(key as object))).not.toContainEqual([
        'owner',
        'n',
      ]);
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

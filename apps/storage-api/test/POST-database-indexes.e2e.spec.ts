import { eventually } from '@lucid/testing/eventually';
import type { Db } from 'mongodb';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';
import { indexCalls } from './index-calls.ts';

describe('indexes', () => {
  let service: TestService;
  let api: ReturnType<typeof indexCalls>;
  let viewer: string;
  let db: Db;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    api = indexCalls(service, await service.key('operator'));
    viewer = await service.key('viewer');
    db = service.database.db;
    await db.collection('people').insertMany(
      Array.from({ length: 200 }, (_, n) => {
        const place = { type: 'Point', coordinates: [n / 10, n / 20] };
        return { n, email: `p${String(n)}@example.org`, city: `c${String(n % 5)}`, at: new Date(), place };
      }),
    );
  });
  afterAll(() => service.close());

  describe('POST /api/v1/database/collections/{name}/indexes', () => {
    it.each([
      [{ keys: { n: 1, city: -1 } }, 'n_1_city_-1', {}],
      [{ keys: { email: 1 }, unique: true, name: 'by_email' }, 'by_email', { unique: true }],
      [{ keys: { at: 1 }, expireAfterSeconds: 86_400 }, 'at_1', { expireAfterSeconds: 86_400 }],
      [
        { keys: { city: 1 }, partialFilterExpression: { n: { $gt: 5 } } },
        'city_1',
        { partialFilterExpression: { n: { $gt: 5 } } },
      ],
      [
        { keys: { city: 'text', email: 'text' }, weights: { city: 3 }, defaultLanguage: 'german' },
        'city_text_email_text',
        { default_language: 'german' },
      ],
      [{ keys: { place: '2dsphere' } }, 'place_2dsphere', { '2dsphereIndexVersion': 3 }],
      [{ keys: { '$**': 1 }, wildcardProjection: { city: 1 } }, '$**_1', { wildcardProjection: expect.anything() }],
      [{ keys: { n: 'hashed' } }, 'n_hashed', {}],
      [
        { keys: { city: 1 }, name: 'german', hidden: true, collation: { locale: 'de' } },
        'german',
        { collation: expect.objectContaining({ locale: 'de' }) },
      ],
      [{ keys: { maybe: 1 }, sparse: true }, 'maybe_1', { sparse: true }],
    ])('builds %j', async (body, name, options) => {
      const accepted = await api.create('people', body);
      expect(accepted.status).toBe(202);
      expect(accepted.json).toMatchObject({ name: 'index.create', payload: { collection: 'people', name } });
      const job = await api.ended(accepted);
      expect(job).toMatchObject({ state: 'succeeded', result: { name, created: true, sizeBytes: expect.any(Number) } });
      // The builder's thread may end after its answer, and a member may answer too late once on a busy host.
      const index = await eventually('the index as each member has it', async () =>
        (await api.list('people')).find(
          (one) => one.name === name && one.build === null && one.usage?.unreachable.length === 0,
        ),
      );
      expect(index).toMatchObject({
        options,
        hidden: name === 'german',
        build: null,
        usage: { operations: 0, unreachable: [] },
      });
    });

    it('finds what is there already, whoever asks', async () => {
      const again = await api.ended(await api.create('people', { keys: { n: 1, city: -1 } }));
      expect(again).toMatchObject({ state: 'succeeded', result: { created: false } });
      expect(
        (await service.call('POST', api.path('people'), { key: viewer, body: { keys: { x: 1 } } })).json,
      ).toMatchObject({ status: 403 });
    });

    it.each([
      ['people', { keys: { n: 1, city: -1 }, name: 'other' }, 409, 'INDEX_CONFLICT', 'n_1_city_-1'],
      ['people', { keys: { x: 1 }, name: 'by_email' }, 409, 'INDEX_CONFLICT', 'by_email'],
      ['people', { keys: { other: 'text' } }, 409, 'INDEX_CONFLICT', 'city_text_email_text'],
      [
        'people',
        { keys: { x: 1 }, partialFilterExpression: { x: { $not: { $eq: 1 } } } },
        422,
        'DEFINITION_INVALID',
        '$not',
      ],
      ['people', { keys: { x: 1 }, collation: { locale: 'klingon' } }, 422, 'DEFINITION_INVALID', 'locale'],
      ['people', { keys: { x: 'text', y: '2dsphere' } }, 422, 'DEFINITION_INVALID', 'index plugin'],
      [
        'people',
        { keys: { x: 1 }, partialFilterExpression: { x: { $date: 'never' } } },
        400,
        'EXTENDED_JSON_INVALID',
        '',
      ],
      ['people', { keys: {} }, 400, 'VALIDATION_FAILED', 'keys'],
      ['people', { keys: { x: 7 } }, 400, 'VALIDATION_FAILED', '/keys/x'],
      ['people', { keys: [['x', 1]] }, 400, 'VALIDATION_FAILED', 'keys'],
      ['people', { keys: { x: 1 }, background: true }, 400, 'VALIDATION_FAILED', 'background'],
      ['people', {}, 400, 'VALIDATION_FAILED', 'keys'],
      ['people', [], 400, '', ''],
      ['people', { keys: { '$**': -1 }, wildcardProjection: { a: 1, b: 0 } }, 422, 'DEFINITION_INVALID', ''],
      ['people', { keys: { x: 1 }, partialFilterExpression: { a: { $regex: '(' } } }, 422, 'DEFINITION_INVALID', ''],
      ['people', { keys: { x: 1 }, wildcardProjection: 5 }, 400, 'VALIDATION_FAILED', 'wildcardProjection'],
      ['people', { keys: { 'x\ud800': 1 } }, 400, 'VALIDATION_FAILED', 'keys'],
      ['nothing', { keys: { x: 1 } }, 404, 'COLLECTION_NOT_FOUND', 'nothing'],
      ['audit_logs', { keys: { x: 1 } }, 403, 'FORBIDDEN', ''],
      ['system.users', { keys: { x: 1 } }, 400, 'NAMESPACE_INVALID', ''],
    ])('refuses on %s %j at once', async (collection, body, status, code, named) => {
      const answer = await api.create(collection, body);
      expect(answer.json).toMatchObject({ status, code: code === '' ? expect.any(String) : code });
      expect(answer.text).toContain(named);
      expect(answer.text).not.toMatch(/__restore_trial|127\.0\.0\.1/);
    });

    it('leaves nothing behind of what it tried', async () => {
      expect(await db.listCollections({ name: /^__restore_/ }).toArray()).toEqual([]);
    });

    it('names the fields whose values are taken twice, and documents that share them', async () => {
      await db
        .collection<{ _id: string }>('twins')
        .insertMany([
          { _id: 'a', mail: 'secret@example.org', box: 1 } as { _id: string },
          { _id: 'b', mail: 'secret@example.org', box: 1 } as { _id: string },
        ]);
      const job = await api.ended(await api.create('twins', { keys: { mail: 1, box: 1 }, unique: true }));
      expect(job).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'DUPLICATE_KEY' } });
      expect(job.error?.errors?.map(({ pointer }) => pointer)).toEqual(['/keys/mail', '/keys/box']);
      expect(job.error?.detail).toContain('"a", "b"');
      expect(JSON.stringify(job.error)).not.toContain('secret@example.org');
      expect((await api.list('twins')).map(({ name }) => name)).toEqual(['_id_']);
    });

    it.each([
      [{ a: 1, b: 1 }, 'arrays in two of its fields'],
      [{ a: 'hashed' }, 'an array in a hashed field'],
      [{ place: '2dsphere' }, 'no valid GeoJSON'],
    ])('says of %j what documents do not allow, without their values', async (keys, why) => {
      await db.collection('awkward').deleteMany({});
      const place = { type: 'Point', coordinates: [999.125, 999.125] };
      await db.collection('awkward').insertOne({ a: [7_654_321], b: [7_654_321], place });
      const job = await api.ended(await api.create('awkward', { keys }));
      expect(job).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'DEFINITION_INVALID' } });
      expect(job.error?.detail).toContain(why);
      expect(JSON.stringify(job.error)).not.toMatch(/7654321|999\.125/);
    });

    it('takes a field of every name', async () => {
      const body = '{"keys": {"constructor": 1, "toString": -1}}';
      const job = await api.ended(
        await service.call('POST', api.path('awkward'), { key: await service.key('operator'), body }),
      );
      expect(job).toMatchObject({ state: 'succeeded', result: { name: 'constructor_1_toString_-1' } });
    });

    it('builds on a time series, and on no view', async () => {
      await db.createCollection('series', { timeseries: { timeField: 't', metaField: 'm' } });
      await db.createCollection('people_view', { viewOn: 'people' });
      expect(await api.ended(await api.create('series', { keys: { m: 1, t: -1 } }))).toMatchObject({
        state: 'succeeded',
      });
      expect((await api.list('series')).map(({ name }) => name)).toContain('m_1_t_-1');
      const failed = await api.ended(await api.create('series', { keys: { m: 'text' } }));
      expect(failed).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'DEFINITION_INVALID' } });
      expect((await api.create('people_view', { keys: { n: 1 } })).json).toMatchObject({
        status: 409,
        code: 'CONFLICT',
      });
    });
  });

  describe('GET /api/v1/database/collections/{name}/indexes', () => {
    it('sums the use of an index over the members', async () => {
      const read = (readPreference: 'primary' | 'secondary') =>
        db.collection('people', { readPreference }).find({ email: 'p7@example.org' }).toArray();
      await read('primary');
      for (let count = 0; count < 4; count += 1) await read('secondary');
      const index = await eventually('an answer of each member', async () =>
        (await api.list('people')).find(({ name, usage }) => name === 'by_email' && usage?.unreachable.length === 0),
      );
      expect(index?.usage).toMatchObject({ operations: 5, unreachable: [] });
      expect(index?.usage?.members).toHaveLength(3);
    });

    it('marks those of a model, and knows no collection that is not there', async () => {
      await db.collection('blocks').createIndex({ height: 1 }, { unique: true });
      await db.collection('blocks').createIndex({ mine: 1 });
      const marks = (await api.list('blocks')).map(({ name, isOfModel }) => [name, isOfModel]);
      expect(Object.fromEntries(marks)).toEqual({ _id_: false, height_1: true, mine_1: false });
      expect((await service.call('GET', api.path('nothing'), { key: viewer })).json).toMatchObject({
        status: 404,
        code: 'COLLECTION_NOT_FOUND',
      });
      expect((await service.call('GET', api.path('people'))).status).toBe(401);
    });
  });

  describe('PATCH /api/v1/database/collections/{name}/indexes/{index}', () => {
    it('hides an index and shows it again, as often as asked', async () => {
      for (const hidden of [true, true, false, false]) {
        const answer = await api.hide('people', 'n_1_city_-1', { hidden });
        expect(answer.status).toBe(200);
        expect(answer.json).toMatchObject({ name: 'n_1_city_-1', hidden });
        const stored = await db.collection('people').listIndexes().toArray();
        expect(stored.find(({ name }) => name === 'n_1_city_-1')?.['hidden'] ?? false).toBe(hidden);
      }
    });

    it.each([
      ['_id_', { hidden: true }, 409, 'CONFLICT'],
      ['none', { hidden: true }, 404, 'INDEX_NOT_FOUND'],
      ['*', { hidden: true }, 404, 'INDEX_NOT_FOUND'],
      ['by_email', {}, 400, 'VALIDATION_FAILED'],
      ['by_email', { hidden: 'yes' }, 400, 'VALIDATION_FAILED'],
      ['by_email', { unique: false }, 400, 'VALIDATION_FAILED'],
    ])('refuses %s %j', async (index, body, status, code) => {
      expect((await api.hide('people', index, body)).json).toMatchObject({ status, code });
    });

    it('is for operators', async () => {
      const refused = await service.call('PATCH', api.path('people', 'by_email'), {
        key: viewer,
        body: { hidden: true },
      });
      expect(refused.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    });
  });

  describe('DELETE /api/v1/database/collections/{name}/indexes/{index}', () => {
    const names = async (collection: string): Promise<string[]> => (await api.list(collection)).map(({ name }) => name);

    it('only says with dryRun what would go, and what speaks for it', async () => {
      // Of the members that answer in time.
      await eventually('the use on each member', async () => {
        const plan = await api.drop('people', 'by_email', '?dryRun=true');
        expect(plan.status).toBe(200);
        expect(plan.json).toMatchObject({
          ...{ collection: 'people', name: 'by_email', outcome: 'none', needsConfirm: false },
        });
        expect((plan.json?.['evidence'] as string[]).join()).toMatch(/used 5 times .*keeps values unique/);
        return true;
      });
      expect(await names('people')).toContain('by_email');
    });

    it('hides it first, and says how it goes on', async () => {
      await db.collection('people').createIndex({ n: 1, email: 1 });
      await db.collection('people').createIndex({ n: 1 });
      const hidden = await api.drop('people', 'n_1', '?hideFirst=true');
      expect(hidden.json).toMatchObject({ outcome: 'hidden', hidden: true, coveredBy: 'n_1_city_-1' });
      expect(hidden.json?.['next']).toEqual([
        'DELETE /api/v1/database/collections/people/indexes/n_1',
        'PATCH /api/v1/database/collections/people/indexes/n_1 {"hidden": false}',
      ]);
      expect((await api.list('people')).find(({ name }) => name === 'n_1')?.hidden).toBe(true);
      expect((await api.drop('people', 'n_1')).json).toMatchObject({ outcome: 'dropped', next: [] });
      expect(await names('people')).not.toContain('n_1');
      expect((await api.drop('people', 'n_1')).json).toMatchObject({ status: 404, code: 'INDEX_NOT_FOUND' });
    });

    it('asks twice for the index of a model', async () => {
      expect((await api.drop('blocks', 'height_1', '?dryRun=true')).json).toMatchObject({ needsConfirm: true });
      for (const query of ['', '?confirm=mine_1'])
        expect((await api.drop('blocks', 'height_1', query)).json).toMatchObject({
          status: 409,
          code: 'CONFIRMATION_REQUIRED',
        });
      expect((await api.drop('blocks', 'height_1', '?confirm=height_1')).json).toMatchObject({ outcome: 'dropped' });
      expect(await names('blocks')).toEqual(['_id_', 'mine_1']);
    });

    it('never takes _id_, or all of them', async () => {
      expect((await api.drop('blocks', '_id_', '?confirm=_id_')).json).toMatchObject({ status: 409, code: 'CONFLICT' });
      expect((await api.drop('blocks', '*')).json).toMatchObject({ status: 404, code: 'INDEX_NOT_FOUND' });
      expect((await api.drop('audit_logs', 'at_-1')).json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      expect((await api.drop('blocks', 'mine_1', '?dryRun=1')).json).toMatchObject({
        status: 400,
        code: 'VALIDATION_FAILED',
      });
      const refused = await service.call('DELETE', api.path('blocks', 'mine_1'), { key: viewer });
      expect(refused.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      expect(await names('blocks')).toEqual(['_id_', 'mine_1']);
    });
  });

  it('GET /api/v1/database/index-report names what is unused and what another index covers, with evidence', async () => {
    const report = await eventually('an answer of each member', async () => {
      const answer = await service.call('GET', '/api/v1/database/index-report', { key: viewer });
      expect(answer.status).toBe(200);
      return (answer.json?.['unreachable'] as unknown[]).length === 0 && answer;
    });
    expect(report.json).toMatchObject({
      unreachable: [],
      collections: expect.any(Number),
      indexes: expect.any(Number),
    });
    interface Found {
      collection: string;
      index: string;
    }
    const { unused, redundant } = report.json as { unused: Found[]; redundant: Found[] };
    const ofPeople = unused.filter(({ collection }) => collection === 'people').map(({ index }) => index);
    expect(ofPeople).toEqual(expect.arrayContaining(['city_text_email_text', 'n_1_email_1', 'place_2dsphere']));
    // Used; unique; a TTL index; the one that everybody has.
    for (const name of ['by_email', 'at_1', '_id_']) expect(ofPeople).not.toContain(name);
    expect(unused[0]).toMatchObject({ usage: { operations: 0 }, confidence: 'low', observedHours: expect.any(Number) });
    await db.collection('people').createIndex({ n: -1 });
    const again = await service.call('GET', '/api/v1/database/index-report', { key: viewer });
    const { redundant: now } = again.json as { redundant: Found[] };
    expect(redundant.filter(({ index }) => index === 'n_-1')).toEqual([]);
    expect(now.find(({ index }) => index === 'n_-1')).toMatchObject({ collection: 'people', coveredBy: 'n_1_city_-1' });
    expect((await service.call('GET', '/api/v1/database/index-report')).status).toBe(401);
  });
});

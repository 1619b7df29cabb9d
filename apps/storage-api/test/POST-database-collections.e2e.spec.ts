import { startTestService, type Answer, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const PATH = '/api/v1/database/collections';

describe('collections', () => {
  let service: TestService;
  let key: string;
  let viewer: string;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    key = await service.key('operator');
    viewer = await service.key('viewer');
  });
  afterAll(() => service.close());

  const create = (body: unknown): Promise<Answer> => service.call('POST', PATH, { key, body });
  const get = (name: string): Promise<Answer> =>
    service.call('GET', `${PATH}/${encodeURIComponent(name)}`, { key: viewer });

  describe('POST /api/v1/database/collections', () => {
    it('makes one with a validator, for an operator', async () => {
      const validator = { $jsonSchema: { required: ['at'], properties: { at: { bsonType: 'date' } } } };
      const body = {
        name: 'sightings',
        validator,
        validationAction: 'error',
        collation: { locale: 'de', strength: 2 },
      };
      expect((await service.call('POST', PATH, { key: viewer, body })).json).toMatchObject({
        status: 403,
        code: 'FORBIDDEN',
      });
      const answer = await create(body);
      expect(answer.status).toBe(201);
      expect(answer.headers['location']).toBe(`${PATH}/sightings`);
      expect(answer.json).toMatchObject({
        name: 'sightings',
        type: 'collection',
        isValidated: true,
        model: null,
        documents: 0,
      });
      await expect(service.database.db.collection('sightings').insertOne({ at: 'noon' })).rejects.toMatchObject({
        code: 121,
      });
      expect((await get('sightings')).json).toMatchObject({
        options: { validator, collation: { locale: 'de', strength: 2 } },
      });
    });

    it('keeps fields of every name in its validator', async () => {
      const validator = {
        $jsonSchema: { required: ['constructor'], properties: { constructor: { bsonType: 'string' } } },
      };
      expect((await create({ name: 'odd', validator })).json).toMatchObject({ options: { validator } });
    });

    it('makes time series, capped and clustered ones', async () => {
      const series = {
        name: 'readings',
        timeseries: { timeField: 'at', metaField: 'source', granularity: 'minutes' },
        expireAfterSeconds: 3600,
      };
      expect((await create(series)).json).toMatchObject({
        ...{ type: 'timeseries', documents: null },
        options: { timeseries: { timeField: 'at', metaField: 'source', granularity: 'minutes' } },
      });
      expect((await create({ name: 'ring', capped: { sizeBytes: 8192, documents: 5 } })).json).toMatchObject({
        isCapped: true,
      });
      expect((await create({ name: 'ordered', clustered: true })).json).toMatchObject({ isClustered: true });
      expect((await create({ name: 'watched', preAndPostImages: true })).json).toMatchObject({
        options: { changeStreamPreAndPostImages: { enabled: true } },
      });
    });

    it('makes one of a model, with its validator and indexes', async () => {
      const refused = await create({ name: 'sessions' });
      expect(refused.json).toMatchObject({ status: 400, errors: [{ pointer: '/model', code: 'REQUIRED' }] });
      const made = await create({ name: 'sessions', model: 'Session' });
      expect(made.json).toMatchObject({ model: 'Session', isAsModel: true, isValidated: true });
      const indexes = await service.database.db.collection('sessions').listIndexes().toArray();
      expect(indexes.map(({ name }) => name as string)).toContain('session_id_1');
      expect((await create({ name: 'sessions_2025', model: 'sessions' })).json).toMatchObject({
        name: 'sessions_2025',
        model: null,
        isValidated: true,
      });
      expect((await create({ name: 'metrics', model: 'Metric' })).json).toMatchObject({
        type: 'timeseries',
        isAsModel: true,
      });
    });

    it('refuses a name that is taken, by a collection or a view', async () => {
      await service.database.db.createCollection('taken');
      await service.database.db.createCollection('taken_view', { viewOn: 'taken' });
      for (const name of ['taken', 'taken_view'])
        expect((await create({ name })).json).toMatchObject({ status: 409, code: 'COLLECTION_EXISTS' });
    });

    it.each([
      [{}, 400, 'VALIDATION_FAILED'],
      [{ name: 5 }, 400, 'VALIDATION_FAILED'],
      [{ name: 'a', unknown: 1 }, 400, 'VALIDATION_FAILED'],
      [{ name: 'system.users' }, 400, 'NAMESPACE_INVALID'],
      [{ name: 'a$b' }, 400, 'NAMESPACE_INVALID'],
      [{ name: '__restore_x' }, 400, 'NAMESPACE_INVALID'],
      [{ name: 'audit_logs', model: 'AuditLog' }, 403, 'FORBIDDEN'],
      [{ name: 'a', model: 'Nonsense' }, 400, 'VALIDATION_FAILED'],
      [{ name: 'a', model: 'Session', validator: {} }, 400, 'VALIDATION_FAILED'],
      [{ name: 'a', capped: { sizeBytes: 1 } }, 400, 'VALIDATION_FAILED'],
      [{ name: 'a', timeseries: { timeField: 't' }, capped: { sizeBytes: 8192 } }, 400, 'VALIDATION_FAILED'],
      [{ name: 'a', expireAfterSeconds: 5 }, 400, 'VALIDATION_FAILED'],
      [{ name: 'a', validator: { at: { $date: 'yesterday' } } }, 400, 'EXTENDED_JSON_INVALID'],
      [{ name: 'a', validator: { $where: 'true' } }, 422, 'DEFINITION_INVALID'],
      [{ name: 'a', validator: { $jsonSchema: { bsonType: 'nothing' } } }, 422, 'DEFINITION_INVALID'],
      [{ name: 'a', validator: { at: { $regex: '(' } } }, 422, 'DEFINITION_INVALID'],
      [
        { name: 'a', validator: { $expr: { $function: { body: 'x', args: [], lang: 'js' } } } },
        422,
        'DEFINITION_INVALID',
      ],
      [{ name: 'a', validator: { 'a\0b': 1 } }, 400, 'EXTENDED_JSON_INVALID'],
      [{ name: 'a\ud800' }, 400, 'NAMESPACE_INVALID'],
      [{ name: 'a', timeseries: { timeField: 'a\0' } }, 400, 'VALIDATION_FAILED'],
      [{ name: 'a', collation: { locale: 'xx-none' } }, 422, 'DEFINITION_INVALID'],
      [{ name: 'a', timeseries: { timeField: 'a.b' } }, 422, 'DEFINITION_INVALID'],
      [{ name: 'a', timeseries: { timeField: 't', metaField: 't' } }, 422, 'DEFINITION_INVALID'],
    ])('refuses %j', async (body, status, code) => {
      const answer = await create(body);
      expect(answer.json).toMatchObject({ status, code });
      expect(answer.text).not.toContain('127.0.0.1');
      expect((await get('a')).status).toBe(404);
    });
  });

  describe('GET /api/v1/database/collections', () => {
    it('lists collections, time series and views by name, hidden ones left out', async () => {
      await service.database.db.createCollection('__restore_1_hidden');
      await service.database.db.createCollection('z_view', { viewOn: 'sightings' });
      const names: string[] = [];
      for (let cursor = ''; ;) {
        const { json } = await service.call('GET', `${PATH}?limit=3${cursor}`, { key: viewer });
        const { items, page } = json as {
          items: { name: string; type: string; viewOn: string | null }[];
          page: { nextCursor: string | null };
        };
        expect(items.length).toBeLessThanOrEqual(3);
        names.push(...items.map(({ name }) => name));
        const view = items.find(({ name }) => name === 'z_view');
        if (view) expect(view).toMatchObject({ type: 'view', viewOn: 'sightings' });
        if (page.nextCursor === null) break;
        cursor = `&cursor=${page.nextCursor}`;
      }
      expect(names).toEqual([...new Set(names)].sort());
      expect(names).toEqual(expect.arrayContaining(['readings', 'sightings', 'z_view']));
      expect(names.filter((name) => /^(__restore_|system\.)/.test(name))).toEqual([]);
    });

    it('refuses a cursor of another list and callers without a key', async () => {
      const foreign = Buffer.from(JSON.stringify(['schedules', 'a', 'a'])).toString('base64url');
      expect((await service.call('GET', `${PATH}?cursor=${foreign}`, { key: viewer })).json).toMatchObject({
        status: 400,
        code: 'BAD_CURSOR',
      });
      expect((await service.call('GET', PATH)).status).toBe(401);
    });
  });

  describe('GET /api/v1/database/collections/{name}', () => {
    it('shows options, sizes and the views that read it, through other views too', async () => {
      const { db } = service.database;
      await db.collection('base').insertMany([{ a: 1 }, { a: 2 }]);
      await db.createCollection('first', { viewOn: 'base' });
      await db.createCollection('second', { viewOn: 'first' });
      await db.createCollection('joined', {
        viewOn: 'ring',
        pipeline: [{ $lookup: { from: 'second', as: 's', pipeline: [] } }],
      });
      await db.createCollection('united', {
        viewOn: 'ring',
        pipeline: [{ $unionWith: { coll: 'base', pipeline: [] } }],
      });
      expect((await get('base')).json).toMatchObject({
        ...{ documents: 2, indexes: 1, isReadOnly: false, dependents: ['first', 'joined', 'second', 'united'] },
        dataBytes: expect.any(Number),
      });
      expect((await get('second')).json).toMatchObject({ type: 'view', documents: null, dependents: ['joined'] });
    });

    it('knows none that is not there, and none that is hidden', async () => {
      expect((await get('nothing')).json).toMatchObject({ status: 404, code: 'COLLECTION_NOT_FOUND' });
      expect((await get('system.views')).json).toMatchObject({ status: 400, code: 'NAMESPACE_INVALID' });
      expect((await get('a/b')).json).toMatchObject({ status: 404, code: 'COLLECTION_NOT_FOUND' });
    });
  });
});

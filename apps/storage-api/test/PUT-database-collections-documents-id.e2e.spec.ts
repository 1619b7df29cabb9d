import { startTestService, type Answer, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

describe('/api/v1/database/collections/{name}/documents/{id}', () => {
  let service: TestService;
  let operator: string;
  let viewer: string;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    [operator, viewer] = [await service.key('operator'), await service.key('viewer')];
    const { db } = service.database;
    await db.createCollection('plain');
    const email = { bsonType: 'object', properties: { email: { bsonType: 'string' } } };
    await db.createCollection('people', { validator: { $jsonSchema: email } });
    await db.createCollection('audit_logs');
    const timeseries = { timeField: 'at', metaField: 'm', granularity: 'seconds' } as const;
    await db.createCollection('measured', { timeseries });
    await db.createCollection('capped', { capped: true, size: 4096, max: 2 });
  });
  afterAll(() => service.close());

  const pathOf = (name: string, id = ''): string => `/api/v1/database/collections/${name}/documents${id}`;
  const post = (name: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    service.call('POST', pathOf(name), { key: operator, body, headers });
  const put = (path: string, body: unknown, ifMatch?: string): Promise<Answer> =>
    service.call('PUT', path, { key: operator, body, headers: ifMatch === undefined ? {} : { 'if-match': ifMatch } });
  const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    service.call('GET', path, { key: viewer, headers });
  const patch = (path: string, kind: 'merge' | 'json', body: unknown, ifMatch = '*'): Promise<Answer> =>
    service.call('PATCH', path, {
      key: operator,
      body,
      headers: { 'content-type': `application/${kind}-patch+json`, 'if-match': ifMatch },
    });
  const made = async (body: object): Promise<{ path: string; etag: string; json: Record<string, unknown> }> => {
    const { headers, json } = await post('plain', body);
    return { path: String(headers['location']), etag: String(headers['etag']), json: json ?? {} };
  };

  describe('PUT', () => {
    it('replaces, and keeps the id', async () => {
      const { path, etag, json } = await made({ a: 1, b: 2 });
      const replaced = await put(path, { c: { $numberLong: '3' } }, etag);
      expect([replaced.status, replaced.json]).toEqual([200, { _id: json['_id'], c: { $numberLong: '3' } }]);
      expect((await get(path)).headers['etag']).toBe(replaced.headers['etag']);
    });

    it('tells its ETag also where MongoDB or JavaScript arranges the document', async () => {
      const { path } = await made({ a: 1 });
      for (const body of [{ at: { $timestamp: { t: 0, i: 0 } } }, { b: 1, 7: 2 }]) {
        const replaced = await put(path, body, '*');
        const read = await get(path, { 'cache-control': 'no-cache' });
        expect([replaced.headers['etag'], replaced.text]).toEqual([read.headers['etag'], read.text]);
      }
    });

    it('needs If-Match, and refuses a stale one', async () => {
      const { path, etag } = await made({ a: 1 });
      expect((await put(path, { a: 2 })).json).toMatchObject({ status: 428, code: 'PRECONDITION_REQUIRED' });
      expect((await put(path, { a: 2 }, `"x", ${etag}`)).status).toBe(200);
      expect((await put(path, { a: 3 }, etag)).json).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
      expect((await put(path, { a: { $numberLong: '2' } }, '*')).status).toBe(200);
    });

    it('lets exactly one of many writers with the same ETag win', async () => {
      const { path, etag } = await made({ n: 0 });
      const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => put(path, { n: n + 1 }, etag)));
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([200, 412, 412, 412, 412, 412, 412, 412]);
      const winner = answers.find(({ status }) => status === 200);
      expect((await get(path)).headers['etag']).toBe(winner?.headers['etag']);
    });

    it('refuses what does not fit', async () => {
      const { path } = await made({ a: 1 });
      expect((await put(path, { _id: 'other' }, '*')).json).toMatchObject({
        status: 400,
        errors: [{ pointer: '/_id' }],
      });
      expect((await put(path, { $set: { a: 1 } }, '*')).json).toMatchObject({ status: 422, code: 'DOCUMENT_INVALID' });
      expect((await put(pathOf('plain', '/none'), {}, '*')).json).toMatchObject({ code: 'DOCUMENT_NOT_FOUND' });
      const { headers } = await post('people', { email: 'put@x' });
      const invalid = await put(String(headers['location']), { email: 1 }, '*');
      expect(invalid.json).toMatchObject({ status: 422, errors: [{ pointer: '/email' }] });
      const other = await service.call('PUT', path, { key: viewer, body: {}, headers: { 'if-match': '*' } });
      expect(other.json).toMatchObject({ status: 403 });
      expect((await put(pathOf('audit_logs', '/1'), {}, '*')).json).toMatchObject({ status: 403 });
    });

    it('refuses a capped collection for good', async () => {
      await post('capped', { _id: 'a' });
      const path = pathOf('capped', '/a');
      const answers = [await put(path, { b: 1 }, '*'), await patch(path, 'merge', { b: 1 })];
      for (const { json } of answers) expect(json).toMatchObject({ status: 409, code: 'CONFLICT', retryable: false });
    });
  });

  describe('PATCH', () => {
    it('merges (RFC 7396), a typed value as a whole, and keeps what it does not name', async () => {
      const { path, etag, json } = await made({
        a: { x: 1, y: { $numberDouble: '2.0' } },
        gone: 1,
        id: { $oid: '5f1c0d5f1c0d5f1c0d5f1c0d' },
      });
      const at = { $date: '2025-01-09T02:00:00Z' };
      const patched = await patch(path, 'merge', { a: { x: { z: 1 } }, gone: null, id: at }, etag);
      expect(patched.json).toEqual({ _id: json['_id'], a: { x: { z: 1 }, y: { $numberDouble: '2.0' } }, id: at });
      expect((await get(path)).headers['etag']).toBe(patched.headers['etag']);
      expect((await patch(path, 'merge', {}, etag)).json).toMatchObject({ status: 412 });
    });

    it('applies a JSON patch (RFC 6902), all or nothing', async () => {
      const { path, etag } = await made({ list: [1, 2], n: { $numberLong: '5' } });
      const patched = await patch(
        path,
        'json',
        [
          { op: 'test', path: '/n', value: { $numberLong: '5' } },
          { op: 'add', path: '/list/-', value: { $numberDouble: '3.0' } },
          { op: 'move', from: '/n', path: '/m' },
        ],
        etag,
      );
      expect(patched.json).toMatchObject({ list: [1, 2, { $numberDouble: '3.0' }], m: { $numberLong: '5' } });
      const refused = await patch(path, 'json', [
        { op: 'remove', path: '/list' },
        { op: 'test', path: '/m', value: 1 },
      ]);
      expect(refused.json).toMatchObject({ status: 422, code: 'PATCH_REFUSED', errors: [{ pointer: '/1' }] });
      expect((await get(path)).headers['etag']).toBe(patched.headers['etag']);
    });

    it.each<[string, unknown]>([
      ['a path into a prototype', [{ op: 'add', path: '/__proto__/admin', value: true }]],
      ['a constructor', [{ op: 'add', path: '/constructor/prototype/admin', value: true }]],
      ['an unknown operation', [{ op: 'eval', path: '/a' }]],
      ['no value', [{ op: 'add', path: '/a' }]],
      ['no list', { op: 'add' }],
      ['too many', Array.from({ length: 201 }, () => ({ op: 'remove', path: '/a' }))],
    ])('refuses %s', async (_what, body) => {
      const { path } = await made({ a: 1 });
      expect((await patch(path, 'json', body)).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
      expect(Object.prototype).not.toHaveProperty('admin');
    });

    it.each<['merge' | 'json', unknown, string]>([
      ['merge', { _id: 5 }, '/_id'],
      ['merge', { _id: null }, '/_id'],
      ['json', [{ op: 'replace', path: '/_id', value: 5 }], '/_id'],
      ['json', [{ op: 'add', path: '/_id', value: 5 }], '/_id'],
      ['json', [{ op: 'copy', from: '/a', path: '/_id' }], '/_id'],
      ['json', [{ op: 'remove', path: '/_id' }], '/0'],
      [
        'json',
        [
          { op: 'test', path: '/a', value: 1 },
          { op: 'move', from: '/_id', path: '/b' },
        ],
        '/1',
      ],
    ])('refuses a %s patch %j of the _id', async (kind, body, pointer) => {
      const { path, etag } = await made({ a: 1 });
      expect((await patch(path, kind, body)).json).toMatchObject({
        ...{ status: 400, code: 'VALIDATION_FAILED', detail: expect.stringContaining('_id cannot be changed') },
        errors: [{ pointer, code: 'IMMUTABLE' }],
      });
      expect((await get(path)).headers['etag']).toBe(etag);
    });

    it('takes the _id that the document has, and a whole document without one', async () => {
      const { path, json } = await made({ a: 1 });
      expect((await patch(path, 'merge', { _id: json['_id'], a: 2 })).json).toEqual({ _id: json['_id'], a: 2 });
      const whole = [{ op: 'replace', path: '', value: { a: 3 } }];
      expect((await patch(path, 'json', whole)).json).toEqual({ _id: json['_id'], a: 3 });
    });

    it('names the types of a patch to who sends another', async () => {
      const { path } = await made({ a: 1 });
      const detail = 'send Content-Type: application/merge-patch+json or application/json-patch+json';
      for (const type of ['application/json', 'text/plain', 'application/xml']) {
        const headers = { 'if-match': '*', 'content-type': type };
        const answer = await service.call('PATCH', path, { key: operator, body: {}, headers });
        expect([type, answer.json]).toMatchObject([type, { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', detail }]);
      }
    });

    it('refuses copies that double without end, other types of body, and no If-Match', async () => {
      const { path } = await made({ a: 'x'.repeat(1000) });
      const doubling = Array.from({ length: 60 }, (_, index) => ({ op: 'copy', from: '', path: `/a${index}` }));
      expect((await patch(path, 'json', doubling)).json).toMatchObject({ status: 422, code: 'PATCH_REFUSED' });
      const json = await service.call('PATCH', path, { key: operator, body: {}, headers: { 'if-match': '*' } });
      expect(json.json).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
      expect(json.headers['accept-patch']).toContain('merge-patch');
      expect((await service.call('PATCH', path, { key: operator, body: {} })).json).toMatchObject({ status: 428 });
      expect((await service.call('PATCH', path, { key: viewer, body: {} })).json).toMatchObject({ status: 403 });
    });
  });

  describe('DELETE', () => {
    const remove = (path: string, ifMatch?: string, key = operator): Promise<Answer> =>
      service.call('DELETE', path, { key, headers: ifMatch === undefined ? {} : { 'if-match': ifMatch } });

    it('removes, and only the version that was meant', async () => {
      const { path, etag } = await made({ a: 1 });
      await get(path);
      expect((await remove(path)).json).toMatchObject({ status: 428 });
      expect((await remove(path, '"x"')).json).toMatchObject({ status: 412 });
      expect((await remove(path, etag, viewer)).json).toMatchObject({ status: 403 });
      const plan = await remove(`${path}?dryRun=true`, etag);
      expect(plan).toMatchObject({ status: 200, json: { wouldRemove: 1, etag } });
      expect((await remove(path, etag)).status).toBe(204);
      expect((await get(path)).json).toMatchObject({ status: 404, code: 'DOCUMENT_NOT_FOUND' });
      expect((await remove(path, '*')).json).toMatchObject({ status: 404 });
    });
  });

  it('a time series takes documents, one by one, and lets none be changed', async () => {
    const made = await post('measured', { at: { $date: '2025-01-09T02:00:00Z' }, m: 'a', v: 1 });
    expect(made).toMatchObject({ status: 201, json: { m: 'a', v: 1 } });
    const path = String(made.headers['location']);
    expect((await get(path)).json).toMatchObject({ m: 'a', v: 1, _id: made.json?.['_id'] });
    expect((await put(path, { v: 2 }, '*')).json).toMatchObject({ status: 409, code: 'CONFLICT' });
    const atomic = await post('measured', { documents: [{ at: { $date: '2025-01-09T02:00:00Z' } }], atomic: true });
    expect(atomic.json).toMatchObject({ status: 409, code: 'CONFLICT' });
  });

  it.each([{ v: 1 }, { at: '2025-01-09T02:00:00Z' }, { at: 5 }, { at: null }])(
    'a time series says of %j what its time field is',
    async (document) => {
      const refused = { code: 'DOCUMENT_INVALID', errors: [{ pointer: '/at', code: 'TIME_FIELD' }] };
      const alone = await post('measured', document);
      expect(alone.json).toMatchObject({ status: 422, detail: expect.stringContaining('"$date"'), ...refused });
      const good = { at: { $date: '2025-01-09T02:00:00Z' } };
      const bulk = await post('measured', { documents: [good, document], ordered: false });
      expect(bulk).toMatchObject({ status: 207, json: { items: [{ status: 201 }, { status: 422, error: refused }] } });
    },
  );

  it('a time series takes no Idempotency-Key, under which it would hold a repetition twice', async () => {
    const measured = service.database.db.collection('measured');
    const before = await measured.countDocuments();
    const good = { at: { $date: '2025-01-09T02:00:00Z' } };
    for (const [index, body] of [good, { documents: [good] }, { documents: [good], atomic: true }].entries()) {
      const answer = await post('measured', body, { 'idempotency-key': `series-${index}` });
      expect(answer.json).toMatchObject({ status: 409, code: 'CONFLICT', retryable: false });
      expect(answer.json?.['detail']).toContain('without Idempotency-Key');
    }
    expect(await measured.countDocuments()).toBe(before);
  });

  it('a time series is not made anew, as a plain collection, by a write after its drop', async () => {
    const { db } = service.database;
    await db.createCollection('short_series', { timeseries: { timeField: 'at' } });
    const document = { at: { $date: '2025-01-09T02:00:00Z' } };
    expect((await post('short_series', document)).status).toBe(201);
    await db.dropCollection('short_series');
    for (const body of [document, { documents: [document] }])
      expect((await post('short_series', body)).json).toMatchObject({ status: 404, code: 'COLLECTION_NOT_FOUND' });
    expect(await db.listCollections({ name: 'short_series' }).toArray()).toEqual([]);
  });
});

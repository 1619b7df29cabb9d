import { TOKENS } from '@lucid/service-kit/tokens';
import { BSON, type Db, Double, Int32, Long, ObjectId } from 'mongodb';
import { startTestService, type Answer, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const MIB = 1024 * 1024;

describe('/api/v1/database/collections/{name}/documents', () => {
  let service: TestService;
  let operator: string;
  let viewer: string;

  beforeAll(async () => {
    service = await startTestService(storageApi, { DOCUMENTS_BODY_LIMIT: String(40 * MIB) });
    [operator, viewer] = [await service.key('operator'), await service.key('viewer')];
    const { db } = service.database;
    await db.createCollection('plain');
    await db.createCollection('people', {
      validator: {
        $jsonSchema: {
          ...{ bsonType: 'object', required: ['email'] },
          properties: { email: { bsonType: 'string' }, age: { bsonType: 'int', minimum: 0 } },
        },
      },
    });
    await db.collection('people').createIndex({ email: 1 }, { unique: true });
    await db.createCollection('seen', { viewOn: 'plain', pipeline: [] });
    await db.createCollection('audit_logs');
  });
  afterAll(() => service.close());

  const pathOf = (name: string, id = ''): string => `/api/v1/database/collections/${name}/documents${id}`;
  const post = (name: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    service.call('POST', pathOf(name), { key: operator, body, headers });
  const put = (path: string, body: unknown, ifMatch?: string): Promise<Answer> =>
    service.call('PUT', path, { key: operator, body, headers: ifMatch === undefined ? {} : { 'if-match': ifMatch } });
  const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    service.call('GET', path, { key: viewer, headers });
  const made = async (body: object): Promise<{ path: string; etag: string; json: Record<string, unknown> }> => {
    const { headers, json } = await post('plain', body);
    return { path: String(headers['location']), etag: String(headers['etag']), json: json ?? {} };
  };

  describe('POST', () => {
    it('stores one: 201 with its address and ETag, and GET gives the same', async () => {
      const answer = await post('plain', { name: 'Ada', at: { $date: '2025-01-09T02:00:00Z' }, big: 5_000_000_000 });
      expect(answer.status).toBe(201);
      const read = await get(String(answer.headers['location']));
      expect(read.status).toBe(200);
      expect(read.json).toEqual(answer.json);
      expect(read.headers['etag']).toBe(answer.headers['etag']);
      expect(read.json).toMatchObject({ name: 'Ada', at: { $date: '2025-01-09T02:00:00Z' }, big: 5_000_000_000 });
    });

    it('keeps every type, there and back', async () => {
      const given = {
        ...{ _id: 1.5, int: 1, long: { $numberLong: '1' }, double: { $numberDouble: '1.0' } },
        ...{ decimal: { $numberDecimal: '1.10' }, id: { $oid: '5f1c0d5f1c0d5f1c0d5f1c0d' }, text: 'ä"\\\n' },
        ...{ binary: { $binary: { base64: 'AQID', subType: '80' } }, time: { $timestamp: { t: 5, i: 6 } }, none: null },
        ...{ early: { $date: { $numberLong: '-1' } }, pattern: { $regularExpression: { pattern: 'a', options: 'i' } } },
        ...{
          max: { $maxKey: 1 },
          list: [1, [{ a: { $numberDouble: 'NaN' } }]],
          huge: { $numberLong: '9223372036854775807' },
        },
      };
      const answer = await post('plain', given);
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual(given);
      expect((await get(String(answer.headers['location']))).json).toEqual(given);
      const options = { promoteValues: false } as const;
      const stored = await service.database.db.collection('plain').findOne({ text: 'ä"\\\n' }, options);
      expect(stored).toMatchObject({ int: new Int32(1), long: Long.fromNumber(1), double: new Double(1) });
    });

    it.each<[unknown, string]>([
      ['text', '%22text%22'],
      ['text', 'text'],
      ['a/b', 'a%2Fb'],
      ['5f1c0d5f1c0d5f1c0d5f1c0d', '%225f1c0d5f1c0d5f1c0d5f1c0d%22'],
      ['7', '%227%22'],
      ['export', '%22export%22'],
      [
        { $uuid: '8d3f2c1e-4b5a-4c6d-8e7f-0a1b2c3d4e5f' },
        '%7B%22$uuid%22:%228d3f2c1e-4b5a-4c6d-8e7f-0a1b2c3d4e5f%22%7D',
      ],
      [{ a: 1, b: 'x' }, '%7B%22a%22:1,%22b%22:%22x%22%7D'],
      ['[a]', '%22[a]%22'],
      ['', '%22%22'],
      [null, '[null]'],
      [true, '[true]'],
      [1.5, '[1.5]'],
      [42, '42'],
      [{ $numberDouble: '43.0' }, '43'],
      [{ $numberLong: '9007199254740993' }, '9007199254740993'],
    ])('the id %j is found at its address and at %s', async (_id, text) => {
      await service.database.db.collection('plain').deleteMany({});
      const { headers } = await post('plain', { _id });
      expect((await get(String(headers['location']))).status).toBe(200);
      expect((await get(pathOf('plain', `/${text}`))).headers['etag']).toBe(headers['etag']);
    });

    it('stores a bulk, with a result for each', async () => {
      const answer = await post('plain', { documents: [{ _id: 'b1' }, { _id: 'b2' }, {}] });
      expect(answer.status).toBe(200);
      const items = [
        { status: 201, id: 'b1' },
        { status: 201, id: 'b2' },
        { status: 201, id: { $oid: expect.any(String) } },
      ];
      expect(answer.json).toEqual({ inserted: 3, failed: 0, items });
    });

    it('says of a bulk what was stored and what not, in order or not', async () => {
      const documents = (tag: string) => [
        { email: `${tag}1` },
        { email: 5 },
        { email: `${tag}1` },
        { email: `${tag}2` },
      ];
      const ordered = await post('people', { documents: documents('o') });
      expect(ordered.status).toBe(207);
      expect(ordered.json).toMatchObject({
        ...{ inserted: 1, failed: 3 },
        items: [
          { status: 201 },
          { status: 422, error: { code: 'DOCUMENT_INVALID', errors: [{ pointer: '/email' }] } },
          { status: 424 },
          { status: 424 },
        ],
      });
      const unordered = await post('people', { documents: documents('u'), ordered: false });
      expect(unordered.status).toBe(207);
      expect(unordered.json).toMatchObject({
        ...{ inserted: 2, failed: 2 },
        items: [
          { status: 201 },
          { status: 422 },
          { status: 409, error: { code: 'DUPLICATE_KEY', errors: [{ pointer: '/email' }] } },
          { status: 201 },
        ],
      });
    });

    it('stores all of an atomic bulk or nothing', async () => {
      const people = service.database.db.collection('people');
      const refused = await post('people', { documents: [{ email: 'a1' }, { email: 'a1' }], atomic: true });
      expect(refused.json).toMatchObject({
        status: 409,
        code: 'DUPLICATE_KEY',
        errors: [{ pointer: '/documents/1/email' }],
      });
      expect(await people.countDocuments({ email: 'a1' })).toBe(0);
      const stored = await post('people', { documents: [{ email: 'a1' }, { email: 'a2' }], atomic: true });
      expect(stored).toMatchObject({ status: 200, json: { inserted: 2 } });
    });

    it('stores once what comes twice with one Idempotency-Key', async () => {
      const bodies: unknown[] = [
        { name: 'once' },
        { documents: [{ a: 1 }, { a: 2 }] },
        { documents: [{ a: 1 }, { a: 2 }], atomic: true },
      ];
      for (const [index, body] of bodies.entries()) {
        const headers = { 'idempotency-key': `key-${index}` };
        const before = await service.database.db.collection('plain').countDocuments();
        const [first, same] = await Promise.all([post('plain', body, headers), post('plain', body, headers)]);
        const again = await post('plain', body, headers);
        expect(again.status).toBe(index === 0 ? 201 : 200);
        expect([first.text, same.text]).toContain(again.text);
        expect(again.headers['location']).toBe(first.headers['location']);
        const stored = index === 0 ? 1 : 2;
        expect(await service.database.db.collection('plain').countDocuments()).toBe(before + stored);
        expect((await post('plain', { other: true }, headers)).json).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
      }
      expect((await post('plain', {}, { 'idempotency-key': 'a b' })).json).toMatchObject({ code: 'VALIDATION_FAILED' });
    });

    it.each([true, false])('goes on with a bulk that died half-way (ordered: %s)', async (ordered) => {
      const headers = { 'idempotency-key': `half-${String(ordered)}` };
      const body = {
        documents: [
          { n: 11, ordered },
          { n: 12, ordered },
          { _id: headers['idempotency-key'] },
          { n: 13, ordered },
          { n: 14, ordered },
        ],
        ordered,
      };
      const whole = await post('plain', body, headers);
      expect(whole).toMatchObject({ status: 200, json: { inserted: 5 } });
      // As if it had ended when the first, second and fourth were stored, and before the answer was kept.
      await service.app.get<Db>(TOKENS.CONTROL_DATABASE).collection('idempotency_keys').deleteMany({});
      const plain = service.database.db.collection<{ _id: string; n: number; ordered: boolean }>('plain');
      await plain.deleteMany({ $or: [{ _id: headers['idempotency-key'] }, { n: 14 }] });
      expect((await post('plain', body, headers)).text).toBe(whole.text);
      const stored = { $or: [{ _id: headers['idempotency-key'] }, { n: { $gt: 10 }, ordered }] };
      expect(await plain.countDocuments(stored)).toBe(5);
    });

    it('stores a bulk once that comes many times at once with one Idempotency-Key', async () => {
      const headers = { 'idempotency-key': 'at-once' };
      const body = { documents: Array.from({ length: 2_000 }, (_, once) => ({ once, pad: 'x'.repeat(100) })) };
      const answers = await Promise.all(Array.from({ length: 4 }, () => post('plain', body, headers)));
      expect(answers.map(({ status, json }) => [status, json?.['inserted']])).toEqual(Array(4).fill([200, 2_000]));
      expect(await service.database.db.collection('plain').countDocuments({ pad: { $exists: true } })).toBe(2_000);
    });

    it('refuses a document with Idempotency-Key whose answer is too large to be kept', async () => {
      const body = { escaped: '\u0001'.repeat(3 * MIB) };
      const answer = await post('plain', body, { 'idempotency-key': 'too-large' });
      expect(answer.json).toMatchObject({ status: 413, code: 'DOCUMENT_TOO_LARGE' });
      expect(await service.database.db.collection('plain').countDocuments({ escaped: { $exists: true } })).toBe(0);
    });

    it('explains field by field what the validator refuses, and a duplicate', async () => {
      const refused = await post('people', { email: 'v@x', age: -1 });
      expect(refused.json).toMatchObject({ status: 422, code: 'DOCUMENT_INVALID', errors: [{ pointer: '/age' }] });
      expect((await post('people', { age: 1 })).json).toMatchObject({
        errors: [{ pointer: '/email', code: 'REQUIRED' }],
      });
      await post('people', { email: 'twice' });
      expect((await post('people', { email: 'twice' })).json).toMatchObject({
        status: 409,
        errors: [{ pointer: '/email' }],
      });
    });

    const bad: [string, unknown, number, string][] = [
      ['broken JSON', '{"a":', 400, 'MALFORMED_BODY'],
      ['a bare list', '[{"a":1}]', 400, 'VALIDATION_FAILED'],
      ['broken Extended JSON', { a: { $oid: 'x' } }, 400, 'EXTENDED_JSON_INVALID'],
      ['broken Extended JSON in a bulk', { documents: [{}, { a: { $date: 'x' } }] }, 400, 'EXTENDED_JSON_INVALID'],
      ['a rounded number', '{"a":9007199254740993}', 400, 'EXTENDED_JSON_INVALID'],
      ['__proto__', '{"__proto__":{"admin":true}}', 400, 'MALFORMED_BODY'],
      ['_bsontype', { a: { _bsontype: 'ObjectId' } }, 400, 'EXTENDED_JSON_INVALID'],
      ['a list as _id', { _id: [1] }, 400, 'VALIDATION_FAILED'],
      ['no document in a bulk', { documents: [5] }, 400, 'VALIDATION_FAILED'],
      ['an empty bulk', { documents: [] }, 400, 'VALIDATION_FAILED'],
      ['a wrong flag', { documents: [{}], atomic: 'yes' }, 400, 'VALIDATION_FAILED'],
      ['110 levels', JSON.parse('{"a":'.repeat(110) + '1' + '}'.repeat(110)), 400, 'EXTENDED_JSON_INVALID'],
      ['a document over 16 MiB', { a: 'x'.repeat(17 * MIB) }, 413, 'DOCUMENT_TOO_LARGE'],
      ['one over 16 MiB in a bulk', { documents: [{}, { a: 'x'.repeat(17 * MIB) }] }, 413, 'DOCUMENT_TOO_LARGE'],
      ['a body over the limit', { a: 'x'.repeat(41 * MIB) }, 413, 'PAYLOAD_TOO_LARGE'],
    ];
    it.each(bad)('refuses %s', async (_what, body, status, code) => {
      expect((await post('plain', body)).json).toMatchObject({ status, code });
      expect(Object.prototype).not.toHaveProperty('admin');
    });

    it('reads only so many large bodies at once, and goes on afterwards', async () => {
      const body = JSON.stringify({ a: 'x'.repeat(30 * MIB) });
      const answers = await Promise.all(Array.from({ length: 8 }, () => post('plain', body)));
      const statuses = new Set(answers.map(({ status }) => status));
      expect([...statuses].sort()).toEqual([413, 429]);
      expect(answers.find(({ status }) => status === 429)?.headers['retry-after']).toBe('1');
      expect((await post('plain', body)).json).toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
    });

    it('says of a bulk of several commands what was stored and what not', async () => {
      const pad = 'x'.repeat(7 * MIB);
      const ids = (tag: string): string[] => ['1', '2', '3', '1', '4'].map((id) => tag + id);
      const documents = (tag: string): object[] => ids(tag).map((_id) => ({ _id, pad }));
      const unordered = await post('plain', { documents: documents('u'), ordered: false });
      const statuses = ({ json }: Answer): unknown[] =>
        (json?.['items'] as { status: number }[]).map((one) => one.status);
      expect(statuses(unordered)).toEqual([201, 201, 201, 409, 201]);
      expect(statuses(await post('plain', { documents: documents('o') }))).toEqual([201, 201, 201, 409, 424]);
      const atomic = await post('plain', { documents: documents('a'), atomic: true });
      expect(atomic.json).toMatchObject({ code: 'DUPLICATE_KEY', errors: [{ pointer: '/documents/3/_id' }] });
      const plain = service.database.db.collection<{ _id: string }>('plain');
      expect(await plain.countDocuments({ _id: /^[uoa][1-4]$/ })).toBe(7);
      await plain.deleteMany({ _id: /^[uoa][1-4]$/ });
    });

    const writes: [string, object, string | undefined][] = [
      ['one document', { n: 1 }, undefined],
      ['one document with Idempotency-Key', { n: 1 }, 'one'],
      ['a bulk', { documents: [{ n: 1 }, { n: 1 }] }, undefined],
      ['an unordered bulk', { documents: [{ n: 1 }, { n: 1 }], ordered: false }, undefined],
      ['a bulk with Idempotency-Key', { documents: [{ n: 1 }, { n: 1 }] }, 'many'],
      ['an atomic bulk', { documents: [{ n: 1 }, { n: 1 }], atomic: true }, undefined],
      ['an atomic bulk with Idempotency-Key', { documents: [{ n: 1 }, { n: 1 }], atomic: true }, 'all'],
    ];
    it.each(writes)('makes no collection anew for %s that meets a drop', async (_what, body, key) => {
      const { db } = service.database;
      const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': `drop-${key}` };
      const validator = { n: { $gte: 0 } };
      await db.createCollection('short_lived', { validator });
      // It is known from now on, for a second.
      expect((await post('short_lived', { n: 0 })).status).toBe(201);
      await db.dropCollection('short_lived');
      const refused = await post('short_lived', body, headers);
      expect(refused.json).toMatchObject({ status: 404, code: 'COLLECTION_NOT_FOUND' });
      expect(await db.listCollections({ name: 'short_lived' }).toArray()).toEqual([]);
      // Another one of the name takes documents at once.
      await db.createCollection('short_lived', { validator });
      expect((await post('short_lived', { n: 0 })).status).toBe(201);
      await db.dropCollection('short_lived');
      await db.createCollection('short_lived', { validator });
      const stored = await post('short_lived', body, headers);
      expect([200, 201]).toContain(stored.status);
      expect(await db.collection('short_lived').countDocuments({ n: 1 })).toBe('documents' in body ? 2 : 1);
      await db.dropCollection('short_lived');
    });

    it('takes no parameters, nor do the other routes of a document', async () => {
      const { path } = await made({ a: 1 });
      for (const method of ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'] as const) {
        const address = method === 'POST' ? pathOf('plain') : path;
        const body = method === 'GET' || method === 'DELETE' ? undefined : { b: 1 };
        const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
        const headers = { 'if-match': '*', ...(body && { 'content-type': type }) };
        const answer = await service.call(method, `${address}?x=1`, { key: operator, body, headers });
        expect([method, answer.json]).toMatchObject([
          method,
          { status: 400, code: 'VALIDATION_FAILED', errors: [{ pointer: '/x', code: 'UNKNOWN_FIELD' }] },
        ]);
      }
      expect((await get(path)).json).toMatchObject({ a: 1 });
    });

    it('refuses collections that are missing, hidden, read-only or views, and viewers', async () => {
      expect((await post('nowhere', {})).json).toMatchObject({ status: 404, code: 'COLLECTION_NOT_FOUND' });
      expect(await service.database.db.listCollections({ name: 'nowhere' }).toArray()).toEqual([]);
      expect((await post('system.views', {})).json).toMatchObject({ status: 400, code: 'NAMESPACE_INVALID' });
      expect((await post('audit_logs', {})).json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      expect((await post('seen', {})).json).toMatchObject({ status: 409, code: 'CONFLICT' });
      const other = await service.call('POST', pathOf('plain'), { key: viewer, body: {} });
      expect(other.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    });
  });

  describe('GET …/{id}', () => {
    it('comes out of the cache the second time, and never old after a write', async () => {
      const { path, etag } = await made({ n: 1 });
      const first = await get(path);
      expect(first.headers['cache-status']).toMatch(/^lucid; fwd=/);
      const changed = await put(path, { n: 2 }, etag);
      expect(changed.json).toMatchObject({ n: 2 });
      for (let index = 0; index < 3; index += 1) {
        const again = await get(path);
        expect(again.json).toMatchObject({ n: 2 });
        expect(again.headers['etag']).toBe(changed.headers['etag']);
      }
      expect((await get(path, { 'cache-control': 'no-cache' })).headers['cache-status']).toBe('lucid; fwd=request');
    });

    it('answers 304 to who has it', async () => {
      const { path, etag } = await made({ n: 1 });
      const same = await get(path, { 'if-none-match': `"x", W/${etag}` });
      expect([same.status, same.text]).toEqual([304, '']);
      expect((await get(path, { 'if-none-match': '"x"' })).status).toBe(200);
    });

    it('tells a missing document from a missing collection and from a wrong id', async () => {
      expect((await get(pathOf('plain', `/${new ObjectId().toHexString()}`))).json).toMatchObject({
        code: 'DOCUMENT_NOT_FOUND',
      });
      expect((await get(pathOf('nowhere', '/1'))).json).toMatchObject({ code: 'COLLECTION_NOT_FOUND' });
      expect((await get(pathOf('system.users', '/1'))).json).toMatchObject({ code: 'NAMESPACE_INVALID' });
      expect((await get(pathOf('plain', '/%7Bx'))).json).toMatchObject({ code: 'VALIDATION_FAILED' });
      expect((await get(pathOf('plain', '/%7B%22$oid%22:1%7D'))).json).toMatchObject({ code: 'EXTENDED_JSON_INVALID' });
      expect((await get(pathOf('plain', '/%7B%22$gt%22:%22%22%7D'))).json).toMatchObject({
        code: 'DOCUMENT_NOT_FOUND',
      });
      expect((await service.call('GET', pathOf('plain', '/1'))).status).toBe(401);
    });
  });

  it('answers with the very bytes of the document, whoever wrote it', async () => {
    const document = { _id: new ObjectId(), n: new Int32(1), d: new Double(2), 7: 'first' };
    await service.database.db.collection<object>('plain').insertOne(document);
    const read = await get(pathOf('plain', `/${document._id.toHexString()}`));
    const text = `{"_id":{"$oid":"${document._id.toHexString()}"},"7":"first","n":1,"d":{"$numberDouble":"2.0"}}`;
    expect(read.text).toBe(text);
    expect(BSON.EJSON.parse(read.text)).toMatchObject({ n: 1, d: 2 });
  });
});

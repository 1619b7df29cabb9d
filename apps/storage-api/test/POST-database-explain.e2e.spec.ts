import { eventually } from '@lucid/testing/eventually';
import type { Document } from 'mongodb';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const BASE = '/api/v1/database';
const SECRET = 'jane@example.org';

describe('plans and operations', () => {
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
  afterAll(() => service.close());

  const get = (path: string) => service.call('GET', `${BASE}/${path}`, { key: keys.viewer });
  const explain = (body: object, key = keys.operator) => service.call('POST', `${BASE}/explain`, { key, body });

  it('DELETE operations/{id} is for an admin, and the rest for whoever has a key', async () => {
    const path = `${BASE}/operations/1.00000000`;
    const refused = await service.call('DELETE', path, { key: keys.operator });
    expect(refused.json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    for (const [method, open] of [
      ['DELETE', path],
      ['GET', `${BASE}/operations`],
      ['POST', `${BASE}/explain`],
    ] as const)
      expect((await service.call(method, open)).status).toBe(401);
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

    it('is only planned for a viewer, whom running it is not for', async () => {
      const answer = await explain({ collection: 'orders', filter: { status: 's1' } }, keys.viewer);
      expect(answer.json).toMatchObject({
        summary: { stages: ['COLLSCAN'], docsExamined: null, returned: null, warnings: [{ code: 'COLLSCAN' }] },
        plan: { queryPlanner: expect.objectContaining({}) },
      });
      expect(answer.json?.['plan']).not.toHaveProperty('executionStats');
      for (const verbosity of ['executionStats', 'allPlansExecution'])
        expect((await explain({ collection: 'orders', verbosity }, keys.viewer)).json).toMatchObject({
          ...{ status: 403, code: 'FORBIDDEN', detail: expect.stringContaining('operator') },
        });
    });

    it('knows no plan for a collection that is not there', async () => {
      for (const body of [{ filter: { a: 1 } }, { pipeline: [{ $limit: 1 }] }, { verbosity: 'queryPlanner' }])
        expect((await explain({ collection: 'nothing', ...body })).json).toMatchObject({
          ...{ status: 404, code: 'COLLECTION_NOT_FOUND' },
        });
    });

    it('keeps fields called as what objects of JavaScript bring along', async () => {
      const names = { toString: 'a', constructor: 'b', valueOf: 'c' };
      const found = await explain({ collection: 'orders', filter: names });
      expect(JSON.stringify(found.json?.['plan'])).toContain('{"toString":{"$eq":"a"}}');
      const piped = await explain({ collection: 'orders', pipeline: [{ $match: names }] });
      for (const name of Object.keys(names)) {
        expect(JSON.stringify(found.json?.['plan'])).toContain(`{"${name}":{"$eq"`);
        expect(JSON.stringify(piped.json?.['plan'])).toContain(`{"${name}":{"$eq"`);
      }
    });

    const refused: [string, object, string][] = [
      ['a pipeline that is too long', { pipeline: Array(51).fill({ $limit: 1 }) }, 'VALIDATION_FAILED'],
      ['a pipeline that is none', { pipeline: {} }, 'VALIDATION_FAILED'],
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
      ['the audit trail', { collection: 'audit_logs', filter: { actor: 'x' } }, 'FORBIDDEN'],
      [
        'the audit trail in a lookup',
        { pipeline: [{ $lookup: { from: 'audit_logs', localField: 'n', foreignField: 'actor', as: 'b' } }] },
        'FORBIDDEN',
      ],
      ['the audit trail in a union', { pipeline: [{ $unionWith: 'audit_logs' }] }, 'FORBIDDEN'],
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
      const internal = async (): Promise<{ id: string }[]> => {
        const { items } = (await get('operations?internal=true&limit=1000')).json as {
          items: { id: string; isInternal: boolean }[];
        };
        return items.filter((one) => one.isInternal);
      };
      const shown = (await get('operations?limit=1000')).json as { items: { isInternal: boolean }[] };
      expect(shown.items.filter((one) => one.isInternal)).toEqual([]);
      const outcomes: unknown[] = [];
      // Some have ended by the time they are asked for; none was killed.
      await eventually('one that is still there', async () => {
        for (const { id } of (await internal()).slice(0, 5)) {
          const answer = await service.call('DELETE', `${BASE}/operations/${id}?confirm=true`, { key: keys.admin });
          outcomes.push(answer.json?.['code']);
        }
        return outcomes.includes('OPERATION_PROTECTED');
      });
      expect(outcomes.filter((code) => code !== 'OPERATION_PROTECTED' && code !== 'OPERATION_NOT_FOUND')).toEqual([]);
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
});

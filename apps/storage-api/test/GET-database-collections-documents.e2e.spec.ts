import { eventually } from '@lucid/testing/eventually';
import {
  BSON,
  Binary,
  BSONRegExp,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb';
import type { Document } from 'mongodb';
import { startTestService, type Answer, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const SCAN_LIMIT = 200;

interface List {
  items: Record<string, unknown>[];
  page: { limit: number; nextCursor: string | null; total?: number; totalIs?: string };
}

describe('GET /api/v1/database/collections/{name}/documents', () => {
  let service: TestService;
  let viewer: string;

  beforeAll(async () => {
    service = await startTestService(storageApi, { DOCUMENTS_SCAN_LIMIT: String(SCAN_LIMIT) });
    viewer = await service.key('viewer');
    const { db } = service.database;
    await db.createCollection('empty');
    await db.createCollection('mixed');
    await db.collection('mixed').insertMany(mixedDocuments());
    await db.createCollection('folded', { collation: { locale: 'en', strength: 1 } });
    await db
      .collection<{ _id: number; name: string }>('folded')
      .insertMany(['b', 'A', 'a', 'B', 'c', 'á'].map((name, _id) => ({ _id, name })));
    await db.collection('large').insertMany(
      Array.from({ length: SCAN_LIMIT + 100 }, (_, n) => ({
        n,
        indexed: n % 7,
        part: n % 2 === 0 ? 'x' : 'y',
        name: `n${n}`,
      })),
    );
    await db.collection('large').createIndex({ indexed: 1 });
    await db.collection('large').createIndex({ n: 1 }, { partialFilterExpression: { part: 'x' } });
  });
  afterAll(() => service.close());

  const path = (name: string, query: Record<string, unknown> = {}): string => {
    const entries = Object.entries(query).map(([key, value]) => [
      key,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]);
    return `/api/v1/database/collections/${name}/documents?${new URLSearchParams(entries as [string, string][])}`;
  };
  const get = (name: string, query: Record<string, unknown> = {}): Promise<Answer> =>
    service.call('GET', path(name, query), { key: viewer });
  const list = async (name: string, query: Record<string, unknown> = {}): Promise<List> => {
    const answer = await get(name, query);
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json as unknown as List;
  };
  /** What is counted first, for which the service gives a second: a busy host may need more once. */
  const listCounted = (name: string, query: Record<string, unknown>): Promise<List> =>
    eventually('a count in time', () => list(name, query));
  const all = async (name: string, query: Record<string, unknown>): Promise<unknown[]> => {
    const ids: unknown[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 500; pages += 1) {
      const { items, page }: List = await list(name, { ...query, ...(cursor !== null && { cursor }) });
      ids.push(...items.map(({ _id }) => _id));
      cursor = page.nextCursor;
      if (cursor === null) return ids;
    }
    throw new Error('the pages never end');
  };

  it('filters, sorts and shows the fields asked for', async () => {
    const { items, page } = await list('large', {
      filter: { indexed: { $in: [3, 4] } },
      sort: '-indexed,n',
      fields: 'n,indexed',
      limit: 2,
    });
    expect(items).toEqual([
      { _id: expect.anything(), n: 4, indexed: 4 },
      { _id: expect.anything(), n: 11, indexed: 4 },
    ]);
    expect(page).toEqual({ limit: 2, nextCursor: expect.any(String) });
    const id = items[0]?.['_id'];
    expect((await list('large', { filter: { _id: id } })).items).toHaveLength(1);
  });

  it('counts exactly, by estimate, or not at all', async () => {
    const total = SCAN_LIMIT + 100;
    expect((await list('large', { count: 'estimated', limit: 1 })).page).toMatchObject({ total, totalIs: 'estimated' });
    const filter = { indexed: 0 };
    expect((await list('large', { filter, count: 'exact', limit: 1 })).page).toMatchObject({
      total: 43,
      totalIs: 'exact',
    });
    expect((await list('large', { filter, count: 'estimated' })).page).toMatchObject({ total: 43, totalIs: 'exact' });
    expect((await get('large', { count: 'exact' })).json).toMatchObject({ code: 'QUERY_NOT_INDEXED' });
    expect((await list('large', { count: 'exact', allowScan: true, limit: 1 })).page).toMatchObject({
      total,
      totalIs: 'exact',
    });
  });

  describe('pages', () => {
    /** The server itself, sorting by everything at once, is the oracle of what comes in which group. */
    const oracle = async (name: string, sort: Record<string, 1 | -1>): Promise<unknown[]> => {
      const cursor = service.database.db
        .collection(name)
        .find({}, { promoteValues: false })
        .sort('_id' in sort ? sort : { ...sort, _id: 1 });
      return (await cursor.toArray()).map(
        ({ _id }) => BSON.EJSON.serialize(_id as Document, { relaxed: false }) as unknown,
      );
    };
    const canonical = (ids: unknown[]): unknown[] =>
      ids.map((id) =>
        BSON.EJSON.serialize(BSON.EJSON.deserialize(id as Document, { relaxed: false }) as Document, {
          relaxed: false,
        }),
      );

    it.each(['v', '-v', 'v,-w', '-v,w', 'w,v', '_id', '-_id', 'w,-_id', 's.t', '-s.t'])(
      'by %s hold every document once, in the order of the server, whatever the types',
      async (sort) => {
        const keys = Object.fromEntries(
          sort.split(',').map((key) => (key.startsWith('-') ? [key.slice(1), -1] : [key, 1])),
        );
        const expected = await oracle('mixed', keys as Record<string, 1 | -1>);
        for (const limit of [1, 3, 7]) {
          const ids = canonical(await all('mixed', { sort, limit }));
          expect(new Set(ids.map((id) => JSON.stringify(id))).size).toBe(expected.length);
          if (limit === 1) expect(ids).toEqual(expected);
          else expect(ids).toHaveLength(expected.length);
          expect(canonical(await all('mixed', { sort, limit, fields: 'x' })).length).toBe(expected.length);
        }
      },
      120_000,
    );

    it('go on where they were when documents come and go, and when an index serves', async () => {
      const first = await list('large', { filter: { indexed: { $gte: 3 } }, sort: 'indexed', limit: 50 });
      const added = await service.database.db.collection('large').insertOne({ n: -1, indexed: 2 });
      const seen = new Set(first.items.map(({ _id }) => JSON.stringify(_id)));
      let cursor = first.page.nextCursor;
      while (cursor !== null) {
        const { items, page } = await list('large', {
          filter: { indexed: { $gte: 3 } },
          sort: 'indexed',
          limit: 50,
          cursor,
        });
        for (const { _id } of items) expect(seen.has(JSON.stringify(_id))).toBe(false);
        for (const { _id } of items) seen.add(JSON.stringify(_id));
        cursor = page.nextCursor;
      }
      expect(seen.size).toBe(await service.database.db.collection('large').countDocuments({ indexed: { $gte: 3 } }));
      await service.database.db.collection('large').deleteOne({ _id: added.insertedId });
    });

    it('are right under a collation, where other texts are the same', async () => {
      for (const limit of [1, 2, 4])
        expect((await all('folded', { sort: 'name', limit })).sort()).toEqual([0, 1, 2, 3, 4, 5]);
      expect((await all('folded', { sort: '-name', limit: 1 }))[0]).toBe(4);
    });

    it('end early rather than be huge', async () => {
      const wide = service.database.db.collection<{ _id: number; text: string }>('wide');
      await wide.insertMany(Array.from({ length: 5 }, (_, _id) => ({ _id, text: 'x'.repeat(6 * 1024 * 1024) })));
      const { items, page } = await list('wide', { limit: 5 });
      expect(items.length).toBeLessThan(5);
      expect(await all('wide', { limit: 5, fields: 'none' })).toEqual([0, 1, 2, 3, 4]);
      expect((await list('wide', { limit: 5, cursor: page.nextCursor })).items[0]?.['_id']).toBe(items.length);
    });

    it('refuse the cursor of another query, a forged one, and nonsense', async () => {
      const { page } = await list('mixed', { sort: 'v', limit: 1 });
      const cursor = String(page.nextCursor);
      const forged = Buffer.from(cursor, 'base64url');
      forged[forged.length - 6] = 0xff;
      for (const query of [
        { sort: '-v', cursor },
        { sort: 'v', filter: { w: 1 }, cursor },
        { sort: 'v', cursor: 'x' },
        { sort: 'v', cursor: cursor.slice(0, 24) },
        { sort: 'v', cursor: forged.toString('base64url').slice(0, -10) },
      ])
        expect((await get('mixed', query)).json).toMatchObject({ status: 400, code: 'BAD_CURSOR' });
      expect((await get('empty', { sort: 'v', cursor })).json).toMatchObject({ code: 'BAD_CURSOR' });
    });
  });

  describe('scans', () => {
    it('of a large collection are refused, with what to do, unless asked for', async () => {
      for (const query of [{ filter: { name: 'n5' } }, { sort: 'name' }, { filter: { indexed: { $ne: 5 } } }]) {
        const refused = await get('large', query);
        expect(refused.json).toMatchObject({
          status: 422,
          code: 'QUERY_NOT_INDEXED',
          detail: expect.stringContaining('allowScan'),
        });
        expect((await get('large', { ...query, allowScan: true })).status).toBe(200);
      }
      expect((await list('large', { filter: { indexed: 5, name: 'n5' } })).items).toHaveLength(1);
      expect((await list('large', { sort: '-indexed', limit: 3 })).items).toHaveLength(3);
      expect((await list('mixed', { filter: { nothing: 1 } })).items).toEqual([]);
    });

    it('are found out where a range of an index holds nearly all of it', async () => {
      const all = { $gt: { $oid: '000000000000000000000000' } };
      for (const [query, how] of [
        [{ filter: { _id: all, name: 'n5' } }, 'begins with name'],
        [{ filter: { $or: [{ _id: all }, { indexed: 3 }], name: 'n5' } }, 'begins with name'],
        [{ filter: { indexed: { $gte: 0 } } }, 'sort by indexed'],
        [{ filter: { indexed: { $gte: 0, $mod: [500, 499] } }, sort: 'indexed' }, 'narrow that range'],
        [{ filter: { indexed: { $gte: 0 } }, sort: 'indexed', count: 'exact' }, 'without count=exact'],
      ] as const) {
        const refused = await get('large', query);
        expect(refused.json).toMatchObject({ status: 422, code: 'QUERY_NOT_INDEXED' });
        expect(refused.json?.['detail']).toContain('more than 200 documents of large');
        expect(refused.json?.['detail']).toContain(how);
        expect((await get('large', { ...query, allowScan: true })).status).toBe(200);
      }
    });

    it('are none where a range holds few keys, or a page ends it', async () => {
      const [middle] = await service.database.db.collection('large').find().sort({ _id: 1 }).skip(150).toArray();
      const late = { $gte: { $oid: String(middle?._id) } };
      expect((await listCounted('large', { filter: { _id: late, name: 'n151' } })).items).toHaveLength(1);
      expect((await list('large', { filter: { indexed: { $gte: 5 } }, limit: 3 })).items).toHaveLength(3);
      const counted = await listCounted('large', { filter: { indexed: { $gte: 5 } }, limit: 1, count: 'exact' });
      expect(counted.page).toMatchObject({
        ...{
          totalIs: 'exact',
          total: await service.database.db.collection('large').countDocuments({ indexed: { $gte: 5 } }),
        },
      });
      const whole = { _id: { $gt: { $oid: '000000000000000000000000' } } };
      expect((await list('large', { filter: whole, limit: 3 })).items).toHaveLength(3);
      expect(
        (await list('large', { filter: { indexed: { $gte: 0 } }, sort: '-indexed', limit: 3 })).items,
      ).toHaveLength(3);
    });

    it('of a time series are found out too', async () => {
      const { db } = service.database;
      await db.createCollection('ticks', { timeseries: { timeField: 't', metaField: 'm' } });
      const start = Date.UTC(2026, 0, 1);
      const ticks = Array.from({ length: 500 }, (_, n) => ({ t: new Date(start + n * 1_000), m: n % 5, v: n }));
      await db.collection('ticks').insertMany(ticks);
      const from = (ms: number) => ({ $gt: { $date: new Date(ms).toISOString() } });
      expect((await get('ticks', { filter: { t: from(0), v: 5 } })).json).toMatchObject({ code: 'QUERY_NOT_INDEXED' });
      expect((await listCounted('ticks', { filter: { t: from(start + 400_000), v: 450 } })).items).toHaveLength(1);
    });

    it('are found out for each value where the index is partial', async () => {
      expect((await list('large', { filter: { n: 6, part: 'x' } })).items).toHaveLength(1);
      expect((await get('large', { filter: { n: 7, part: 'y' } })).json).toMatchObject({ code: 'QUERY_NOT_INDEXED' });
    });

    it('are allowed as soon as an index serves', async () => {
      const filter = { name: 'n7' };
      expect((await get('large', { filter })).status).toBe(422);
      await service.database.db.collection('large').createIndex({ name: 1 });
      expect((await list('large', { filter })).items).toHaveLength(1);
      await service.database.db.collection('large').dropIndex('name_1');
    });
  });

  it('ends after maxTimeMS, and reads from secondaries', async () => {
    const slow = { $expr: { $gt: [{ $strLenCP: { $toString: { $divide: ['$n', 3] } } }, 99] } };
    const rows = Array.from({ length: 20_000 }, (_, n) => ({ n }));
    await service.database.db.collection('slow').insertMany(rows);
    const answer = await get('slow', {
      filter: { $and: Array.from({ length: 7 }, () => slow) },
      allowScan: true,
      maxTimeMS: 1,
    });
    expect(answer.json).toMatchObject({ status: 504, code: 'TIMEOUT' });
    expect((await list('mixed', { readPreference: 'secondaryPreferred', limit: 1 })).items).toHaveLength(1);
  });

  const bad: [string, Record<string, unknown>, string, string][] = [
    ['$where', { filter: { $where: 'sleep(1)' } }, 'FILTER_INVALID', '/filter/$where'],
    ['$function', { filter: { $expr: { $function: {} } } }, 'FILTER_INVALID', '/filter/$expr/$function'],
    ['a deep filter', { filter: `${'{"$and":['.repeat(50)}{}${']}'.repeat(50)}` }, 'FILTER_INVALID', ''],
    ['a broken filter', { filter: '{"a":' }, 'FILTER_INVALID', '/filter'],
    ['broken Extended JSON', { filter: { a: { $oid: 'x' } } }, 'EXTENDED_JSON_INVALID', '/filter/a'],
    ['a pattern that is none', { filter: { a: { $regex: '(' } } }, 'FILTER_INVALID', '/filter'],
    ['a text search without an index', { filter: { $text: { $search: 'a' } } }, 'FILTER_INVALID', '/filter'],
    ['a wrong sort', { sort: 'a..b' }, 'VALIDATION_FAILED', '/sort'],
    ['wrong fields', { fields: '$where' }, 'VALIDATION_FAILED', '/fields'],
    ['a wrong limit', { limit: 1001 }, 'VALIDATION_FAILED', '/limit'],
    ['a wrong count', { count: 'all' }, 'VALIDATION_FAILED', '/count'],
    ['a long maxTimeMS', { maxTimeMS: 60_001 }, 'VALIDATION_FAILED', '/maxTimeMS'],
    ['a wrong read preference', { readPreference: 'any' }, 'VALIDATION_FAILED', '/readPreference'],
    ['an unknown parameter', { skip: 5 }, 'VALIDATION_FAILED', '/skip'],
  ];
  it.each(bad)('refuses %s', async (_what, query, code, pointer) => {
    const { json } = await get('mixed', query);
    expect(json).toMatchObject({ status: 400, code });
    if (pointer !== '') expect((json?.['errors'] as { pointer: string }[])[0]).toMatchObject({ pointer });
  });

  it('tells an empty collection from a missing one, and asks who it is', async () => {
    expect(await list('empty')).toEqual({ items: [], page: { limit: 50, nextCursor: null } });
    expect((await get('nowhere')).json).toMatchObject({ status: 404, code: 'COLLECTION_NOT_FOUND' });
    expect((await get('system.profile')).json).toMatchObject({ status: 400, code: 'NAMESPACE_INVALID' });
    expect((await service.call('GET', path('empty'))).status).toBe(401);
  });
});

/** Every type, missing fields, nulls, ties, lists and numbers of several types that are equal. */
function mixedDocuments(): Document[] {
  const values: unknown[] = [
    ...[new MinKey(), new MaxKey(), null, undefined, true, false, 'a', 'b', 'b', '', 'B', new Date(0), new Date(5)],
    ...[
      new Int32(5),
      new Double(5),
      Long.fromNumber(5),
      Decimal128.fromString('5.0'),
      5.5,
      NaN,
      Infinity,
      -Infinity,
      -1,
    ],
    ...[Long.fromString('9007199254740993'), Long.fromString('9007199254740992'), new Timestamp({ t: 1, i: 2 })],
    ...[
      { a: 1 },
      { a: 2 },
      {},
      new ObjectId('5f1c0d5f1c0d5f1c0d5f1c0d'),
      new Binary(Buffer.from('ab')),
      new BSONRegExp('x', 'i'),
    ],
    ...[[], [1, 9], [9, 1], ['a', 2], [null, 7], [3]],
  ];
  const ids: unknown[] = ['id', 77, 78.5, { a: 1 }, true, new Date(9), Long.fromString('9007199254740995')];
  return values.flatMap((v, index) =>
    [0, 1].map((w) => {
      const _id = w === 0 && index < ids.length ? ids[index] : new ObjectId();
      const s = index % 3 === 0 ? {} : { s: index % 3 === 1 ? { t: v } : [{ t: v }, { t: 1 }] };
      return { _id, ...(v === undefined ? {} : { v }), w: index % 4, ...s } as Document;
    }),
  );
}

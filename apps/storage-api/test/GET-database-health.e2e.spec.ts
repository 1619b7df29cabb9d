import { engineVariable } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import { startTestService, type Answer, type TestService } from '../../../tests/setup/test-service.ts';
import { startSingleMemberSet } from '../../../tests/setup/single-member-set.ts';
import { storageApi } from '../src/storage-api.ts';

interface Health {
  status: string;
  reasons: { severity: string; code: string; host: string | null; message: string }[];
  members: {
    host: string;
    state: string;
    lagSeconds: number | null;
    answers: boolean;
    disk: object;
    connections: object;
  }[];
  [key: string]: unknown;
}

const healthOf = ({ json }: Answer): Health => json as unknown as Health;

describe('GET /api/v1/database', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    key = await service.key('viewer');
    await service.database.db.createCollection('views_source');
    await service.database.db.collection('views_source').insertMany([{ a: 1 }, { a: 2 }, { a: 3 }]);
    await service.database.db.collection('views_source').createIndex({ a: 1 });
    await service.database.db.createCollection('a_view', { viewOn: 'views_source', pipeline: [{ $match: { a: 1 } }] });
    await service.database.db.createCollection('series', { timeseries: { timeField: 't', metaField: 'm' } });
    await service.database.db.collection('series').insertMany([
      { t: new Date(), m: 1 },
      { t: new Date(), m: 1 },
    ]);
    await service.database.db.createCollection('__restore_x_hidden');
  });
  afterAll(() => service.close());

  describe('GET /api/v1/database/health', () => {
    it('shows each member as the primary sees it and as it is itself', async () => {
      // A member may answer too late once on a busy host.
      const health = await eventually('an answer of each member', async () => {
        const answer = await service.call('GET', '/api/v1/database/health', { key });
        expect(answer.status).toBe(200);
        return healthOf(answer).members.every(({ answers }) => answers) && healthOf(answer);
      });
      const hosts = engineVariable('LUCID_MONGODB_MEMBERS').split(',');
      expect(health.members.map(({ host }) => host).sort()).toEqual([...hosts].sort());
      expect(health.members.map(({ state }) => state).sort()).toEqual(['PRIMARY', 'SECONDARY', 'SECONDARY']);
      const primary = health.members.find(({ state }) => state === 'PRIMARY');
      expect(health).toMatchObject({ deployment: 'replica-set', primary: primary?.host, shards: [] });
      for (const member of health.members) {
        expect(member).toMatchObject({
          answers: true,
          isUp: true,
          votes: 1,
          delaySeconds: 0,
          version: expect.stringMatching(/^\d+\.\d+\./),
        });
        expect(member.lagSeconds).toBeGreaterThanOrEqual(0);
        expect(member.disk).toEqual({ usedBytes: expect.any(Number), totalBytes: expect.any(Number) });
        expect(member.connections).toEqual({ current: expect.any(Number), available: expect.any(Number) });
      }
      expect(health['oplog']).toMatchObject({
        host: primary?.host,
        windowSeconds: expect.any(Number),
        isFull: expect.any(Boolean),
      });
      // The machine of the tests may be short of disk, time or oplog, but nothing else is wrong with its set.
      const expected = ['OPLOG_SHORT', 'DISK_FILLING', 'REPLICATION_LAG', 'WRITES_BLOCKED', 'CONNECTIONS_HIGH'];
      expect(health.reasons.filter(({ code }) => !expected.includes(code))).toEqual([]);
      expect(health.status === 'healthy').toBe(health.reasons.length === 0);
    });

    it('says what is wrong: one member alone, writes that are held, no primary', async () => {
      const set = await startSingleMemberSet();
      const small = await startTestService(storageApi, { MONGODB_URI: set.uri });
      try {
        const key = await small.key('viewer');
        await set.client.db('admin').command({ setUserWriteBlockMode: 1, global: true });
        const look = () =>
          eventually('an answer of the member', async () => {
            const found = healthOf(await small.call('GET', '/api/v1/database/health', { key }));
            return found.members.every(({ answers }) => answers) && found;
          });
        const health = await look();
        expect(health.status).not.toBe('healthy');
        expect(health.reasons.map(({ code }) => code)).toEqual(
          expect.arrayContaining(['NO_SPARE_MEMBER', 'WRITES_BLOCKED']),
        );
        expect(health.members).toHaveLength(1);
        await set.client.db('admin').command({ setUserWriteBlockMode: 1, global: false });
        await set.client.db('admin').command({ replSetStepDown: 60, force: true });
        const alone = await look();
        expect(alone).toMatchObject({ status: 'unhealthy', primary: null, seenBy: health.members[0]?.host });
        expect(alone.reasons[0]).toMatchObject({ severity: 'unhealthy', code: 'NO_PRIMARY' });
        expect(alone.members).toEqual([expect.objectContaining({ state: 'SECONDARY', answers: true })]);
        await set.client.db('admin').command({ replSetFreeze: 0 });
      } finally {
        await small.close();
        await set.stop();
      }
    });

    it('is for callers with a key, who ask for nothing else', async () => {
      expect((await service.call('GET', '/api/v1/database/health')).status).toBe(401);
    });
  });

  describe('GET /api/v1/database/stats', () => {
    const stats = async (query = ''): Promise<Answer> => service.call('GET', `/api/v1/database/stats${query}`, { key });

    it('shows databases and collections, hidden ones left out', async () => {
      const answer = await stats();
      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject({ count: 'estimated', page: { nextCursor: null } });
      const { databases, items } = answer.json as {
        databases: { name: string; holds: string }[];
        items: { name: string }[];
      };
      expect(databases.map(({ holds }) => holds)).toEqual(['main', 'control']);
      expect(databases[0]?.name).toBe(service.database.name);
      const names = items.map(({ name }) => name);
      expect(names).toEqual([...names].sort());
      expect(names).toEqual(expect.arrayContaining(['a_view', 'series', 'views_source']));
      expect(names.some((name) => name.startsWith('system.') || name.startsWith('__restore_'))).toBe(false);
      expect(items.find(({ name }) => name === 'views_source')).toMatchObject({
        ...{ type: 'collection', documents: 3, averageDocumentBytes: expect.any(Number) },
        indexSizes: { _id_: expect.any(Number), a_1: expect.any(Number) },
      });
      expect(items.find(({ name }) => name === 'series')).toMatchObject({
        type: 'timeseries',
        documents: null,
        buckets: 1,
      });
      expect(items.find(({ name }) => name === 'a_view')).toMatchObject({
        type: 'view',
        documents: null,
        storageBytes: 0,
      });
    });

    it('counts exactly where asked to, of views and time series too', async () => {
      const { items } = (await stats('?count=exact')).json as { items: { name: string; documents: number }[] };
      const counts = Object.fromEntries(items.map(({ name, documents }) => [name, documents]));
      expect(counts).toMatchObject({ a_view: 1, series: 2, views_source: 3 });
    });

    it('goes on page by page', async () => {
      const names: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { items, page } = (await stats(`?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)).json as {
          items: { name: string }[];
          page: { nextCursor: string | null };
        };
        names.push(...items.map(({ name }) => name));
        cursor = page.nextCursor;
      }
      const all = (await stats()).json as { items: { name: string }[] };
      expect(names).toEqual(all.items.map(({ name }) => name));
    });

    it('refuses what it does not know', async () => {
      expect((await stats('?count=roughly')).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
      expect((await stats('?limit=0')).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
      expect((await stats('?cursor=abc')).json).toMatchObject({ status: 400, code: 'BAD_CURSOR' });
      expect((await service.call('GET', '/api/v1/database/stats')).status).toBe(401);
    });
  });
});

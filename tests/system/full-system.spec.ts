import { Client } from '@elastic/elasticsearch';
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { startEngines, type RunningEngines } from '../../scripts/engines/engines.ts';
import { endOf, hashesOf, listBackups, runRestore, succeeded, type Job } from './backup-jobs.ts';
import { startSuite, type Suite } from './suite.ts';

const INDEX = 'lucid_sessions-000001';

/** Engines of its own: a restore in place of everything replaces what others keep there. */
describe('a backup of the whole system', () => {
  let engines: RunningEngines;
  let suite: Suite;
  let redis: Redis;
  /** The database of cached documents. */
  let documents: Redis;
  let elasticsearch: Client;

  beforeAll(async () => {
    const named = { ...process.env };
    for (const name of Object.keys(process.env)) {
      if (/^(MONGODB|REDIS|ELASTICSEARCH|LUCID_MONGODB)/.test(name)) delete process.env[name];
    }
    engines = await startEngines({ quiet: true });
    Object.assign(process.env, named);
    suite = await startSuite(['storage-api', 'backup-service'], engines.env);
    redis = new Redis(String(engines.uris.redisCache));
    documents = new Redis(String(engines.uris.redisCache), { db: 3 });
    elasticsearch = new Client({ node: String(engines.uris.elasticsearch) });
  });

  afterAll(async () => {
    redis?.disconnect();
    documents?.disconnect();
    await elasticsearch?.close();
    await suite?.stop();
    await engines?.stop();
  });

  async function fill(): Promise<void> {
    const db = suite.mongo.db(suite.database);
    const sessions = Array.from({ length: 500 }, (_, at) => ({
      _id: at as never,
      session_id: `s${at}`,
      status: 'active',
    }));
    await db.collection('sessions').insertMany(sessions);
    await db.collection('sessions').createIndex({ session_id: 1 }, { unique: true });
    await redis.mset(Object.fromEntries(sessions.map(({ session_id }) => [`session:${session_id}`, 'token'])));
    await redis.set('session:expiring', 'token', 'EX', 900);
    await redis.xadd('events', '*', 'kind', 'created');
    await elasticsearch.indices.create({
      index: INDEX,
      aliases: { lucid_sessions: {} },
      mappings: { properties: { session_id: { type: 'keyword' }, height: { type: 'long' } } },
    });
    const operations = sessions.flatMap(({ session_id }) => [
      { index: { _index: INDEX, _id: session_id } },
      { session_id, status: 'active' },
    ]);
    await elasticsearch.bulk({ refresh: true, operations });
  }

  async function backUp(body: object): Promise<Job> {
    const { id } = await suite.api.post<Job>('/api/v1/backups/create', body);
    return succeeded(await endOf(suite.api, id));
  }

  it('holds the three engines at one time, and brings them back', async () => {
    await fill();
    const before = await hashesOf(suite.mongo, suite.database);
    const { result } = await backUp({ label: 'everything' });
    expect(result).toMatchObject({ skewSeconds: expect.any(Number), repositories: ['default'] });
    const [backup] = await listBackups(suite);
    expect(backup).toMatchObject({ engines: ['mongodb', 'redis', 'elasticsearch'] });

    await suite.mongo
      .db(suite.database)
      .collection('sessions')
      .deleteMany({ _id: { $gte: 100 as never } });
    await redis.unlink('session:s1', 'events');
    await redis.set('session:newer', 'not in the backup');
    await documents.set('sessions:1', 'cached before the restore');
    await elasticsearch.indices.delete({ index: INDEX });

    const restored = succeeded(await runRestore(suite, String(result?.['backupId']), {}));
    expect(restored.result).toMatchObject({
      engines: ['mongodb', 'elasticsearch', 'redis'],
      phases: [{ phase: 'mongodb' }, { phase: 'elasticsearch' }, { phase: 'redis' }],
    });
    expect(await hashesOf(suite.mongo, suite.database)).toMatchObject({ sessions: before['sessions'] });
    expect(await redis.exists('session:s1', 'events')).toBe(2);
    expect(await redis.exists('session:newer')).toBe(0);
    expect(await documents.exists('sessions:1')).toBe(0);
    expect(await redis.ttl('session:expiring')).toBeGreaterThan(0);
    expect((await elasticsearch.count({ index: 'lucid_sessions' })).count).toBe(500);
  });

  it.each(['strict', 'per-engine'])('is made %s too, and leaves user writes free', async (consistency) => {
    await backUp({ consistency });
    const { repl } = await suite.mongo.db('admin').command({ serverStatus: 1 });
    expect(repl.userWriteBlockMode).not.toBe(2);
    await suite.mongo
      .db(suite.database)
      .collection('after')
      .insertOne({ token: randomBytes(4).toString('hex') });
  });

  it('brings back chosen keys and chosen indices only', async () => {
    const { result } = await backUp({ engines: ['redis', 'elasticsearch'] });
    const backupId = String(result?.['backupId']);
    await redis.mset('session:s1', 'changed', 'session:s2', 'changed');
    succeeded(await runRestore(suite, backupId, { redis: { keys: ['session:s1'] } }));
    expect(await redis.mget('session:s1', 'session:s2')).toEqual(['token', 'changed']);
    const renames = { [INDEX]: 'lucid_sessions-beside' };
    succeeded(await runRestore(suite, backupId, { elasticsearch: { indices: [INDEX], renames } }));
    expect((await elasticsearch.count({ index: 'lucid_sessions-beside' })).count).toBe(500);
  });
});

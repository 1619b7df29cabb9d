import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { eventually } from '@lucid/testing/eventually';
import { FaultProxy } from '@lucid/testing/fault-proxy';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { Redis } from 'ioredis';
import type { RunningEngines } from '../../scripts/engines/engines.ts';
import {
  collectionNames,
  committedSnapshots,
  endOf,
  hashesOf,
  listBackups,
  runBackup,
  runRestore,
  succeeded,
  type Job,
} from '../system/backup-jobs.ts';
import { documentsOf, fillKeys, fillIndex, keysOf } from '../system/engine-contents.ts';
import { startOwnEngines } from '../system/own-engines.ts';
import { startSuite, type Suite } from '../system/suite.ts';
import { prepareForWriters, startWriters } from '../system/writers.ts';
import { BACKUP_POINTS, RESTORE_POINTS, restoreReached, backupReached, type Engines } from './kill-states.ts';
import { cleanUpTwice } from './orphans.ts';

const IS_QUICK = process.env['LUCID_TEST_QUICK'] === '1';
const SIZE_BYTES = IS_QUICK ? 10e6 : 40e6;
const SERVICE = 'backup-service';
const INDEX = 'lucid_sessions-000001';
const LIMIT_MS = 300_000;
/** It is to end within 5 s; the rest is for a machine that is busy. Shorter than what a call of an engine that hangs may take. */
const CANCEL_LIMIT_MS = 28_000;
/** Of 40 MB. */
const REDIS_BYTES_A_SECOND = 10e6;
const RESTORES_CANCELLED = ['documents are staged', 'Elasticsearch is staged', 'Redis is loaded'] as const;
/** By then a running job has seen that it is cancelled. */
const HEAL_AFTER_MS = 3_000;

/** What a restore of everything brings back. */
type Everything = readonly unknown[];

describe('kill -9 in each state of each engine, of a backup and a restore of everything', () => {
  let running: RunningEngines;
  let suite: Suite;
  let engines: Engines;
  let database: string;
  let redisProxy: FaultProxy;
  let elasticsearchProxy: FaultProxy;

  async function everything(): Promise<Everything> {
    const { redis, elasticsearch } = engines;
    return [
      await hashesOf(suite.mongo, database),
      await keysOf(redis, [0]),
      await documentsOf(elasticsearch, 'lucid_*'),
    ];
  }

  /** KEYS and FLUSHDB are disabled. */
  async function removeKeys(): Promise<void> {
    for await (const keys of engines.redis.scanStream({ count: 1_000 })) {
      if ((keys as string[]).length > 0) await engines.redis.unlink(...(keys as string[]));
    }
  }

  /** So that an engine can stop to answer. */
  async function throughProxies(): Promise<Record<string, string>> {
    const portOf = (uri: string): number => Number(/:(\d+)\/?$/.exec(uri)?.[1]);
    const [redisUri, elasticsearchUri] = [String(running.uris.redisCache), String(running.uris.elasticsearch)];
    redisProxy = await FaultProxy.start(portOf(redisUri));
    elasticsearchProxy = await FaultProxy.start(portOf(elasticsearchUri));
    return {
      REDIS_URI: redisUri.replace(/:\d+\/?$/, `:${redisProxy.port}`),
      ELASTICSEARCH_URI: elasticsearchUri.replace(/:\d+\/?$/, `:${elasticsearchProxy.port}`),
    };
  }

  /** A repository of its own: in an old one every chunk is there already. */
  async function newRepository(name: string): Promise<string> {
    const folder = join(suite.folder, name);
    suite.env['BACKUP_STORAGE_PATH'] = folder;
    await suite.process(SERVICE).daemon.stop();
    await suite.start(SERVICE, { BACKUP_TAKE_OVER: 'true' });
    return folder;
  }

  /** `running`, unless the job came to its end before the kill met it. */
  async function stateAfterKill(id: string): Promise<string> {
    await suite.kill(SERVICE);
    return (await suite.api.get<Job>(`/api/v1/jobs/${id}`)).state;
  }

  async function leftOver(): Promise<unknown> {
    const { repl } = await suite.mongo.db('admin').command({ serverStatus: 1, repl: 1 });
    const indices = await engines.elasticsearch.indices.get({ index: 'restoring-*', expand_wildcards: 'all' });
    const staging = (await collectionNames(suite.mongo, database)).filter((name) => name.startsWith('__restore_'));
    return { isBlocked: repl.userWriteBlockMode === 2, staging, indices: Object.keys(indices) };
  }

  beforeAll(async () => {
    running = await startOwnEngines();
    const more = { BACKUP_SCHEDULE: 'off', BACKUP_PITR_ENABLED: 'false', ...(await throughProxies()) };
    suite = await startSuite(['storage-api', SERVICE], { ...running.env, ...more });
    engines = {
      redis: new Redis(String(running.uris.redisCache)),
      elasticsearch: new Client({ node: String(running.uris.elasticsearch) }),
      mongo: suite.mongo,
      controlDatabase: String(suite.env['CONTROL_DATABASE']),
    };
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: SIZE_BYTES });
    await prepareForWriters(suite.mongo.db(database));
    await fillKeys(engines.redis, { count: 5_000, valueBytes: 8_000 });
    await fillIndex(engines.elasticsearch, INDEX, 2_000);
  }, LIMIT_MS);

  afterAll(async () => {
    engines?.redis.disconnect();
    await engines?.elasticsearch.close();
    await suite?.abandon();
    await redisProxy?.close();
    await elasticsearchProxy?.close();
    await running?.stop();
  });

  describe('a backup', () => {
    const points = IS_QUICK ? BACKUP_POINTS.slice(1, 2) : BACKUP_POINTS;
    it.each(points)('when %s: the same job commits once, and nothing is left over', async (point) => {
      const folder = await newRepository(point.replaceAll(' ', '-'));
      // Its keys would be sent within a moment that nobody sees.
      if (point === 'Redis sends its keys') redisProxy.slow(REDIS_BYTES_A_SECOND);
      const { id } = await suite.api.post<Job>('/api/v1/backups/create', {});
      await backupReached(point, engines, folder);
      const state = await stateAfterKill(id);
      // After its COMMIT the job itself may have ended before the kill met it.
      if (point !== 'COMMIT is written') expect(state).toBe('running');
      await redisProxy.heal();
      expect((await committedSnapshots(folder)).length).toBeLessThanOrEqual(1);
      await suite.start(SERVICE);
      const { result, interruptions } = succeeded(await endOf(suite.api, id, LIMIT_MS));
      expect(interruptions).toBe(state === 'running' ? 1 : 0);
      const backupId = String(result?.['backupId']);
      expect(await committedSnapshots(folder)).toEqual([backupId]);
      expect((await listBackups(suite)).map((backup) => [backup.id, backup.jobId])).toEqual([[backupId, id]]);
      expect(await cleanUpTwice(suite)).toEqual({ orphans: 0, missingChunks: 0, damagedBackups: 0, backups: 1 });
      expect(await committedSnapshots(folder)).toEqual([backupId]);
    });
  });

  describe('a restore in place', () => {
    let backupId: string;
    let restored: Everything;

    beforeAll(async () => {
      const writers = await startWriters(
        suite.mongo,
        suite.mongo.db(database),
        suite.mongo.db(`${suite.database}_else`),
      );
      const backup = await runBackup(suite, {});
      await writers.stop();
      backupId = backup.id;
      succeeded(await runRestore(suite, backupId, {}));
      // What a restore that nobody disturbs brings back: with the oplog it is the state at the end of the backup.
      restored = await everything();
    }, LIMIT_MS);

    async function change(): Promise<void> {
      const db = suite.mongo.db(database);
      await db.collection('blocks').updateMany({}, { $set: { touched: true } });
      await db.collection('sessions').deleteMany({});
      await removeKeys();
      await engines.elasticsearch.indices.delete({ index: INDEX });
    }

    const points = IS_QUICK ? RESTORE_POINTS.slice(5, 6) : RESTORE_POINTS;
    it.each(points)('when %s: the same job brings everything back', async (point) => {
      await change();
      const { id } = await suite.api.post<Job>(`/api/v1/backups/${backupId}/restore`, {});
      await restoreReached(point, engines, { id, database });
      const state = await stateAfterKill(id);
      if (point !== 'Redis is loaded') expect(state).toBe('running');
      await suite.start(SERVICE);
      const { interruptions } = succeeded(await endOf(suite.api, id, LIMIT_MS));
      expect(interruptions).toBe(state === 'running' ? 1 : 0);
      expect(await everything()).toEqual(restored);
      expect(await leftOver()).toEqual({ isBlocked: false, staging: [], indices: [] });
    });
  });

  describe('cancelled', () => {
    beforeAll(async () => {
      await newRepository('cancelled');
      await suite.process(SERVICE).daemon.stop();
      // Slow enough to be met in the middle.
      await suite.start(SERVICE, { BACKUP_READ_LIMIT: '3MB', BACKUP_BANDWIDTH_LIMIT: '4MB' });
    }, LIMIT_MS);

    const heal = async (): Promise<void> => {
      for (const proxy of [redisProxy, elasticsearchProxy]) await proxy.heal();
    };

    /** Cancels the job and waits for its end, which must not need the engine that hangs; its cleaning up may. */
    async function cancel(id: string, healAfterMs = CANCEL_LIMIT_MS): Promise<string> {
      const began = performance.now();
      await suite.api.remove(`/api/v1/jobs/${id}`);
      const healing = setTimeout(() => void heal(), healAfterMs);
      const { state } = await endOf(suite.api, id, CANCEL_LIMIT_MS);
      console.log(`${id} ended as ${state} ${Math.round(performance.now() - began)} ms after it was cancelled`);
      clearTimeout(healing);
      await heal();
      return state;
    }

    const hanging: Record<string, (folder: string) => Promise<unknown>> = {
      'while MongoDB is read': (folder) => backupReached('MongoDB is read', engines, folder),
      'while Redis hangs': async (folder) => {
        await backupReached('Redis sends its keys', engines, folder);
        redisProxy.hang();
      },
      'while Elasticsearch hangs': async (folder) => {
        elasticsearchProxy.hang();
        await backupReached('Redis sends its keys', engines, folder);
        await eventually('the end of Redis', async () =>
          /connected_slaves:0/.test(await engines.redis.info('replication')),
        );
      },
    };
    it.each(Object.keys(hanging).slice(IS_QUICK ? 2 : 0))(
      'a backup %s: it ends, and nothing of it is listed or left over',
      async (name) => {
        const folder = String(suite.env['BACKUP_STORAGE_PATH']);
        const before = await listBackups(suite);
        const { id } = await suite.api.post<Job>('/api/v1/backups/create', {});
        await hanging[name]!(folder);
        expect(await cancel(id)).toBe('cancelled');
        expect(await listBackups(suite)).toEqual(before);
        expect(await committedSnapshots(folder)).toEqual(before.map((backup) => backup.id));
        expect(await cleanUpTwice(suite)).toMatchObject({ orphans: 0, damagedBackups: 0, backups: before.length });
      },
      LIMIT_MS,
    );

    if (!IS_QUICK)
      it(
        'a restore, in each engine: it ends, nothing is staged any more, and the next one brings everything back',
        async () => {
          const backup = await runBackup(suite, {});
          const whole = await everything();
          for (const point of RESTORES_CANCELLED) {
            await removeKeys();
            const { id } = await suite.api.post<Job>(`/api/v1/backups/${backup.id}/restore`, {});
            await restoreReached(point, engines, { id, database });
            if (point === 'Elasticsearch is staged') elasticsearchProxy.hang();
            if (point === 'Redis is loaded') redisProxy.hang();
            expect([point, await cancel(id, HEAL_AFTER_MS)]).toEqual([point, 'cancelled']);
            expect([point, await leftOver()]).toEqual([point, { isBlocked: false, staging: [], indices: [] }]);
          }
          succeeded(await runRestore(suite, backup.id, {}));
          expect(await everything()).toEqual(whole);
        },
        LIMIT_MS,
      );
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestElasticsearch, type TestElasticsearch } from '@lucid/testing/engines';
import { loadLucidData } from '@lucid/testing/lucid-data';
import type { MongoClient } from 'mongodb';
import { findMongod } from '../../scripts/engines/programs.ts';
import { type OwnRedis, redisServer, startOwnRedis } from '../setup/own-redis.ts';
import { type SingleMemberSet, startSingleMemberSet } from '../setup/single-member-set.ts';
import { endOf, hashesOf, objectsOf, repositoryFolder, runBackup, succeeded, type Job } from '../system/backup-jobs.ts';
import { fillIndex, fillKeys } from '../system/engine-contents.ts';
import { startSuite, type Suite } from '../system/suite.ts';
import {
  DISPOSABLE_POINTS,
  drillReached,
  leftOver,
  SCRATCH_POINTS,
  type DrillPoint,
  type DrillView,
} from './drill-states.ts';

const IS_QUICK = process.env['LUCID_TEST_QUICK'] === '1';
const SERVICE = 'backup-service';
const LIMIT_MS = 300_000;
const MOST_DRILLS = 10;
/** So many that their swap takes a while. */
const SMALL_COLLECTIONS = IS_QUICK ? 30 : 80;
const SIZE_BYTES = IS_QUICK ? 3e6 : 10e6;
const CANCELLED = ['Elasticsearch is restored', 'documents are staged', 'MongoDB is restored'] as const;

describe('kill -9 in each state of a drill', () => {
  let set: SingleMemberSet;
  let redis: OwnRedis;
  let indices: TestElasticsearch;
  let folder: string;
  let suite: Suite;
  let view: DrillView;
  let hashes: Record<string, string>;
  let backupId: string;
  const drills: string[] = [];

  /** A drill that is killed there, and has left something. One that was over before anybody saw it there is followed by another one. */
  async function killAt(point: DrillPoint): Promise<string> {
    const isScratch = SCRATCH_POINTS.some((one) => one === point);
    for (let attempt = 1; attempt <= MOST_DRILLS; attempt += 1) {
      const body = isScratch ? { target: 'scratch' } : {};
      const { id } = await suite.rest(SERVICE).post<Job>(`/api/v1/backups/${backupId}/drills`, body);
      drills.push(id);
      let isOver = false;
      const missed = endOf(suite.api, id, LIMIT_MS).then((job) => {
        isOver = true;
        succeeded(job);
        return false;
      });
      missed.catch(() => undefined); // A killed run goes on, and is looked at by the test.
      const seen = drillReached(point, view, { id, isOver: () => isOver }).then(() => !isOver);
      if (await Promise.race([seen, missed])) {
        await suite.kill(SERVICE);
        // What is recorded has been tidied up before; anything else may have been, in the moment before the kill.
        if (point === 'it is recorded' || (await leftOver(view, [id])).length > 0) return id;
        await suite.start(SERVICE);
      }
      await missed;
    }
    throw new Error(`${point} was never seen in ${MOST_DRILLS} drills`);
  }

  async function expectOneRecord(id: string): Promise<void> {
    const { items } = await suite.rest(SERVICE).get<{ items: Record<string, unknown>[] }>('/api/v1/drills?limit=100');
    expect(items.filter((one) => one['id'] === id)).toMatchObject([{ backupId, state: 'succeeded', ok: true }]);
    expect(await suite.api.get(`/api/v1/backups/${backupId}`)).toMatchObject({
      lastDrillOk: true,
      lastDrilledAt: expect.stringMatching(/^\d{4}-/),
    });
    expect(await objectsOf(join(repositoryFolder(suite), 'verified', backupId))).toHaveLength(1);
  }

  async function fill(mongo: MongoClient, database: string): Promise<void> {
    await loadLucidData(mongo, database, { sizeBytes: SIZE_BYTES });
    const small = mongo.db(`${database}_small`);
    for (let n = 0; n < SMALL_COLLECTIONS; n += 1) await small.collection(`c${n}`).insertMany([{ n }, { n: -n }]);
    await fillKeys(redis.client, { count: 2_000, valueBytes: 1_000 });
    await fillIndex(indices.client, `${indices.prefix}_places-000001`, 2_000);
  }

  /** Of the suite's own backups, which nobody goes on with. */
  async function forgetSnapshots(): Promise<void> {
    const names = Object.keys(await indices.client.snapshot.getRepository());
    for (const name of names.filter((one) => one.startsWith(indices.prefix))) {
      await indices.client.snapshot.deleteRepository({ name });
      if (view?.snapshots) await rm(join(view.snapshots, name), { recursive: true, force: true });
    }
  }

  beforeAll(async () => {
    [set, redis] = await Promise.all([
      startSingleMemberSet({ oplogMegabytes: 64, checkpointSeconds: 60 }),
      startOwnRedis(),
    ]);
    indices = createTestElasticsearch('drills');
    folder = await mkdtemp(join(tmpdir(), 'lucid-drills-'));
    suite = await startSuite(['storage-api', SERVICE], {
      MONGODB_URI: set.uri,
      REDIS_URI: redis.uri,
      ELASTICSEARCH_INDEX_PREFIX: indices.prefix,
      BACKUP_SCHEDULE: 'off',
      BACKUP_PITR_ENABLED: 'false',
      BACKUP_DRILL_PATH: folder,
      BACKUP_DRILL_MONGOD: await findMongod({ say: () => undefined, signal: new AbortController().signal }),
      BACKUP_DRILL_REDIS: await redisServer(),
    });
    view = {
      mongo: suite.mongo,
      elasticsearch: indices.client,
      controlDatabase: String(suite.env['CONTROL_DATABASE']),
      folder,
      repository: repositoryFolder(suite),
      snapshots: suite.env['ELASTICSEARCH_SNAPSHOT_PATH'],
    };
    const database = `${suite.database}_data`;
    await fill(suite.mongo, database);
    hashes = await hashesOf(suite.mongo, database);
    backupId = (await runBackup(suite, {})).id;
  }, LIMIT_MS);

  afterAll(async () => {
    await suite?.abandon();
    await forgetSnapshots();
    await Promise.all([set?.stop(), redis?.stop(), indices?.close()]);
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const points = IS_QUICK ? SCRATCH_POINTS.slice(1, 2) : [...DISPOSABLE_POINTS, ...SCRATCH_POINTS];
  it.each(points)(
    'when %s: the same drill ends well, is recorded once, and leaves nothing',
    async (point) => {
      const id = await killAt(point);
      await suite.start(SERVICE);
      const { interruptions, result } = succeeded(await endOf(suite.api, id, LIMIT_MS));
      // After its record the job itself may have ended before the kill met it.
      if (point !== 'it is recorded') expect(interruptions).toBe(1);
      const isScratch = result?.['target'] === 'scratch';
      const engines = isScratch ? ['mongodb', 'elasticsearch'] : ['mongodb', 'redis', 'elasticsearch'];
      const drilled = (result?.['engines'] as { engine: string }[]).map(({ engine }) => engine);
      expect(drilled.sort()).toEqual(engines.sort());
      expect(await leftOver(view, drills)).toEqual([]);
      await expectOneRecord(id);
      expect(await hashesOf(suite.mongo, `${suite.database}_data`)).toEqual(hashes);
    },
    LIMIT_MS,
  );

  it.each(IS_QUICK ? CANCELLED.slice(0, 1) : CANCELLED)(
    'when %s, and cancelled before the service is back: nothing is left either',
    async (point) => {
      const id = await killAt(point);
      await suite.api.remove(`/api/v1/jobs/${id}`);
      await suite.start(SERVICE);
      expect((await endOf(suite.api, id, LIMIT_MS)).state).toBe('cancelled');
      expect(await leftOver(view, drills)).toEqual([]);
    },
    LIMIT_MS,
  );
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@elastic/elasticsearch';
import { runProgram, type RunResult } from '@lucid/clients/process/run-program';
import { isAppError } from '@lucid/core/app-error';
import { eventually } from '@lucid/testing/eventually';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { Redis } from 'ioredis';
import { MongoClient, type Document } from 'mongodb';
import type { RunningEngines } from '../../scripts/engines/engines.ts';
import { repositoryPath } from '../../scripts/engines/repository-path.ts';
import { endOf, hashesOf, runBackup, succeeded, type Backup, type Job } from '../system/backup-jobs.ts';
import { documentsOf, fillIndex, keysOf, type IndexContents, type KeysByDatabase } from '../system/engine-contents.ts';
import { startOwnEngines } from '../system/own-engines.ts';
import { startSuite, type Suite } from '../system/suite.ts';
import { prepareForWriters, startWriters } from '../system/writers.ts';

const IS_QUICK = process.env['LUCID_TEST_QUICK'] === '1';
const SIZE_BYTES = IS_QUICK ? 10e6 : 100e6;
const ENGINES_MS = 300_000;
const SHOP = 'shop';
const ELSEWHERE = 'ledgers';
const REDIS_DATABASES = [0, 2];
const PASSWORD = 'a password of alice';

interface Windows {
  items: { end: { clusterTime: { t: number } } }[];
}

/** What the engines held, as their own servers tell it. */
interface Noted {
  mongodb: Record<string, Record<string, string>>;
  redis: KeysByDatabase;
  elasticsearch: Record<string, IndexContents>;
}

/** The user of the services, who can do what root can. @returns the URI as this user */
async function makeServiceUser(uri: string, password: string): Promise<string> {
  const root = await MongoClient.connect(uri);
  try {
    const admin = root.db('admin');
    const { authInfo } = await admin.command({ connectionStatus: 1 });
    await admin.command({ createUser: 'service', pwd: password, roles: authInfo.authenticatedUserRoles as Document[] });
  } finally {
    await root.close();
  }
  return uri.replace(/\/\/[^@]*@/, `//service:${password}@`);
}

describe('everything is lost but the repository, the master key and the configuration', () => {
  let folder: string;
  let engines: RunningEngines | undefined;
  let suite: Suite;
  /** What survives the loss. */
  let configuration: Record<string, string>;
  let mainDatabase: string;
  let noted: Noted;
  let chosenSecond: number;
  let backup: Backup;
  let redis: Redis;
  let elasticsearch: Client;

  function connect(): void {
    redis = new Redis(String(engines?.uris.redisCache));
    elasticsearch = new Client({ node: String(engines?.uris.elasticsearch) });
  }

  async function disconnect(): Promise<void> {
    redis?.disconnect();
    await elasticsearch?.close();
  }

  /** The suite's own records are no part of what a restore brings back. */
  async function mongodbContents(): Promise<Noted['mongodb']> {
    const { backups: _b, audit_logs: _l, alerts: _a, ...main } = await hashesOf(suite.mongo, mainDatabase);
    const [shop, ledgers] = [await hashesOf(suite.mongo, SHOP), await hashesOf(suite.mongo, ELSEWHERE)];
    return { main, shop, ledgers };
  }

  async function fillMongodb(): Promise<void> {
    await loadLucidData(suite.mongo, mainDatabase, { sizeBytes: SIZE_BYTES });
    await prepareForWriters(suite.mongo.db(mainDatabase));
    const shop = suite.mongo.db(SHOP);
    await shop.collection('orders').insertMany(Array.from({ length: 500 }, (_, at) => ({ number: at, state: 'open' })));
    await shop.collection('orders').createIndex({ number: 1 }, { unique: true });
    await shop.createCollection('log', { capped: true, size: 65_536 });
    await shop.createCollection('open_orders', { viewOn: 'orders', pipeline: [{ $match: { state: 'open' } }] });
    await shop.collection('dropped').insertOne({ text: 'there when the backup is taken' });
    const privileges = [{ resource: { db: SHOP, collection: 'orders' }, actions: ['find'] }];
    await shop.command({ createRole: 'auditor', privileges, roles: [] });
    await shop.command({ createUser: 'alice', pwd: PASSWORD, roles: ['auditor'] });
  }

  async function fillRedis(): Promise<void> {
    await redis.mset(Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`session:${at}`, `token ${at}`])));
    await redis.set('session:expiring', 'token', 'EX', 3_600);
    await redis.hset('wallet', { balance: '12', owner: 'alice' });
    await redis.zadd('scores', 1, 'one', 2.5, 'two');
    await redis.xadd('events', '*', 'kind', 'created');
    await redis.select(2);
    await redis.sadd('tags', 'a', 'b');
    await redis.select(0);
  }

  async function lastWriteSecond(): Promise<number> {
    const { lastWrite } = await suite.mongo.db('admin').command({ hello: 1 });
    return (lastWrite.opTime.ts as { t: number }).t;
  }

  /** Writes of every kind after the backup; then a second at which nothing happens, which is the one to come back to. */
  async function writeOn(): Promise<void> {
    const { mongo } = suite;
    const writers = await startWriters(mongo, mongo.db(mainDatabase), mongo.db(ELSEWHERE));
    await pause(IS_QUICK ? 2_000 : 10_000);
    await writers.stop();
    await mongo.db(SHOP).dropCollection('dropped');
    await mongo
      .db(SHOP)
      .collection('orders')
      .updateMany({ number: { $lt: 50 } }, { $set: { state: 'shipped' } });
    await mongo.db(SHOP).collection('made_later').insertOne({ text: 'after the backup' });
    chosenSecond = await lastWriteSecond();
    noted.mongodb = await mongodbContents();
    await eventually(
      'a later second',
      async () => (await mongo.db('admin').command({ ping: 1 })) && Date.now() / 1_000 > chosenSecond + 2,
    );
    await mongo.db(SHOP).collection('orders').deleteMany({});
    await mongo.db(SHOP).collection('too_late').insertOne({ text: 'after the chosen second' });
    await mongo.db(mainDatabase).collection('blocks').drop();
  }

  async function listBackups(): Promise<Backup[]> {
    return (await suite.rest('backup-service').get<{ items: Backup[] }>('/backups')).items;
  }

  async function recoverAll(...args: string[]): Promise<RunResult> {
    const script = repositoryPath('scripts', 'recover', 'main.ts');
    const env = { ...suite.env, NODE_OPTIONS: '' };
    return runProgram(process.execPath, ['--conditions=lucid-source', script, ...args], { env, timeoutMs: ENGINES_MS });
  }

  /** What the script says when it fails. */
  async function refused(...args: string[]): Promise<string> {
    try {
      const { stdout } = await recoverAll(...args);
      throw new Error(`it did not fail: ${stdout}`);
    } catch (error) {
      if (isAppError(error, 'PROGRAM_FAILED')) return String((error.cause as Error | undefined)?.message ?? error);
      throw error;
    }
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-lost-'));
    engines = await startOwnEngines();
    configuration = {
      BACKUP_STORAGE_PATH: join(folder, 'backups'),
      BACKUP_SCHEDULE: 'off',
      BACKUP_PITR_ENABLED: 'true',
      BACKUP_PITR_SLICE_SECONDS: '1',
    };
    suite = await startSuite(['storage-api', 'backup-service'], { ...engines.env, ...configuration });
    const { MONGODB_DATABASE, CONTROL_DATABASE, BACKUP_MASTER_KEY } = suite.env;
    Object.assign(configuration, { MONGODB_DATABASE, CONTROL_DATABASE, BACKUP_MASTER_KEY });
    mainDatabase = String(MONGODB_DATABASE);
    connect();
    await makeServiceUser(String(engines.uris.mongodb), 'former');
    await fillMongodb();
    await fillRedis();
    await fillIndex(elasticsearch, 'lucid_sessions-000001', 1_000);
  }, ENGINES_MS);

  afterAll(async () => {
    await disconnect();
    await suite?.abandon();
    await engines?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('was backed up, and the oplog captured', async () => {
    noted = {
      mongodb: {},
      redis: await keysOf(redis, REDIS_DATABASES),
      elasticsearch: await documentsOf(elasticsearch, 'lucid_*'),
    };
    backup = await runBackup(suite, { label: 'everything' });
    await writeOn();
    const backupService = suite.rest('backup-service');
    await eventually(
      'a window beyond the chosen second',
      async () => {
        const { items } = await backupService.get<Windows>('/api/v1/recovery-windows');
        return (items.at(-1)?.end.clusterTime.t ?? 0) > chosenSecond + 1;
      },
      { timeoutMs: 60_000 },
    );
  });

  it(
    'comes back on new engines by one command',
    async () => {
      await disconnect();
      await suite.abandon();
      await engines?.stop();
      engines = await startOwnEngines();
      connect();
      suite = await startSuite(['backup-service'], {
        ...engines.env,
        ...configuration,
        BACKUP_TAKE_OVER: 'true',
        // Restores run as another user than the service, whose new password must not become the former one.
        MONGODB_URI: await makeServiceUser(String(engines.uris.mongodb), 'renewed'),
        BACKUP_RESTORE_URI: String(engines.uris.mongodb),
      });

      // As by a schedule, before anybody has come: newer than all that was lost, and of nothing.
      const early = await suite.api.post<Job>('/backup', { engines: ['mongodb', 'redis'] });
      succeeded(await endOf(suite.api, early.id));
      const { stdout: planned } = await recoverAll('--dry-run', '--engines', 'mongodb,redis');
      expect(planned).toContain('1 backups that this cluster made');
      expect(planned).toContain(`from ${backup.id}`);
      expect(await refused('--time', '2020-01-01T00:00:00Z')).toContain('no backup is as old as 2020-01-01T00:00:00Z');
      const { stdout } = await recoverAll('--time', new Date(chosenSecond * 1_000).toISOString());
      console.log(stdout);
      expect(stdout).toMatch(/everything is back after [\d.]+ s\n$/);

      expect(await mongodbContents()).toEqual(noted.mongodb);
      expect(await keysOf(redis, REDIS_DATABASES)).toEqual(noted.redis);
      expect(await documentsOf(elasticsearch, 'lucid_*')).toEqual(noted.elasticsearch);
    },
    ENGINES_MS,
  );

  it('with users and roles, and the new passwords of its own users', async () => {
    await (await MongoClient.connect(String(suite.env['MONGODB_URI']))).close();
    await (await MongoClient.connect(String(engines?.uris.mongodb))).close();
    const { roles } = await suite.mongo.db(SHOP).command({ rolesInfo: 'auditor', showPrivileges: true });
    expect(roles).toMatchObject([{ role: 'auditor', privileges: [{ actions: ['find'] }] }]);
    const uri = new URL(
      String(engines?.uris.mongodb)
        .replace(/^mongodb:/, 'http:')
        .replace(/,[^/]*/, ''),
    );
    const alice = new MongoClient(`mongodb://${uri.host}/?directConnection=true`, {
      auth: { username: 'alice', password: PASSWORD },
      authSource: SHOP,
      readPreference: 'secondaryPreferred',
    });
    try {
      expect(await alice.db(SHOP).collection('orders').countDocuments({ state: 'shipped' })).toBe(50);
      await expect(alice.db(mainDatabase).collection('blocks').findOne()).rejects.toThrow('not authorized');
    } finally {
      await alice.close();
    }
  });

  it('refuses to do it again over what is there', async () => {
    const said = await refused();
    expect(said).toContain('the engines are not empty');
    expect(said).toContain('--replace');
  });

  it('owns the repository now, and backs up into it', async () => {
    const backupService = suite.rest('backup-service');
    const { state } = await backupService.get<{ state: string }>('/api/v1/repositories/default');
    expect(state).toBe('ready');
    const { id } = await backupService.post<Job>('/backup', {});
    const { result } = succeeded(await endOf(backupService, id));
    expect(result).toMatchObject({ repositories: ['default'] });
    expect((await listBackups()).map(({ jobId }) => jobId)).toContain(id);
  });
});

import { copyFile, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import { parseMasterKey } from '@lucid/archive/master-key';
import { Repository } from '@lucid/archive/repository';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { Redis } from 'ioredis';
import type { RunningEngines } from '../../scripts/engines/engines.ts';
import {
  collectionNames,
  hashesOf,
  objectsOf,
  repositoryFolder,
  runBackup,
  runRestore,
  succeeded,
} from '../system/backup-jobs.ts';
import { documentsOf, fillIndex, fillKeys, keysOf } from '../system/engine-contents.ts';
import { startOwnEngines } from '../system/own-engines.ts';
import { startSuite, type Suite } from '../system/suite.ts';

/** Of a frame: then the ciphertext begins, which ends with a tag of 16 bytes (docs/repository-format.md). */
const HEADER_BYTES = 28;
const TAG_BYTES = 16;
const ENGINES_MS = 300_000;
/** Redis comes last: what a restore replaces before it finds the damage shows there. */
const ENGINES =
  process.env['LUCID_TEST_QUICK'] === '1' ? (['redis'] as const) : (['mongodb', 'elasticsearch', 'redis'] as const);
const INDEX = 'lucid_sessions-000001';

type Damage = () => Promise<void>;

describe('a repository that somebody tampered with', () => {
  let engines: RunningEngines;
  let suite: Suite;
  let redis: Redis;
  let elasticsearch: Client;
  let database: string;
  let older: string;
  let newest: string;
  /** A chunk of each engine's part of the newest backup, and another one of MongoDB's. */
  let chunks: Record<'mongodb' | 'another' | 'redis' | 'elasticsearch', string>;

  async function everything(): Promise<readonly unknown[]> {
    return [
      await hashesOf(suite.mongo, database),
      await keysOf(redis, [0]),
      await documentsOf(elasticsearch, 'lucid_*'),
    ];
  }

  async function snapshotFile(id: string, name: string): Promise<string> {
    const found = (await objectsOf(join(repositoryFolder(suite), 'snapshots', id))).find((path) => path.includes(name));
    return found!;
  }

  /** Which chunk is whose: without it, the repository's own check names the streams that are damaged. */
  async function chunksByEngine(): Promise<Map<string, string[]>> {
    const folder = repositoryFolder(suite);
    const masterKey = parseMasterKey(String(suite.env['BACKUP_MASTER_KEY']));
    const store = await FileObjectStore.open(folder);
    const repository = await Repository.open(store, { masterKey, clusterId: 'a-reader', workers: 1 });
    const found = new Map<string, string[]>();
    try {
      for (const path of (await objectsOf(join(folder, 'chunks'))).sort()) {
        await rename(path, join(suite.folder, 'away'));
        const { damaged } = await repository.check({ level: 'manifest' });
        await rename(join(suite.folder, 'away'), path);
        const streams = damaged.find(({ snapshotId }) => snapshotId === newest)?.streams ?? [];
        const owners = new Set(streams.map((name) => /^(redis|elasticsearch)\//.exec(name)?.[1] ?? 'mongodb'));
        const [owner] = owners;
        if (owner !== undefined && owners.size === 1) found.set(owner, [...(found.get(owner) ?? []), path]);
      }
    } finally {
      await repository.close();
    }
    return found;
  }

  /** With this damage the restore of everything fails, and what is live stays as it is, in every engine. */
  async function expectRefused(code: string, paths: readonly string[], damage: Damage): Promise<void> {
    const good = await Promise.all(paths.map((path) => readFile(path)));
    const before = await everything();
    await damage();
    try {
      const job = await runRestore(suite, newest, {});
      expect([job.state, job.error?.code]).toEqual(['failed', code]);
      expect(await everything()).toEqual(before);
      expect((await collectionNames(suite.mongo, database)).filter((name) => name.startsWith('__restore_'))).toEqual(
        [],
      );
    } finally {
      for (const [at, path] of paths.entries()) await writeFile(path, good[at]!);
    }
  }

  beforeAll(async () => {
    engines = await startOwnEngines();
    suite = await startSuite(['storage-api', 'backup-service'], {
      ...engines.env,
      BACKUP_SCHEDULE: 'off',
      BACKUP_PITR_ENABLED: 'false',
    });
    redis = new Redis(String(engines.uris.redisCache));
    elasticsearch = new Client({ node: String(engines.uris.elasticsearch) });
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: 24e6 });
    await fillKeys(redis, { count: 1_000, valueBytes: 2_000 });
    await fillIndex(elasticsearch, INDEX, 500);
    older = (await runBackup(suite, {})).id;
    await suite.mongo
      .db(database)
      .collection('blocks')
      .updateMany({}, { $set: { newer: true } });
    newest = (await runBackup(suite, {})).id;
    const owned = await chunksByEngine();
    const [mongodb, another] = owned.get('mongodb') ?? [];
    const [[ofRedis], [ofElasticsearch]] = [owned.get('redis') ?? [], owned.get('elasticsearch') ?? []];
    chunks = { mongodb: mongodb!, another: another!, redis: ofRedis!, elasticsearch: ofElasticsearch! };
    expect(Object.values(chunks)).toEqual(Array.from({ length: 4 }, () => expect.any(String)));
    // What is live differs from the backup: a restore that replaced any of it would show.
    await suite.mongo.db(database).collection('sessions').deleteMany({});
    await redis.unlink('session:1', 'session:2');
    await elasticsearch.delete({ index: INDEX, id: 's1', refresh: true });
  }, ENGINES_MS);

  afterAll(async () => {
    redis?.disconnect();
    await elasticsearch?.close();
    await suite?.abandon();
    await engines?.stop();
  });

  describe.each(ENGINES)('a chunk of %s', (engine) => {
    const flip =
      (at: (length: number) => number): Damage =>
      async () => {
        const bytes = await readFile(chunks[engine]);
        bytes[at(bytes.length)]! ^= 0x01;
        await writeFile(chunks[engine], bytes);
      };
    const cut =
      (to: (length: number) => number): Damage =>
      async () => {
        const { length } = await readFile(chunks[engine]);
        await truncate(chunks[engine], to(length));
      };
    it.each<[string, string, Damage]>([
      ['flipped in one bit', 'CHUNK_CORRUPT', flip((length) => length >> 1)],
      ['cut behind its header', 'CHUNK_CORRUPT', cut(() => HEADER_BYTES)],
      ['cut before its tag', 'CHUNK_CORRUPT', cut((length) => length - TAG_BYTES)],
      ['emptied', 'CHUNK_CORRUPT', cut(() => 0)],
      ['replaced by another one, whole', 'CHUNK_CORRUPT', () => copyFile(chunks.another, chunks[engine])],
      ['gone', 'CHUNK_MISSING', () => rename(chunks[engine], join(suite.folder, `away-${engine}`))],
    ])('that is %s: %s, and nothing is restored in any engine', async (_what, code, damage) => {
      // `another` stands in for the chunk; where they are the same there would be no damage.
      expect(chunks[engine]).not.toBe(chunks.another);
      await expectRefused(code, [chunks[engine]], damage);
    });
  });

  it('two chunks swapped: CHUNK_CORRUPT', async () => {
    const [one, other] = [await readFile(chunks.mongodb), await readFile(chunks.another)];
    await expectRefused('CHUNK_CORRUPT', [chunks.mongodb, chunks.another], async () => {
      await writeFile(chunks.mongodb, other);
      await writeFile(chunks.another, one);
    });
  });

  it('a chunk spliced of two, with the header of one: CHUNK_CORRUPT', async () => {
    const [one, other] = [await readFile(chunks.mongodb), await readFile(chunks.another)];
    const spliced = Buffer.concat([one.subarray(0, HEADER_BYTES), other.subarray(HEADER_BYTES)]);
    await expectRefused('CHUNK_CORRUPT', [chunks.mongodb], () => writeFile(chunks.mongodb, spliced));
  });

  it('the manifest, or the COMMIT, or both, of an older backup in the place of the newest: MANIFEST_CORRUPT', async () => {
    const [manifest, commit] = [await snapshotFile(newest, 'manifest-'), await snapshotFile(newest, 'COMMIT')];
    const [oldManifest, oldCommit] = [await snapshotFile(older, 'manifest-'), await snapshotFile(older, 'COMMIT')];
    const swapManifest: Damage = () => copyFile(oldManifest, manifest);
    const swapCommit: Damage = () => copyFile(oldCommit, commit);
    await expectRefused('MANIFEST_CORRUPT', [manifest], swapManifest);
    await expectRefused('MANIFEST_CORRUPT', [commit], swapCommit);
    await expectRefused('MANIFEST_CORRUPT', [manifest, commit], async () => {
      await swapManifest();
      await swapCommit();
    });
  });

  it('a manifest cut at the edge of its header, or before its tag: MANIFEST_CORRUPT', async () => {
    const manifest = await snapshotFile(newest, 'manifest-');
    const { length } = await readFile(manifest);
    for (const to of [HEADER_BYTES, length - TAG_BYTES]) {
      await expectRefused('MANIFEST_CORRUPT', [manifest], () => truncate(manifest, to));
    }
  });

  it('with its bytes back, everything comes back', async () => {
    succeeded(await runRestore(suite, newest, {}));
    expect(await suite.mongo.db(database).collection('sessions').countDocuments()).toBeGreaterThan(0);
    expect(await redis.exists('session:1', 'session:2')).toBe(2);
    expect(await elasticsearch.exists({ index: INDEX, id: 's1' })).toBe(true);
  });
});

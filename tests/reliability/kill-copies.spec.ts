import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { eventually } from '@lucid/testing/eventually';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { type SingleMemberSet, startSingleMemberSet } from '../setup/single-member-set.ts';
import {
  committedSnapshots,
  endOf,
  hashesOf,
  objectsOf,
  repositoryFolder,
  runBackup,
  runRestore,
  succeeded,
  type Job,
} from '../system/backup-jobs.ts';
import { startSuite, type Suite } from '../system/suite.ts';
import { cleanUpTwice } from './orphans.ts';
import { readChains, recoveryView, windowsUpToNow } from './recovery-views.ts';
import { freeLeases } from './workers.ts';

const IS_QUICK = process.env['LUCID_TEST_QUICK'] === '1';
const SERVICE = 'backup-service';
const LIMIT_MS = 300_000;
/** Slow enough to be met in the middle. */
const BANDWIDTH = '1MB';
const SLICE_BYTES = 1_048_576;
const LARGE_SLICES = 6;
const OFTEN = { intervalMs: 1, timeoutMs: 120_000 };

const SLICE_POINTS = ['the first is written', 'half of them are there', 'the last large one is there'] as const;
const COPY_POINTS = [
  'a chunk is there',
  'half of them are there',
  'the manifest is written',
  'COMMIT is written',
] as const;
const KINDS = ['a replica', 'a repository with other keys'] as const;

describe('kill -9 while another repository is filled', () => {
  let set: SingleMemberSet;
  let suite: Suite;
  let database: string;
  let hashes: Record<string, string>;
  let backupId: string;
  let added = 0;

  /** Names of the slices (and gaps) of a repository's folder. */
  async function slicesIn(folder: string): Promise<string[]> {
    return (await objectsOf(join(folder, 'slices'))).map((path) => relative(folder, path)).sort();
  }
  const here = (): string => repositoryFolder(suite);

  async function add(isReplica: boolean): Promise<{ name: string; folder: string }> {
    const name = `other-${(added += 1)}`;
    const folder = join(suite.folder, name);
    const body = { name, kind: 'file', path: folder, isReplica, bandwidthLimit: BANDWIDTH };
    await suite.rest(SERVICE).post('/api/v1/repositories', body);
    return { name, folder };
  }

  /** Whatever is listed there is, byte by byte, what the source has. */
  async function expectNoneHalfMade(folder: string): Promise<void> {
    for (const name of await slicesIn(folder)) {
      const [there, ours] = await Promise.all([folder, here()].map((one) => readFile(join(one, name))));
      expect([name, there!.equals(ours!)]).toEqual([name, true]);
    }
  }

  async function restart(): Promise<void> {
    await freeLeases(suite, 'pitr:');
    await suite.start(SERVICE);
  }

  async function expectSound(name: string): Promise<void> {
    const { id } = await suite.rest(SERVICE).post<Job>(`/api/v1/repositories/${name}/check`, { level: 'plaintext' });
    const { result } = succeeded(await endOf(suite.api, id, LIMIT_MS));
    expect(result).toMatchObject({ missingChunks: 0, damaged: [], damagedBackups: 0, damagedSlices: [] });
  }

  beforeAll(async () => {
    set = await startSingleMemberSet({ oplogMegabytes: 256, checkpointSeconds: 60 });
    suite = await startSuite(['storage-api', SERVICE], {
      MONGODB_URI: set.uri,
      BACKUP_SCHEDULE: 'off',
      BACKUP_PITR_ENABLED: 'true',
      BACKUP_PITR_SLICE_SECONDS: '1',
      BACKUP_PITR_SLICE_MB: '1',
    });
    await eventually('the capture', async () => (await recoveryView(suite)).capture.lastSliceAt, OFTEN);
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: 12e6 });
    hashes = await hashesOf(suite.mongo, database);
    backupId = (await runBackup(suite, { engines: ['mongodb'] })).id;
    for (let n = 0; n < LARGE_SLICES * 4; n += 1) {
      await suite.mongo
        .db('filler')
        .collection('filler')
        .insertOne({ pad: randomBytes(SLICE_BYTES / 4) });
    }
    await windowsUpToNow(suite);
  }, LIMIT_MS);

  afterAll(async () => {
    await suite?.abandon();
    await set?.stop();
  });

  const slicePoints = IS_QUICK ? SLICE_POINTS.slice(1, 2) : SLICE_POINTS;
  it.each(slicePoints)(
    'with oplog slices, when %s: all follow after the restart, in one chain',
    async (point) => {
      const ours = await slicesIn(here());
      const { name, folder } = await add(true);
      const reached = async (): Promise<boolean> => {
        if (point === 'the first is written') return (await objectsOf(join(folder, '.tmp'))).length > 0;
        const there = (await slicesIn(folder)).length;
        return there >= (point === 'half of them are there' ? ours.length / 2 : ours.length);
      };
      await eventually(point, async () => (await reached()) || (await slicesIn(folder)).length >= ours.length, OFTEN);
      await suite.kill(SERVICE);
      await expectNoneHalfMade(folder);
      const wanted = await slicesIn(here());
      await restart();
      await eventually(
        'every slice in the replica',
        async () => {
          const there = new Set(await slicesIn(folder));
          return wanted.every((one) => there.has(one));
        },
        { timeoutMs: LIMIT_MS },
      );
      await expectNoneHalfMade(folder);
      const [chain, ...others] = await readChains(folder, String(suite.env['BACKUP_MASTER_KEY']));
      expect(others).toEqual([]);
      expect(chain!.slices.length).toBeGreaterThanOrEqual(wanted.length);
      await expectSound(name);
      const { items, gaps } = await windowsUpToNow(suite);
      expect([items.map(({ backups }) => backups.map(({ id }) => id)), gaps]).toEqual([[[backupId]], []]);
    },
    LIMIT_MS,
  );

  const copies = KINDS.flatMap((kind) => COPY_POINTS.map((point) => [kind, point] as const));
  it.each(IS_QUICK ? copies.slice(1, 2) : copies)(
    'with a backup into %s, when %s: the same job completes the copy, once',
    async (kind, point) => {
      const chunks = (await objectsOf(join(here(), 'chunks'))).length;
      const { name, folder } = await add(kind === 'a replica');
      const copying = { repository: name };
      const { id } = await suite.rest(SERVICE).post<Job>(`/api/v1/backups/${backupId}/copies`, copying);
      const stored = async (part: string): Promise<boolean> =>
        (await objectsOf(join(folder, 'snapshots'))).some((path) => path.includes(part));
      const reached = async (): Promise<boolean> => {
        if (point === 'COMMIT is written') return stored('/COMMIT');
        if (point === 'the manifest is written') return stored('/manifest-');
        const there = (await objectsOf(join(folder, 'chunks'))).length;
        return there >= (point === 'a chunk is there' ? 1 : chunks / 2);
      };
      await eventually(point, reached, OFTEN);
      await suite.kill(SERVICE);
      const { state } = await suite.api.get<Job>(`/api/v1/jobs/${id}`);
      if (point !== 'COMMIT is written' && point !== 'the manifest is written') {
        expect(await committedSnapshots(folder)).toEqual([]);
        const { items } = await suite.api.get<{ items: { id: string }[] }>(`/api/v1/backups`);
        expect(items.map((one) => one.id)).toEqual([backupId]);
      }
      await restart();
      const job = succeeded(await endOf(suite.api, id, LIMIT_MS));
      // At the manifest and after it the job may have come to its end before the kill met it.
      expect(job.interruptions).toBe(state === 'running' ? 1 : 0);
      expect(await committedSnapshots(folder)).toEqual([backupId]);
      expect(await cleanUpTwice(suite, name)).toEqual({ orphans: 0, missingChunks: 0, damagedBackups: 0, backups: 1 });
      const target = `${suite.database}_copy_${added}`;
      const renames = Object.fromEntries(Object.keys(hashes).map((one) => [`${database}.${one}`, `${target}.${one}`]));
      succeeded(await runRestore(suite, backupId, { engines: ['mongodb'], renames, repository: name }));
      expect(await hashesOf(suite.mongo, target)).toEqual(hashes);
      await suite.mongo.db(target).dropDatabase();
    },
    LIMIT_MS,
  );
});

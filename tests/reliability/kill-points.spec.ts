import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadLucidData } from '@lucid/testing/lucid-data';
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
import { startSuite, type Suite } from '../system/suite.ts';

const SIZE_BYTES = 200e6;
const ROUNDS = process.env['LUCID_TEST_QUICK'] === '1' ? 3 : 20;
/** The service's start and what it does in it is killed too. */
const MAX_KILLS = 3;
const SERVICE = 'backup-service';

describe(`kill -9 at any moment, ${ROUNDS} rounds`, () => {
  let suite: Suite;
  let database: string;
  let hashes: Record<string, string>;
  /** How long each takes when nobody kills it: kills come within this time. */
  let backupMs: number;
  let restoreMs: number;

  async function timed(action: () => Promise<unknown>): Promise<number> {
    const startMs = performance.now();
    await action();
    return performance.now() - startMs;
  }

  /** Lets it work for a random part of `withinMs`, kills it, starts it again; up to MAX_KILLS times. Says when it killed. */
  async function harass(id: string, withinMs: number, extra: Record<string, string> = {}): Promise<string> {
    const kills = 1 + Math.floor(Math.random() * MAX_KILLS);
    const moments: string[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      const afterMs = Math.round(Math.random() * withinMs);
      await pause(afterMs);
      await suite.kill(SERVICE);
      const { state, progress } = await suite.api.get<Job>(`/api/v1/jobs/${id}`);
      moments.push(`${afterMs} ms: ${state} ${progress?.phase} ${progress?.done}`);
      await suite.start(SERVICE, extra);
    }
    return moments.join('; ');
  }

  async function expectConverged(id: string, moments: string): Promise<Job> {
    const job = await endOf(suite.api, id);
    if (job.state !== 'succeeded') throw new Error(`killed after ${moments}: ${job.error?.code} ${job.error?.detail}`);
    return job;
  }

  beforeAll(async () => {
    suite = await startSuite(['storage-api', SERVICE]);
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: SIZE_BYTES });
    hashes = await hashesOf(suite.mongo, database);
    backupMs = await timed(() => runBackup(suite, { database }));
    const [backup] = await listBackups(suite);
    const target = `${suite.database}_timed`;
    restoreMs = await timed(async () => succeeded(await runRestore(suite, backup!.id, { targetDatabase: target })));
    await suite.mongo.db(target).dropDatabase();
  });

  afterAll(() => suite.stop());

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))('backup and restore, round %i', async (round) => {
    // A repository of its own: in an old one every chunk is there already.
    const folder = join(suite.folder, `round-${round}`);
    const extra = { BACKUP_STORAGE_PATH: folder, BACKUP_TAKE_OVER: 'true' };
    await suite.process(SERVICE).daemon.stop();
    await suite.start(SERVICE, extra);

    const asked = await suite.api.post<Job>('/api/v1/backups/create', { database });
    const backupMoments = await harass(asked.id, backupMs, extra);
    const job = await expectConverged(asked.id, backupMoments);
    const backupId = String(job.result?.['backupId']);
    expect(await committedSnapshots(folder)).toEqual([backupId]);
    expect((await listBackups(suite)).map(({ id, jobId }) => [id, jobId])).toEqual([[backupId, asked.id]]);

    const target = `${suite.database}_copy_${round}`;
    const restore = await suite.api.post<Job>(`/api/v1/backups/${backupId}/restore`, { targetDatabase: target });
    const restoreMoments = await harass(restore.id, restoreMs, extra);
    await expectConverged(restore.id, restoreMoments);
    expect(await collectionNames(suite.mongo, target)).toEqual(Object.keys(hashes).sort());
    expect({ restoreMoments, hashes: await hashesOf(suite.mongo, target) }).toEqual({ restoreMoments, hashes });
    await suite.mongo.db(target).dropDatabase();
  });
});

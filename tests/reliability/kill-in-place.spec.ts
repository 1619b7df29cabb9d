import { eventually } from '@lucid/testing/eventually';
import { loadLucidData } from '@lucid/testing/lucid-data';
import type { Document } from 'mongodb';
import {
  collectionNames,
  endOf,
  hashesOf,
  runBackup,
  stagingFilled,
  succeeded,
  type Job,
} from '../system/backup-jobs.ts';
import { startSuite, type Suite } from '../system/suite.ts';

const ROUNDS = process.env['LUCID_TEST_QUICK'] === '1' ? 1 : 5;
const SERVICE = 'backup-service';
const MOST_RESTORES = 10;

type KillPoint = 'data is staged' | 'user writes are held' | 'the swap has begun' | 'the last swap is done';

describe('kill -9 of a restore in place', () => {
  let suite: Suite;
  let database: string;
  let backupId: string;
  let backedUp: Record<string, string>;

  const journal = (id: string): Promise<Document | null> =>
    suite.mongo
      .db(`${suite.database}_control`)
      .collection<Document & { _id: string }>('restore_journals')
      .findOne({ _id: id });

  async function isBlocked(): Promise<boolean> {
    const { repl } = await suite.mongo.db('admin').command({ serverStatus: 1, repl: 1 });
    // 1: off, 2: on. https://www.mongodb.com/docs/manual/reference/command/serverStatus/#mongodb-serverstatus-serverstatus.repl.userWriteBlockMode
    return (repl as { userWriteBlockMode: number }).userWriteBlockMode === 2;
  }

  function reached(point: KillPoint, id: string, isOver: () => boolean): Promise<unknown> {
    const journalled = (has: (found: Document) => boolean): Promise<unknown> =>
      eventually(
        point,
        async () => {
          const found = await journal(id);
          return found !== null && has(found);
        },
        { intervalMs: 1, timeoutMs: 60_000 },
      );
    switch (point) {
      case 'data is staged':
        return stagingFilled(suite.mongo, database);
      case 'user writes are held':
        return eventually(point, async () => isOver() || (await isBlocked()), { intervalMs: 1, timeoutMs: 120_000 });
      case 'the swap has begun':
        return journalled((found) => ['swap', 'finish', 'done'].includes(String(found['phase'])));
      case 'the last swap is done':
        return journalled((found) => ['finish', 'done'].includes(String(found['phase'])));
    }
  }

  /** Another state than the one that was backed up: documents changed, one collection empty, one more there. */
  async function change(): Promise<Record<string, string>> {
    const db = suite.mongo.db(database);
    await db.collection('blocks').updateMany({}, { $set: { touched: true } });
    await db.collection('sessions').deleteMany({});
    await db.collection('wallets').insertOne({ name: 'not in the backup' });
    return hashesOf(suite.mongo, database);
  }

  /** Writes are held for some hundredths of a second: a restore that was over before the kill met it is followed by another one. */
  async function killAt(point: KillPoint): Promise<{ id: string; changed: Record<string, string> }> {
    for (let attempt = 1; attempt <= MOST_RESTORES; attempt += 1) {
      const changed = await change();
      const { id } = await suite.api.post<Job>(`/api/v1/backups/${backupId}/restore`, {});
      let isOver = false;
      const missed = endOf(suite.api, id).then((job) => {
        isOver = true;
        succeeded(job);
        return false;
      });
      const seen = reached(point, id, () => isOver).then(() => !isOver);
      missed.catch(() => undefined); // A killed run goes on, and is looked at below.
      if (await Promise.race([seen, missed])) {
        await suite.kill(SERVICE);
        const { state } = await suite.api.get<Job>(`/api/v1/jobs/${id}`);
        // After the last swap there is next to nothing to be met in.
        if (state === 'running' || point === 'the last swap is done') return { id, changed };
        await suite.start(SERVICE);
      }
      await missed;
    }
    throw new Error(`${point} was never seen in ${MOST_RESTORES} restores`);
  }

  beforeAll(async () => {
    suite = await startSuite(['storage-api', SERVICE]);
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: 30e6 });
    backedUp = await hashesOf(suite.mongo, database);
    backupId = (await runBackup(suite, { database })).id;
  });

  afterAll(() => suite.stop());

  const points: KillPoint[] = ['data is staged', 'user writes are held', 'the swap has begun', 'the last swap is done'];
  const rounds = Array.from({ length: ROUNDS }, (_, round) => points.map((point) => [point, round + 1] as const));
  it.each(rounds.flat())('when %s (round %i): each collection is old or new, and then all are new', async (point) => {
    const { id, changed } = await killAt(point);
    const halfWay = await hashesOf(suite.mongo, database);
    for (const [name, hash] of Object.entries(halfWay)) {
      if (name.startsWith('__restore_')) continue;
      expect([name, backedUp[name], changed[name]]).toContain(hash);
    }
    expect(Object.keys(halfWay)).toEqual(expect.arrayContaining(Object.keys(changed)));

    await suite.start(SERVICE);
    const job = succeeded(await endOf(suite.api, id));
    // After the last swap the job itself may have ended before the kill met it.
    if (point !== 'the last swap is done') expect(job.interruptions).toBe(1);
    const { wallets, ...restored } = await hashesOf(suite.mongo, database);
    expect(restored).toEqual(backedUp);
    expect(wallets).toBe(changed['wallets']);
    expect(await collectionNames(suite.mongo, database)).toEqual([...Object.keys(backedUp), 'wallets'].sort());
    expect(await isBlocked()).toBe(false);
  });
});

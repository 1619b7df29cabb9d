import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MongoClient } from 'mongodb';
import { repositoryPath } from '../../scripts/engines/repository-path.ts';
import { startSingleMemberSet, type SingleMemberSet } from '../setup/single-member-set.ts';
import { endOf, succeeded, type Job } from '../system/backup-jobs.ts';
import { startSuite, type Suite } from '../system/suite.ts';

const NAMESPACES = process.env['LUCID_TEST_QUICK'] === '1' ? 500 : 10_000;
const LONG_MS = 1_800_000;
const PEAK_LIMIT_MIB = 400;
const WRITERS = 8;
/** Each collection has two files or three: idle ones are closed, or the server runs out of file handles. */
const CLOSE_FILES = 'file_manager=(close_idle_time=5,close_scan_interval=2,close_handle_minimum=100)';

let set: SingleMemberSet;
let suite: Suite;

/** Every tenth collection is empty, every fifth has an index and a validator. */
async function fill(client: MongoClient, database: string): Promise<void> {
  const db = client.db(database);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < NAMESPACES) {
      const number = (next += 1);
      const name = `c${number}`;
      await db.createCollection(name, number % 5 === 0 ? { validator: { n: { $exists: true } } } : {});
      if (number % 10 !== 0) await db.collection(name).insertMany([{ n: number }, { n: -number }]);
      if (number % 5 === 0) await db.collection(name).createIndex({ n: 1 });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, work));
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
async function peakMib(pid: number): Promise<number> {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kib) / 1_024);
}

async function timed(path: string, body: object): Promise<{ job: Job; seconds: number }> {
  const startMs = performance.now();
  const { id } = await suite.api.post<Job>(path, body);
  const job = succeeded(await endOf(suite.api, id, LONG_MS));
  return { job, seconds: Math.round((performance.now() - startMs) / 100) / 10 };
}

describe(`${NAMESPACES} collections`, () => {
  beforeAll(async () => {
    const args = ['--wiredTigerEngineConfigString', CLOSE_FILES];
    set = await startSingleMemberSet({ oplogMegabytes: 512, checkpointSeconds: 60, args });
    suite = await startSuite(['storage-api', 'backup-service'], { MONGODB_URI: set.uri, BACKUP_PITR_ENABLED: 'false' });
    await fill(set.client, `${suite.database}_many`);
  }, LONG_MS);
  afterAll(async () => {
    await suite?.stop();
    await set?.stop();
  }, LONG_MS);

  it(
    `are backed up and restored within ${PEAK_LIMIT_MIB} MiB`,
    async () => {
      const [source, target] = [`${suite.database}_many`, `${suite.database}_copy`];
      const backup = await timed('/api/v1/backups/create', { database: source });
      const id = String(backup.job.result?.['backupId']);
      const restore = await timed(`/api/v1/backups/${id}/restore`, { targetDatabase: target });
      const figures = {
        namespaces: NAMESPACES,
        backupSeconds: backup.seconds,
        restoreSeconds: restore.seconds,
        peakMib: await peakMib(suite.process('backup-service').daemon.pid),
      };
      const folder = repositoryPath('.lucid', 'figures');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'ten-thousand-namespaces.json'), `${JSON.stringify(figures, null, 2)}\n`);
      const [expected, actual] = [set.client.db(source), set.client.db(target)];
      const hashes = await actual.command({ dbHash: 1 });
      expect(Object.keys(hashes.collections as object)).toHaveLength(NAMESPACES);
      expect(hashes.collections).toEqual((await expected.command({ dbHash: 1 })).collections);
      expect(await actual.collection('c5').listIndexes().toArray()).toHaveLength(2);
      expect(figures.peakMib).toBeLessThanOrEqual(PEAK_LIMIT_MIB);
    },
    LONG_MS,
  );
});

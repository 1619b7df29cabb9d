import { loadLucidData } from '@lucid/testing/lucid-data';
import {
  endOf,
  hashesOf,
  listBackups,
  runBackup,
  runRestore,
  succeeded,
  type Backup,
  type Job,
} from '../system/backup-jobs.ts';
import { startSuite, type Suite } from '../system/suite.ts';
import { cleanUpTwice } from './orphans.ts';
import { clockOffBy } from './workers.ts';

const SERVICE = 'backup-service';
const HOUR_MS = 3_600_000;
const LIMIT_MS = 300_000;

type Dated = Backup & { createdAt: string };
interface Preview {
  kept: number;
  removed: number;
}

describe('the clock of the host is off by an hour', () => {
  let suite: Suite;
  let database: string;
  let hashes: Record<string, string>;
  let ahead: Backup;
  let behind: Backup;

  async function restartWith(extra: Record<string, string>): Promise<void> {
    await suite.process(SERVICE).daemon.stop();
    await suite.start(SERVICE, extra);
  }

  /** Hours by which a backup is dated off the real time. */
  async function hoursOff(id: string): Promise<number> {
    const { createdAt } = await suite.api.get<Dated>(`/api/v1/backups/${id}`);
    return Math.round((Date.parse(createdAt) - Date.now()) / HOUR_MS);
  }

  async function removable(): Promise<number> {
    const rest = suite.rest(SERVICE);
    const { removed } = await rest.get<Preview>('/api/v1/retention/preview?days=1&hourly=1');
    const { id } = await rest.post<Job>('/api/v1/retention/expire', {});
    const { result } = succeeded(await endOf(suite.api, id));
    return removed + Number(result?.['removedCount']);
  }

  async function comesBack(backupId: string): Promise<void> {
    const target = `${suite.database}_copy`;
    succeeded(await runRestore(suite, backupId, { targetDatabase: target }));
    expect(await hashesOf(suite.mongo, target)).toEqual(hashes);
    await suite.mongo.db(target).dropDatabase();
  }

  beforeAll(async () => {
    suite = await startSuite(['storage-api', SERVICE], {
      BACKUP_PITR_ENABLED: 'false',
      BACKUP_SCHEDULE: 'off',
      BACKUP_RETENTION_DAYS: '1',
    });
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: 12e6 });
    hashes = await hashesOf(suite.mongo, database);
    await runBackup(suite, { database });
  }, LIMIT_MS);

  afterAll(() => suite?.stop());

  it(
    'ahead: backups are made and come back, and none expires too early',
    async () => {
      await restartWith(clockOffBy(HOUR_MS));
      ahead = await runBackup(suite, { database });
      expect(await hoursOff(ahead.id)).toBe(1);
      await comesBack(ahead.id);
      expect(await removable()).toBe(0);
    },
    LIMIT_MS,
  );

  it(
    'then behind: the next backup is dated before it, comes back too, and nothing expires while one lies in the future',
    async () => {
      await restartWith(clockOffBy(-HOUR_MS));
      behind = await runBackup(suite, { database });
      expect(await hoursOff(behind.id)).toBe(-1);
      await comesBack(behind.id);
      await comesBack(ahead.id);
      expect(await removable()).toBe(0);
      expect(await listBackups(suite)).toHaveLength(3);
    },
    LIMIT_MS,
  );

  it(
    'a job that was killed under one clock goes on under the other, and garbage collection takes nothing that is needed',
    async () => {
      await restartWith({ ...clockOffBy(HOUR_MS), BACKUP_READ_LIMIT: '3MB' });
      const { id } = await suite.api.post<Job>('/api/v1/backups/create', { database });
      await suite.kill(SERVICE);
      await suite.start(SERVICE, clockOffBy(-HOUR_MS));
      const { result } = succeeded(await endOf(suite.api, id));
      expect(await cleanUpTwice(suite)).toEqual({ orphans: 0, missingChunks: 0, damagedBackups: 0, backups: 4 });
      await comesBack(String(result?.['backupId']));
    },
    LIMIT_MS,
  );
});

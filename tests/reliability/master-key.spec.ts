import { randomBytes } from 'node:crypto';
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

const SERVICE = 'backup-service';
const LIMIT_MS = 300_000;

describe('the master key is rotated between a backup and its restore', () => {
  let suite: Suite;
  let database: string;
  let backup: Backup;
  let formerKey: string;
  const newKey = randomBytes(32).toString('base64');

  async function restartWith(extra: Record<string, string>): Promise<void> {
    await suite.process(SERVICE).daemon.stop();
    await suite.start(SERVICE, extra);
  }

  async function runKeys(what: string): Promise<Record<string, unknown> | null> {
    const { id } = await suite.rest(SERVICE).post<Job>(`/api/v1/repositories/default/keys/${what}`, {});
    return succeeded(await endOf(suite.api, id)).result;
  }

  async function comesBack(backupId: string): Promise<void> {
    const target = `${suite.database}_copy`;
    succeeded(await runRestore(suite, backupId, { targetDatabase: target }));
    expect(await hashesOf(suite.mongo, target)).toEqual(await hashesOf(suite.mongo, database));
    await suite.mongo.db(target).dropDatabase();
  }

  beforeAll(async () => {
    suite = await startSuite(['storage-api', SERVICE], { BACKUP_PITR_ENABLED: 'false', BACKUP_SCHEDULE: 'off' });
    formerKey = String(suite.env['BACKUP_MASTER_KEY']);
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: 12e6 });
    backup = await runBackup(suite, { database });
  }, LIMIT_MS);

  afterAll(() => suite?.stop());

  it('a service with the new key alone does not start, and makes nothing', async () => {
    await suite.process(SERVICE).daemon.stop();
    await expect(suite.start(SERVICE, { BACKUP_MASTER_KEY: newKey })).rejects.toMatchObject({
      cause: expect.objectContaining({ message: expect.stringContaining('REPOSITORY_KEY_WRONG') as string }) as Error,
    });
  });

  it(
    'with the former one beside it the keys are wrapped anew, in the middle of which it may die',
    async () => {
      const both = { BACKUP_MASTER_KEY: newKey, BACKUP_PREVIOUS_KEYS: formerKey };
      await suite.start(SERVICE, both);
      const { id } = await suite.rest(SERVICE).post<Job>('/api/v1/repositories/default/keys/rewrap-master-key', {});
      await suite.kill(SERVICE);
      await suite.start(SERVICE, both);
      succeeded(await endOf(suite.api, id));
      expect(await runKeys('rewrap-master-key')).toMatchObject({ isNew: false });
      await runKeys('rotate-data-key');
    },
    LIMIT_MS,
  );

  it(
    'then the new key alone opens what the former one sealed, and the former one opens nothing',
    async () => {
      await restartWith({ BACKUP_MASTER_KEY: newKey });
      await comesBack(backup.id);
      const later = await runBackup(suite, { database });
      await comesBack(later.id);
      expect((await listBackups(suite)).map(({ id }) => id)).toEqual([later.id, backup.id]);
      await suite.process(SERVICE).daemon.stop();
      await expect(suite.start(SERVICE)).rejects.toMatchObject({
        cause: expect.objectContaining({ message: expect.stringContaining('REPOSITORY_KEY_WRONG') as string }) as Error,
      });
    },
    LIMIT_MS,
  );
});

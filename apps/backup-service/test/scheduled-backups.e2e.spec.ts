import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { createLogger } from '@lucid/core/logger';
import { backupCreate } from '@lucid/jobs/contracts/backup-create';
import { backupExpire } from '@lucid/jobs/contracts/backup-expire';
import { JobService } from '@lucid/jobs/job-service';
import { ScheduleService } from '@lucid/jobs/schedule-service';
import type { Backup } from '@lucid/models/main/backups';
import { TOKENS } from '@lucid/service-kit/tokens';
import { eventually } from '@lucid/testing/eventually';
import type { Db } from 'mongodb';
import { rebuildCatalogue } from '../src/repositories/rebuild-catalogue.ts';
import { RepositoriesService } from '../src/repositories/repositories.service.ts';
import { BackupSchedules } from '../src/schedules/backup-schedules.service.ts';
import { type BackupTestService, startBackupService } from './interchange-service.ts';

/** An hour of the day that is not soon: no run but the one that is meant may come due. */
const FAR = (new Date().getUTCHours() + 12) % 24;

describe('backups by schedule', () => {
  let service: BackupTestService;
  let control: Db;
  let schedules: ScheduleService;

  beforeAll(async () => {
    service = await startBackupService({
      BACKUP_PITR_ENABLED: 'false',
      BACKUP_SCHEDULE: `15 ${FAR} * * *`,
      BACKUP_TIMEZONE: 'Europe/Vienna',
    });
    control = service.app.get<Db>(TOKENS.CONTROL_DATABASE);
    schedules = service.app.get(ScheduleService);
  });
  afterAll(() => service.close());

  it('BACKUP_SCHEDULE makes one of its own, and the daily expiry', async () => {
    expect(await schedules.list(backupCreate)).toMatchObject([
      {
        id: 'sch_default',
        name: 'default',
        cron: `15 ${FAR} * * *`,
        timezone: 'Europe/Vienna',
        enabled: true,
        payload: {},
      },
    ]);
    expect(await schedules.list(backupExpire)).toMatchObject([
      { id: 'sch_expire_default', payload: { repository: 'default' }, nextDueAt: expect.any(Date) },
    ]);
    await service.app.get(BackupSchedules).configure();
    expect(await schedules.list(backupCreate)).toHaveLength(1);
  });

  it('a run that is due makes a backup that knows its schedule, and then what it replaces may go', async () => {
    const database = service.database.sibling('shop');
    await service.database.client
      .db(database)
      .collection('orders')
      .insertMany([{ n: 1 }, { n: 2 }]);
    const { id } = await schedules.create(
      backupCreate,
      {
        ...{ name: 'orders', cron: `0 ${FAR} * * *`, timezone: 'UTC', payload: { database, label: 'by night' } },
        settings: { retention: { daily: 7 } },
      },
      'key_spec',
    );
    const missedSince = new Date(Date.now() - 3 * 86_400_000);
    await control.collection('schedules').updateOne({ name: 'orders' }, { $set: { nextDueAt: missedSince } });
    const backup = await eventually(
      'the backup is in the catalogue',
      () => service.database.db.collection<Backup>('backups').findOne({ schedule_id: id }),
      { timeoutMs: 120_000 },
    );
    expect(backup).toMatchObject({ label: 'by night', retention: { daily: 7 } });
    const expiry = await eventually(
      'the expiry has ended',
      async () => {
        const { items } = await service.app.get(JobService).list({ name: 'backup.expire', state: 'succeeded' });
        return items.find(({ actor }) => actor.id === `schedule:${id}`);
      },
      { timeoutMs: 120_000 },
    );
    expect(expiry.result).toMatchObject({ examined: 1, kept: 1, removedCount: 0 });
    const record = await schedules.get(backupCreate, id);
    expect(record).toMatchObject({ lastJobId: backup.job_id, missedRuns: expect.any(Number) });
    expect(record.missedRuns).toBeGreaterThanOrEqual(2);
    expect(await service.database.db.collection('backups').countDocuments({ schedule_id: id })).toBe(1);

    // The catalogue is lost, and with it the schedule: what the repository says is enough for the rules.
    await service.database.db.collection('backups').deleteMany({});
    const repository = service.app.get(RepositoriesService).get();
    const logger = createLogger('spec', 'silent');
    await rebuildCatalogue('default', repository, service.app.get(BackupCatalogue), { logger });
    expect(await service.database.db.collection<Backup>('backups').findOne({ _id: backup._id })).toMatchObject({
      schedule_id: id,
      retention: { daily: 7 },
    });
  });
});

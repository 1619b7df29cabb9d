import { type SingleMemberSet, startSingleMemberSet } from '../setup/single-member-set.ts';
import { eventually } from '@lucid/testing/eventually';
import {
  endOf,
  listBackups,
  repositoryFolder,
  runBackup,
  runRestore,
  succeeded,
  type Job,
} from '../system/backup-jobs.ts';
import { startSuite, type Suite } from '../system/suite.ts';
import { clusterSeconds, readChains, recoveryView, windowsUpToNow } from './recovery-views.ts';
import { clockOffBy } from './workers.ts';

const IS_QUICK = process.env['LUCID_TEST_QUICK'] === '1';
const SERVICE = 'backup-service';
const HOUR_MS = 3_600_000;
const LIMIT_MS = 300_000;

interface Schedule {
  id: string;
  nextDueAt: string | null;
  lastJobId: string | null;
}

describe('the clock of the host is off by an hour, and the oplog is captured', () => {
  let set: SingleMemberSet;
  let suite: Suite;
  /** The backups in the order in which they were made. */
  const made: string[] = [];
  /** The second in which each order was written. */
  const seconds: number[] = [];
  let schedule: Schedule;

  async function restartWith(extra: Record<string, string>): Promise<void> {
    await suite.process(SERVICE).daemon.stop();
    await suite.start(SERVICE, extra);
  }

  const backUp = async (): Promise<void> => {
    made.push((await runBackup(suite, { engines: ['mongodb'] })).id);
  };

  /** One more order, in a second of its own. */
  async function order(): Promise<void> {
    const orders = suite.mongo.db('shop').collection('orders');
    const before = await clusterSeconds(suite);
    await eventually('another second', async () => {
      await suite.mongo.db('ticks').collection('ticks').insertOne({});
      return (await clusterSeconds(suite)) > before;
    });
    await orders.insertOne({ number: seconds.length + 1 });
    seconds.push(await clusterSeconds(suite));
  }

  /** Brings back the end of the second of the n-th order; the orders up to it were there then, and no other. */
  async function expectRecoverable(number: number): Promise<void> {
    const at = new Date(seconds[number - 1]! * 1_000).toISOString();
    const target = `shop.orders_${number}_${Math.random().toString(36).slice(2)}`;
    const request = { pointInTime: at, namespaces: ['shop.orders'], renames: { 'shop.orders': target } };
    succeeded(await runRestore(suite, made[0]!, request));
    const found = await suite.mongo.db('shop').collection(target.slice(5)).find().sort({ number: 1 }).toArray();
    expect(found.map((one) => one['number'] as number)).toEqual(Array.from({ length: number }, (_, n) => n + 1));
    await suite.mongo.db('shop').dropCollection(target.slice(5));
  }

  /** One window from the first backup until now, with all of them, and no gap. */
  async function expectOneWindow(): Promise<void> {
    const { items, gaps, capture } = await windowsUpToNow(suite);
    expect(gaps).toEqual([]);
    expect(items.map(({ backups }) => backups.map(({ id }) => id))).toEqual([made]);
    // Times of the cluster, whatever the clock of the service says.
    expect(items[0]!.end.clusterTime.t).toBeLessThanOrEqual(await clusterSeconds(suite));
    expect(capture.isActive).toBe(true);
  }

  /** Runs the rules, which by themselves keep the newest backup alone. */
  async function expectNoneRemoved(): Promise<void> {
    const { id } = await suite.rest(SERVICE).post<Job>('/api/v1/retention/expire', {});
    expect(succeeded(await endOf(suite.api, id)).result).toMatchObject({ removedCount: 0 });
    expect((await listBackups(suite)).map((one) => one.id).sort()).toEqual([...made].sort());
  }

  const lookAtSchedule = async (): Promise<Schedule> =>
    suite.api.get<Schedule>(`/api/v1/backups/schedules/${schedule.id}`);

  /** The job that the schedule asked for after `before`, once it has ended. */
  async function scheduledAfter(before: string | null): Promise<void> {
    const id = await eventually('a scheduled run', async () => {
      const { lastJobId } = await lookAtSchedule();
      return lastJobId !== before && lastJobId;
    });
    made.push(String(succeeded(await endOf(suite.api, id)).result?.['backupId']));
  }

  beforeAll(async () => {
    set = await startSingleMemberSet({ oplogMegabytes: 128, checkpointSeconds: 60 });
    suite = await startSuite(['storage-api', SERVICE], {
      MONGODB_URI: set.uri,
      BACKUP_SCHEDULE: 'off',
      BACKUP_RETENTION_DAYS: '0',
      BACKUP_KEEP_HOURLY: '1',
      BACKUP_PITR_ENABLED: 'true',
      BACKUP_PITR_SLICE_SECONDS: '1',
      BACKUP_PITR_RETENTION_DAYS: '1',
    });
    await eventually('the capture', async () => (await recoveryView(suite)).capture.lastSliceAt);
    await backUp();
    await order();
    await backUp();
    await windowsUpToNow(suite);
  }, LIMIT_MS);

  afterAll(async () => {
    await suite?.abandon();
    await set?.stop();
  });

  it(
    'ahead by an hour more than is promised: what the window begins with stays',
    async () => {
      await restartWith(clockOffBy(25 * HOUR_MS));
      await expectNoneRemoved();
      await expectOneWindow();
    },
    LIMIT_MS,
  );

  it(
    'ahead by an hour: the window goes on, every moment comes back, and a schedule asks for one run',
    async () => {
      await restartWith(clockOffBy(HOUR_MS));
      await order();
      await backUp();
      await order();
      // Half an hour from now: due by the clock that is ahead.
      const minute = (new Date().getUTCMinutes() + 30) % 60;
      const body = { name: 'hourly', cron: `${minute} * * * *`, timezone: 'UTC', backup: { engines: ['mongodb'] } };
      schedule = await suite.api.post<Schedule>('/api/v1/backups/schedules', body);
      await scheduledAfter(null);
      await expectOneWindow();
      for (const number of IS_QUICK ? [2] : [1, 2, 3]) await expectRecoverable(number);
      await expectNoneRemoved();
    },
    LIMIT_MS,
  );

  it(
    'then behind by an hour: the same, and the schedule does not wait for the time that was promised',
    async () => {
      const { lastJobId } = await lookAtSchedule();
      await restartWith(clockOffBy(-HOUR_MS));
      await order();
      await backUp();
      await eventually(
        'the schedule follows',
        async () => Date.parse(String((await lookAtSchedule()).nextDueAt)) <= Date.now(),
      );
      expect((await lookAtSchedule()).lastJobId).toBe(lastJobId);
      await expectOneWindow();
      for (const number of IS_QUICK ? [3] : [1, 2, 3, 4]) await expectRecoverable(number);
      await expectNoneRemoved();
    },
    LIMIT_MS,
  );

  it(
    'and right again: the next run is made at once, and the slices are one chain in the order of the cluster’s time',
    async () => {
      const { lastJobId } = await lookAtSchedule();
      await restartWith({});
      await scheduledAfter(lastJobId);
      await order();
      await expectOneWindow();
      await expectRecoverable(seconds.length);
      await expectNoneRemoved();
      const chains = await readChains(repositoryFolder(suite), String(suite.env['BACKUP_MASTER_KEY']));
      expect(chains).toHaveLength(1);
      expect(await suite.mongo.db(suite.database).collection('alerts').countDocuments({ kind: 'recovery_gap' })).toBe(
        0,
      );
    },
    LIMIT_MS,
  );
});

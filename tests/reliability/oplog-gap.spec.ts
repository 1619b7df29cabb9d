import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@lucid/testing/eventually';
import type { Db, Document } from 'mongodb';
import { endOf, listBackups, runBackup, runRestore, succeeded, type Job } from '../system/backup-jobs.ts';
import { startSuite, type Suite } from '../system/suite.ts';
import { startSingleMemberSet, type SingleMemberSet } from '../setup/single-member-set.ts';

const SERVICE = 'backup-service';
const LIMIT_MS = 300_000;

interface Moment {
  clusterTime: { t: number; i: number };
  at: string;
}
interface Windows {
  items: { start: Moment; end: Moment; backups: { id: string }[] }[];
  gaps: { from: Moment; to: Moment; reason: string }[];
  capture: { lastSliceAt?: string };
}

describe('the oplog rolls over while nobody captures it', () => {
  let set: SingleMemberSet;
  let suite: Suite;
  let before: string;
  let lost: Moment;

  const windows = (): Promise<Windows> => suite.rest(SERVICE).get<Windows>('/api/v1/recovery-windows');
  const orders = (): Db => suite.mongo.db('shop');

  async function reached(): Promise<Windows> {
    const { lastWrite } = await suite.mongo.db('admin').command({ hello: 1 });
    const { t } = lastWrite.opTime.ts as { t: number };
    await suite.mongo.db('shop').collection('ticks').insertOne({});
    return eventually(
      'a window up to now',
      async () => {
        const view = await windows();
        return (view.items.at(-1)?.end.clusterTime.t ?? 0) > t && view;
      },
      { timeoutMs: 60_000 },
    );
  }

  beforeAll(async () => {
    set = await startSingleMemberSet();
    suite = await startSuite(['storage-api', SERVICE], {
      MONGODB_URI: set.uri,
      BACKUP_SCHEDULE: 'off',
      BACKUP_PITR_ENABLED: 'true',
      BACKUP_PITR_SLICE_SECONDS: '1',
    });
    await eventually('the capture', async () => (await windows()).capture.lastSliceAt, { timeoutMs: 60_000 });
    await orders().collection('orders').insertOne({ number: 1 });
    before = (await runBackup(suite, { engines: ['mongodb'] })).id;
    await orders().collection('orders').insertOne({ number: 2 });
    await reached();
  }, LIMIT_MS);

  afterAll(async () => {
    await suite?.abandon();
    await set?.stop();
  });

  it(
    'the gap is recorded, alerted, and followed by a full backup at once',
    async () => {
      await suite.kill(SERVICE);
      await orders().collection('orders').insertOne({ number: 3 });
      await pause(3_000); // A gap with a second in it, however quick the rest is.
      await set.rollOplogOver();
      await suite.start(SERVICE);
      const { gaps } = await eventually(
        'the gap',
        async () => {
          const view = await windows();
          return view.gaps.length > 0 && view;
        },
        { timeoutMs: 60_000 },
      );
      expect(gaps).toHaveLength(1);
      lost = gaps[0]!.from;
      expect(gaps[0]!.to.clusterTime.t).toBeGreaterThanOrEqual(lost.clusterTime.t);
      const alerts = suite.mongo.db(String(suite.env['MONGODB_DATABASE'])).collection<Document>('alerts');
      await eventually('the alert', () => alerts.findOne({ kind: 'recovery_gap' }));
      const next = await eventually('the backup after the gap', async () =>
        (await listBackups(suite)).find(({ id }) => id !== before),
      );
      succeeded(await endOf(suite.api, next.jobId, LIMIT_MS));
      await orders().collection('orders').insertOne({ number: 4 });
      const { items } = await reached();
      expect(items.map(({ backups }) => backups.map(({ id }) => id))).toEqual([[before], [next.id]]);
    },
    LIMIT_MS,
  );

  it(
    'a time inside the gap is refused with the nearest ones, and each of these comes back',
    async () => {
      const { items, gaps } = await windows();
      const [older, newer] = items;
      const inside = new Date((gaps[0]!.from.clusterTime.t + 1) * 1_000).toISOString();
      const refused = await runRestore(suite, before, { pointInTime: inside, dryRun: true });
      expect([refused.state, refused.error?.code]).toEqual(['failed', 'RECOVERY_TIME_UNAVAILABLE']);
      const nearest = [...String(refused.error?.detail).matchAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g)].map(([at]) => at);
      const second = older!.end.clusterTime.t - 1;
      expect(nearest).toContain(new Date(second * 1_000).toISOString().replace('.000Z', 'Z'));

      const renames = { 'shop.orders': 'shop.orders_then' };
      const then: Job = await runRestore(suite, before, {
        pointInTime: nearest.at(-1)!,
        renames,
        namespaces: ['shop.orders'],
      });
      succeeded(then);
      const numbers = await orders().collection('orders_then').find().sort({ number: 1 }).toArray();
      expect(numbers.map(({ number }) => number as number)).toEqual([1, 2]);
      const now = { 'shop.orders': 'shop.orders_now' };
      const last = newer!.backups.at(-1)!.id;
      succeeded(await runRestore(suite, last, { renames: now, namespaces: ['shop.orders'] }));
      expect(await orders().collection('orders_now').countDocuments()).toBe(3);
    },
    LIMIT_MS,
  );
});

import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { connectRedis } from '@lucid/clients/redis/connection';
import { AppError } from '@lucid/core/app-error';
import { createLogger } from '@lucid/core/logger';
import { createTestDatabase, engineVariable, testName, type TestDatabase } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import { FakeClock } from '@lucid/testing/fake-clock';
import { IsInt } from 'class-validator';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { BullJobQueues } from './bull-job-queues.ts';
import { defineContract } from './contracts/define-contract.ts';
import type { JobContract } from './contracts/job-contract.ts';
import { JobService } from './job-service.ts';
import { scheduleActor, scheduleOfActor } from './schedule-record.ts';
import { ScheduleService } from './schedule-service.ts';
import { runsAfter } from './schedule-times.ts';
import { Scheduler, schedulerLease, type SchedulerOptions } from './scheduler.ts';
import { SchedulesRepository } from './schedules.repository.ts';

class CountPayload {
  @IsInt()
  to!: number;
}

class CountResult {
  counted!: number;
}

const count = defineContract({
  name: 'numbers.count',
  queue: 'monitoring',
  idPrefix: 'count',
  payload: CountPayload,
  result: CountResult,
  timeoutMs: 60_000,
  attempts: 1,
  backoff: { baseMs: 50, maxMs: 100 },
  concurrency: 1,
  roles: ['admin'],
  resources: () => [],
});

const logger = createLogger('scheduler-spec', 'silent');
const NOON = new Date('2026-11-21T12:00:00Z');
const later = (minutes: number, from = NOON): Date => new Date(from.getTime() + minutes * 60_000);

describe('schedules on real engines', () => {
  let database: TestDatabase;
  let redis: Redis;
  let queues: BullJobQueues;
  let clock: FakeClock;
  let jobs: JobService;
  let schedules: ScheduleService;
  let made: Scheduler[];
  let prefix: string;

  beforeEach(async () => {
    database = await createTestDatabase('scheduler');
    redis = await connectRedis({ uri: engineVariable('REDIS_QUEUE_URI'), purpose: 'queue' });
    clock = new FakeClock(NOON);
    prefix = `{${testName('scheduler')}}`;
    queues = new BullJobQueues({ redis, clock, logger, prefix });
    jobs = new JobService({ controlDatabase: database.db, queues, clock, logger });
    schedules = new ScheduleService(database.db, clock);
    await Promise.all([jobs.init(), schedules.init()]);
    made = [];
  });

  afterEach(async () => {
    await Promise.all(made.map((scheduler) => scheduler.stop()));
    await queues.close();
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 500 })) {
      if (keys.length > 0) await redis.unlink(...(keys as string[]));
    }
    redis.disconnect();
    await database.close();
  });

  function scheduler(holder: string, more: Partial<SchedulerOptions> = {}): Scheduler {
    const one = new Scheduler({
      queue: 'monitoring',
      contracts: [count as JobContract],
      schedules: new SchedulesRepository(database.db),
      leases: new MongoLeaseStore(database.db),
      ...{ jobs, holder, clock, logger, ...more },
    });
    made.push(one);
    return one;
  }

  const create = (cron = '*/10 * * * *', more: object = {}) =>
    schedules.create(count, { name: cron, cron, timezone: 'UTC', payload: { to: 3 }, ...more }, 'key_tester');
  const asked = () => database.db.collection('jobs').find().sort({ createdAt: 1 }).toArray();
  const end = () => database.db.collection('jobs').updateMany({}, { $set: { state: 'succeeded' } });

  it('asks for one job when a run is due, in the name of the schedule', async () => {
    const { id, nextDueAt } = await create();
    expect(nextDueAt).toEqual(later(10));
    const one = scheduler('one');
    await one.tick();
    expect(await asked()).toEqual([]);
    clock.jumpTo(later(10));
    await one.tick();
    await one.tick();
    const [job, ...others] = await asked();
    expect(others).toEqual([]);
    expect(job).toMatchObject({ name: 'numbers.count', payload: { to: 3 }, actor: scheduleActor(id) });
    expect(await schedules.get(count, id)).toMatchObject({
      ...{ lastDueAt: later(10), nextDueAt: later(20), askingDueAt: null, missedRuns: 0 },
      lastJobId: job?.['_id'],
    });
  });

  it('makes exactly one job of a run, whoever of two is the holder', async () => {
    await create();
    const both = [scheduler('one'), scheduler('two')];
    clock.jumpTo(later(11));
    for (let look = 0; look < 3; look += 1) await Promise.all(both.map((one) => one.tick()));
    expect(await asked()).toHaveLength(1);
    const lease = await database.db.collection('leases').findOne({ _id: schedulerLease('monitoring') as never });
    expect(['one', 'two']).toContain(lease?.['holder']);
  });

  it('makes exactly one job of a run while two believe to be the holder', async () => {
    await create();
    // Stale from the beginning: the second takes over, and the first has not heard of it yet.
    const leases = new MongoLeaseStore(database.db, -1_000);
    const both = [scheduler('one', { leases }), scheduler('two', { leases })];
    for (const one of both) await one.tick();
    for (let run = 1; run <= 5; run += 1) {
      clock.jumpTo(later(10 * run));
      await Promise.all(both.map((one) => one.tick()));
      await end();
    }
    expect(await asked()).toHaveLength(5);
  });

  it('hands over when the holder stops', async () => {
    await create();
    const [one, two] = [scheduler('one'), scheduler('two')];
    await one.tick();
    await two.tick();
    clock.jumpTo(later(10));
    await two.tick();
    expect(await asked()).toEqual([]);
    await one.stop();
    await two.tick();
    expect(await asked()).toHaveLength(1);
  });

  it('asks once when it was cut off between asking and storing that it did', async () => {
    const { id } = await create();
    const cutOff = {
      get: (job: string) => jobs.get(job),
      request: async (...what: Parameters<JobService['request']>) => {
        await jobs.request(...what);
        throw new AppError('MONGODB_UNAVAILABLE', 'gone');
      },
    };
    const leases = new MongoLeaseStore(database.db, -1_000);
    const dying = scheduler('one', { jobs: cutOff as SchedulerOptions['jobs'], leases });
    clock.jumpTo(later(10));
    await dying.tick();
    expect(await schedules.get(count, id)).toMatchObject({ askingDueAt: later(10), lastJobId: null });
    // Two more have come due when the next one starts: the one that was asked for counts as that.
    clock.jumpTo(later(35));
    const next = scheduler('two', { leases });
    await next.tick();
    expect(await asked()).toHaveLength(1);
    expect(await schedules.get(count, id)).toMatchObject({ lastDueAt: later(10), nextDueAt: later(20), missedRuns: 0 });
    await end();
    await next.tick();
    expect(await asked()).toHaveLength(2);
    expect(await schedules.get(count, id)).toMatchObject({ lastDueAt: later(30), nextDueAt: later(40), missedRuns: 1 });
  });

  it('makes up once for what was missed, and says how much that was', async () => {
    const { id } = await create();
    clock.jumpTo(later(65));
    const one = scheduler('one');
    await one.tick();
    expect(await asked()).toHaveLength(1);
    const record = await schedules.get(count, id);
    expect(record).toMatchObject({
      lastDueAt: later(60),
      nextDueAt: later(70),
      missedRuns: 5,
      lastMissedAt: later(65),
    });
  });

  it('lets a run wait until the one before has ended', async () => {
    const { id } = await create();
    const one = scheduler('one');
    for (const minutes of [10, 20, 30]) {
      clock.jumpTo(later(minutes));
      await one.tick();
    }
    expect(await asked()).toHaveLength(1);
    await end();
    await one.tick();
    expect(await asked()).toHaveLength(2);
    expect(await schedules.get(count, id)).toMatchObject({ lastDueAt: later(30), missedRuns: 1 });
  });

  it('runs nothing twice when the clock is set back an hour, and nothing late when it was a year ahead', async () => {
    const { id } = await create('0 * * * *');
    const one = scheduler('one');
    const look = async (now: Date): Promise<void> => {
      clock.jumpTo(now);
      await one.tick();
      await end();
    };
    await look(later(60));
    await look(later(5));
    await look(later(61));
    expect(await asked()).toHaveLength(1);
    await look(later(366 * 24 * 60));
    expect(await asked()).toHaveLength(2);
    await look(later(90));
    expect((await schedules.get(count, id)).nextDueAt).toEqual(later(120));
    await look(later(121));
    expect(await asked()).toHaveLength(3);
  });

  it('asks once for each run or counts it as missed, whoever dies where', async () => {
    const leases = new MongoLeaseStore(database.db, -1_000);
    const anyStep = fc.oneof(
      fc.record({ minutes: fc.integer({ min: 1, max: 45 }) }),
      fc.constant({ look: 'whole' as const }),
      fc.constant({ look: 'dies before asking' as const }),
      fc.constant({ look: 'dies after asking' as const }),
      fc.constant({ ends: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 25 }), async (steps) => {
        await database.db.collection('schedules').deleteMany({});
        await database.db.collection('jobs').deleteMany({});
        const times = { cron: '*/10 * * * *', timezone: 'UTC' };
        const from = clock.now();
        const { id } = await create(times.cron);
        const tick = (look: string): Promise<void> => {
          const request = async (...what: Parameters<JobService['request']>) => {
            if (look === 'dies before asking') throw new AppError('MONGODB_UNAVAILABLE', 'gone');
            const job = await jobs.request(...what);
            if (look === 'dies after asking') throw new AppError('MONGODB_UNAVAILABLE', 'gone');
            return job;
          };
          const port = { get: (job: string) => jobs.get(job), request } as SchedulerOptions['jobs'];
          return scheduler(look, { jobs: port, leases }).tick();
        };
        for (const step of steps) {
          if ('minutes' in step) clock.jumpTo(later(step.minutes, clock.now()));
          else if ('look' in step) await tick(step.look);
          else await end();
        }
        for (let left = 3; left > 0; left -= 1) {
          await end();
          await tick('whole');
        }
        let due = 0;
        for (const run of runsAfter(times, from))
          if (run <= clock.now()) due += 1;
          else break;
        const { missedRuns } = await schedules.get(count, id);
        expect((await asked()).length + missedRuns).toBe(due);
      }),
      { numRuns: 25 },
    );
  });

  it('asks for nothing while it is paused, and misses nothing by that', async () => {
    const { id } = await create();
    await schedules.update(count, id, { enabled: false });
    const one = scheduler('one');
    clock.jumpTo(later(65));
    await one.tick();
    expect(await schedules.update(count, id, { enabled: true })).toMatchObject({ nextDueAt: later(70) });
    await one.tick();
    expect(await asked()).toEqual([]);
    expect(await schedules.get(count, id)).toMatchObject({ missedRuns: 0 });
  });

  it('goes on after a run that cannot be asked for, and says why', async () => {
    const { id } = await create();
    await database.db.collection('schedules').updateMany({}, { $set: { payload: { to: 'many' } } });
    const { id: healthy } = await create('*/5 * * * *');
    const one = scheduler('one');
    clock.jumpTo(later(10));
    await one.tick();
    expect(await schedules.get(count, id)).toMatchObject({
      lastError: { code: 'VALIDATION_FAILED' },
      nextDueAt: later(20),
      lastJobId: null,
    });
    expect((await asked()).map((job) => scheduleOfActor(job['actor']))).toEqual([healthy]);
  });

  it('looks every second until it is stopped, and lets the lease go', async () => {
    await create();
    const one = scheduler('one');
    one.start();
    clock.jumpTo(later(10));
    await eventually('the job is there', async () => {
      await clock.advance(1_000);
      return (await asked()).length === 1;
    });
    await Promise.all([one.stop(), eventually('it ends', () => clock.advance(1_000).then(() => true))]);
    const lease = await database.db.collection('leases').findOne({ _id: schedulerLease('monitoring') as never });
    expect(lease?.['holder']).toBeNull();
    expect(clock.pending).toBe(0);
  });

  it('makes, changes and removes schedules, and refuses what is wrong', async () => {
    const { id, revision } = await create();
    await expect(create()).rejects.toMatchObject({ code: 'DUPLICATE_KEY', errors: [{ pointer: '/name' }] });
    await expect(create('61 * * * *')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(create('* * * * *', { timezone: 'Nowhere' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(create('* * * * *', { payload: { to: 'x' } })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    const changed = await schedules.update(count, id, { payload: { to: 4 }, name: 'new' }, revision);
    expect(changed).toMatchObject({ payload: { to: 4 }, name: 'new', nextDueAt: later(10), revision: revision + 1 });
    await expect(schedules.update(count, id, { name: 'old' }, revision)).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
    await expect(schedules.remove(count, id, revision)).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    await schedules.remove(count, id, changed.revision);
    await expect(schedules.get(count, id)).rejects.toMatchObject({ code: 'SCHEDULE_NOT_FOUND' });
  });

  it('follows the configuration, and keeps what an operator changed until that changes', async () => {
    const request = { name: 'default', cron: '0 2 * * *', timezone: 'UTC', payload: { to: 1 } };
    const configure = (cron: string | null) =>
      schedules.configure(count, 'sch_default', cron === null ? null : { ...request, cron });
    const both = await Promise.all([configure('0 2 * * *'), configure('0 2 * * *')]);
    expect(both).toEqual([both[0], both[0]]);
    await schedules.update(count, 'sch_default', { cron: '0 5 * * *' });
    expect(await configure('0 2 * * *')).toMatchObject({ cron: '0 5 * * *' });
    expect(await configure('0 3 * * *')).toMatchObject({ cron: '0 3 * * *', nextDueAt: later(15 * 60) });
    await expect(schedules.remove(count, 'sch_default')).rejects.toMatchObject({ code: 'CONFLICT' });
    await configure(null);
    expect(await schedules.list(count)).toEqual([]);
  });
});

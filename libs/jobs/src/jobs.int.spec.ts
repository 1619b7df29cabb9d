import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { startDaemon } from '@lucid/clients/process/daemon';
import { connectRedis } from '@lucid/clients/redis/connection';
import { AppError } from '@lucid/core/app-error';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { createTestDatabase, engineVariable, testName, type TestDatabase } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import { IsInt, IsOptional, IsString } from 'class-validator';
import type { Redis } from 'ioredis';
import { BullJobQueues } from './bull-job-queues.ts';
import { defineContract } from './contracts/define-contract.ts';
import { degraded, handle, type JobContext, type JobHandler } from './job-handler.ts';
import type { JobRecord, JobState } from './job-record.ts';
import { JobService } from './job-service.ts';
import { startJobWorker, type JobWorker } from './job-worker.ts';

class CountPayload {
  @IsInt()
  to!: number;

  @IsOptional()
  @IsString()
  note?: string;
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
  attempts: 3,
  backoff: { baseMs: 50, maxMs: 100 },
  concurrency: 2,
  maxInterruptions: 3,
  roles: ['admin'],
  resources: ({ note }) => (note?.startsWith('alone') ? ['numbers'] : []),
});

type Run = (context: JobContext<CountPayload>) => Promise<CountResult | ReturnType<typeof degraded<CountResult>>>;

/** Runs until it is told to stop, as a long flow between two checks of its signal does. */
const untilAborted: Run = ({ signal }) =>
  new Promise((_, fail) => {
    if (signal.aborted) fail(signal.reason);
    signal.addEventListener('abort', () => fail(signal.reason), { once: true });
  });

const asked = { actor: { id: 'key_tester', role: 'admin' }, correlationId: 'spec' };
const logger = createLogger('jobs-spec', 'silent');
/** So long that a busy host is no dead worker; what is to be stale is made so. */
const timings = { heartbeatMs: 100, staleMs: 120_000, relayMs: 100 };

describe('jobs on real engines', () => {
  let database: TestDatabase;
  let redis: Redis;
  let prefix: string;
  let service: JobService;
  let queues: BullJobQueues;
  let opened: BullJobQueues[] = [];
  let workers: JobWorker[] = [];

  beforeEach(async () => {
    database = await createTestDatabase('jobs');
    redis = await connectRedis({ uri: engineVariable('REDIS_QUEUE_URI'), purpose: 'queue' });
    prefix = `{${testName('jobs')}}`;
    queues = newQueues();
    service = new JobService({ controlDatabase: database.db, queues, clock: systemClock, logger });
    await service.init();
  });

  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop(0)));
    await Promise.all(opened.map((queue) => queue.close()));
    workers = [];
    opened = [];
    await emptyRedis();
    redis.disconnect();
    await database.close();
  });

  function newQueues(): BullJobQueues {
    const made = new BullJobQueues({ redis, clock: systemClock, logger, prefix });
    opened.push(made);
    return made;
  }

  async function emptyRedis(): Promise<void> {
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 500 })) {
      if (keys.length > 0) await redis.unlink(...(keys as string[]));
    }
  }

  async function start(run: Run, instance = 'one'): Promise<JobWorker> {
    const worker = await startJobWorker({
      instance,
      queue: newQueues().open('monitoring'),
      controlDatabase: database.db,
      leases: new MongoLeaseStore(database.db, timings.staleMs),
      contracts: [count],
      handlers: [handle(count, run) as JobHandler],
      clock: systemClock,
      logger,
      timings,
    });
    workers.push(worker);
    return worker;
  }

  const request = (payload: CountPayload, more: object = {}) => service.request(count, payload, { ...asked, ...more });

  function reaches(id: string, state: JobState): Promise<JobRecord> {
    return eventually(`${id} is ${state}`, async () => {
      const record = await service.get(id);
      return record.state === state && record;
    });
  }

  it('lives its whole life, and a watcher sees it', async () => {
    const { id } = await request({ to: 3 });
    expect(id).toMatch(/^count_\d{8}_\d{6}_[0-9a-z]{4}$/);
    const states: string[] = [];
    const watching = (async () => {
      const signal = AbortSignal.timeout(240_000);
      for await (const { state, revision } of service.watch(id, { signal })) states.push(`${revision} ${state}`);
    })();
    await eventually('the watcher sees it', () => states.length > 0);
    await start(async ({ payload, progress, assertHeld }) => {
      for (let done = 1; done <= payload.to; done += 1)
        progress({ phase: 'count', done, total: payload.to, unit: 'numbers' });
      await assertHeld();
      return { counted: payload.to };
    });
    await watching;
    const ended = await service.get(id);
    expect(ended).toMatchObject({ state: 'succeeded', result: { counted: 3 }, attempts: 1, error: null, worker: null });
    expect(ended.progress).toMatchObject({ phase: 'count', done: 3, total: 3 });
    expect(ended.expiresAt?.getTime()).toBeGreaterThan(ended.finishedAt?.getTime() ?? Infinity);
    expect(states[0]).toBe('1 queued');
    expect(states.at(-1)).toBe(`${ended.revision} succeeded`);
  });

  it('gives one job to one of two workers', async () => {
    const runs: string[] = [];
    const run: Run = async ({ job }) => (runs.push(job.id), await sleep(20), { counted: 1 });
    await Promise.all([start(run, 'one'), start(run, 'two')]);
    const records = await Promise.all(Array.from({ length: 12 }, () => request({ to: 1 })));
    for (const { id } of records) await reaches(id, 'succeeded');
    expect(runs.toSorted()).toEqual(records.map(({ id }) => id).toSorted());
  });

  it('answers a repeated request with the same job, and refuses the key for another one', async () => {
    const first = await request({ to: 1, note: 'x' }, { idempotencyKey: 'k' });
    const [again, other] = await Promise.all([
      service.request(count, { note: 'x', to: 1 }, { ...asked, idempotencyKey: 'k' }),
      service.request(count, { to: 1 }, { ...asked, actor: { id: 'somebody', role: 'admin' }, idempotencyKey: 'k' }),
    ]);
    expect(again.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
    await expect(request({ to: 2 }, { idempotencyKey: 'k' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await service.list({})).items).toHaveLength(2);
  });

  it('refuses a payload that breaks its contract', async () => {
    const broken = { to: 'three', extra: 1 } as unknown as CountPayload;
    const error = await request(broken).catch((thrown: AppError) => thrown);
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED' });
    expect((error as AppError).errors?.map(({ pointer }) => pointer).toSorted()).toEqual(['/extra', '/to']);
  });

  it('tries retryable errors again up to the limit, and others not at all', async () => {
    await start(async ({ payload }) => {
      throw payload.to === 1 ? new AppError('TIMEOUT', 'slow') : new Error('a bug with a secret in it');
    });
    const slow = await reaches((await request({ to: 1 })).id, 'failed');
    expect(slow).toMatchObject({ attempts: 3, runs: 3, error: { code: 'TIMEOUT' } });
    const bug = await reaches((await request({ to: 2 })).id, 'failed');
    expect(bug).toMatchObject({ attempts: 1, error: { code: 'INTERNAL' } });
    expect(JSON.stringify(bug.error)).not.toContain('secret');
  });

  it('does not show a partial result as success', async () => {
    await start(async () => degraded({ counted: 2 }));
    const { id } = await request({ to: 3 });
    expect(await reaches(id, 'degraded')).toMatchObject({ result: { counted: 2 } });
  });

  it('cancels what waits at once and what runs through its signal', async () => {
    const waiting = await request({ to: 1 });
    expect(await service.cancel(waiting.id)).toMatchObject({ state: 'cancelled', error: { code: 'JOB_CANCELLED' } });
    await expect(service.cancel(waiting.id)).rejects.toMatchObject({ code: 'JOB_FINISHED' });
    await start(untilAborted);
    const { id } = await request({ to: 1 });
    await reaches(id, 'running');
    expect(await service.cancel(id)).toMatchObject({ state: 'cancelling' });
    expect(await reaches(id, 'cancelled')).toMatchObject({ attempts: 1, runs: 1 });
  });

  it('loses nothing with an empty Redis', async () => {
    const records = await Promise.all(Array.from({ length: 5 }, () => request({ to: 1 })));
    await emptyRedis();
    await start(async () => ({ counted: 1 }));
    for (const { id } of records) expect(await reaches(id, 'succeeded')).toMatchObject({ runs: 1 });
  });

  it('hands a running job back when it stops, and another worker skips the finished steps', async () => {
    const done: string[] = [];
    const run: Run = async (context) => {
      await context.steps.run('first', async () => done.push(`first ${context.job.runs}`));
      if (context.job.runs === 1) return untilAborted(context);
      return { counted: context.steps.get<number>('first') ?? 0 };
    };
    const one = await start(run, 'one');
    const { id } = await request({ to: 1, note: 'alone' });
    await eventually('the first step is stored', async () => (await service.get(id)).steps['first'] === 1);
    await one.stop(0);
    expect(one.running()).toBe(0);
    expect(await service.get(id)).toMatchObject({ state: 'interrupted', interruptions: 1, attempts: 0, worker: null });
    await start(run, 'two');
    expect(await reaches(id, 'succeeded')).toMatchObject({ result: { counted: 1 }, runs: 2, attempts: 1 });
    expect(done).toEqual(['first 1']);
  });

  /** Runs the fixture until its first step is stored, then kills it without a chance to say anything. */
  async function runAndKill(id: string, instance: string): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'lucid-jobs-'));
    const fixture = join(import.meta.dirname, 'hanging-worker.fixture.ts');
    const engines = [database.uri, database.name, engineVariable('REDIS_QUEUE_URI'), prefix, instance];
    const child = await startDaemon(process.execPath, ['--conditions=lucid-source', fixture, ...engines], {
      logFile: join(folder, 'log'),
    });
    try {
      await eventually('the child has stored its step', async () => (await service.get(id)).steps['first'] === 7);
    } finally {
      process.kill(child.pid, 'SIGKILL');
      await child.exited;
      await rm(folder, { recursive: true });
    }
  }

  const resumed: Run = async ({ steps }) => ({ counted: (await steps.run('first', async () => 0)) + 1 });

  it('resumes the job of a killed worker at once when the instance comes back', async () => {
    const { id } = await request({ to: 1, note: 'alone' });
    await runAndKill(id, 'stable');
    await start(resumed, 'stable');
    const ended = await reaches(id, 'succeeded');
    expect(ended).toMatchObject({ result: { counted: 8 }, runs: 2, attempts: 1, interruptions: 1 });
  });

  it('resumes the job of a killed worker elsewhere once it is stale, the finished steps skipped', async () => {
    const { id } = await request({ to: 1, note: 'alone' });
    await runAndKill(id, 'killed');
    for (const claimed of ['jobs', 'leases'])
      await database.db.collection(claimed).updateMany({}, { $set: { heartbeatAt: new Date(0) } });
    await start(resumed, 'another');
    expect(await reaches(id, 'succeeded')).toMatchObject({ result: { counted: 8 }, runs: 2, interruptions: 1 });
  });

  it('lets a cancelled job whose worker is gone clean up before it ends', async () => {
    const { id } = await request({ to: 1, note: 'alone' });
    await runAndKill(id, 'killed');
    expect((await service.cancel(id)).state).toBe('cancelling');
    const cleaned: string[] = [];
    await start(async ({ signal }) => {
      cleaned.push((signal.reason as AppError).code);
      throw signal.reason;
    }, 'killed');
    await reaches(id, 'cancelled');
    expect(cleaned).toEqual(['JOB_CANCELLED']);
  });

  it('gives up on a job that takes its worker down again and again', async () => {
    const { id } = await request({ to: 1 });
    for (let death = 0; death < 4; death += 1) {
      const worker = await start(untilAborted, `victim-${death}`);
      await reaches(id, 'running');
      await worker.stop(0);
    }
    expect(await service.get(id)).toMatchObject({
      state: 'failed',
      interruptions: 4,
      error: { code: 'JOB_INTERRUPTED' },
    });
  });

  it('fences off a run that was taken over', async () => {
    const errors: unknown[] = [];
    await start(async (context) => {
      if (context.job.runs > 1) return { counted: context.job.runs };
      await database.db
        .collection('jobs')
        .updateOne({ name: 'numbers.count' }, { $set: { heartbeatAt: new Date(0), worker: 'zombie#1' } });
      errors.push(await context.assertHeld().catch((error: AppError) => error.code));
      return { counted: -1 };
    });
    const { id } = await request({ to: 1 });
    expect(await reaches(id, 'succeeded')).toMatchObject({ result: { counted: 2 } });
    await eventually('the zombie has been told', () => errors.length === 1);
    expect(errors).toEqual(['LEASE_LOST']);
  });

  it('postpones a job while another one holds its resource, without counting that as an attempt', async () => {
    let running = 0;
    let most = 0;
    const tokens: number[] = [];
    await start(async ({ fencingToken }) => {
      most = Math.max(most, (running += 1));
      tokens.push(fencingToken);
      await sleep(200);
      running -= 1;
      return { counted: 1 };
    });
    const records = await Promise.all([request({ to: 1, note: 'alone 1' }), request({ to: 1, note: 'alone 2' })]);
    for (const { id } of records) expect(await reaches(id, 'succeeded')).toMatchObject({ attempts: 1 });
    expect(most).toBe(1);
    expect(tokens[1]).toBeGreaterThan(tokens[0] ?? Infinity);
  });

  it('pages through the list and refuses the cursor of another query', async () => {
    for (let made = 0; made < 5; made += 1) await request({ to: made });
    const first = await service.list({ limit: 3 });
    const second = await service.list({ limit: 3, cursor: first.nextCursor ?? '' });
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(5);
    expect(second.nextCursor).toBeNull();
    await expect(service.list({ state: 'failed', cursor: first.nextCursor ?? '' })).rejects.toMatchObject({
      code: 'BAD_CURSOR',
    });
    await expect(service.list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_CURSOR' });
    await expect(service.get('count_20260101_000000_none')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});

import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { LEASE_STALE_MS, type LeaseStore } from '@lucid/core/lease';
import type { Logger } from '@lucid/core/logger';
import { randomText } from '@lucid/models/ids';
import type { Db } from 'mongodb';
import type { JobContract } from './contracts/job-contract.ts';
import type { JobHandler } from './job-handler.ts';
import type { JobQueue, QueueConsumer, QueueItem } from './job-queue.ts';
import { JobRelay } from './job-relay.ts';
import { JobRun } from './job-run.ts';
import { JobsRepository } from './jobs.repository.ts';

export interface JobWorkerOptions {
  /** Name that this instance has again after a restart, and no other has: what it had in hand goes on at once then. */
  instance: string;
  queue: JobQueue;
  controlDatabase: Db;
  /** `MongoLeaseStore`. */
  leases: LeaseStore & { releaseHolder(holder: string): Promise<void> };
  /** Everything this queue may be asked for: `contractsOf('backup-service')`. */
  contracts: readonly JobContract[];
  handlers: readonly JobHandler[];
  clock: Clock;
  logger: Logger;
  timings?: Partial<JobWorkerTimings>;
}

export interface JobWorkerTimings {
  heartbeatMs: number;
  staleMs: number;
  relayMs: number;
}

/** More often than a lease needs: a cancelled job hears of it so, and is to have cleaned up 5 s after the request. */
const HEARTBEAT_MS = 2_000;
const DEFAULT_TIMINGS: JobWorkerTimings = { heartbeatMs: HEARTBEAT_MS, staleMs: LEASE_STALE_MS, relayMs: 1_000 };
const DEFAULT_GRACE_MS = 10_000;
/** How long handlers that have been told to stop may take to clean up. */
const CLEAN_UP_MS = 5_000;

export interface JobWorker {
  /** `<instance>#<boot>`. */
  readonly id: string;
  /** Jobs it runs at this moment. */
  running(): number;
  /**
   * Takes nothing more, lets what runs finish for `graceMs` (10 s), then interrupts it and hands it back; at the end (5 s more)
   * nothing of this worker is claimed. May be called twice. Never throws.
   */
  stop(graceMs?: number): Promise<void>;
}

/** The boot check: one handler for each contract, no more and no less. @throws AppError CONFIG_INVALID naming all that is wrong */
export function checkHandlers(contracts: readonly JobContract[], handlers: readonly JobHandler[]): void {
  const problems = contracts.flatMap(({ name }) => {
    const count = handlers.filter((handler) => handler.contract.name === name).length;
    return count === 1 ? [] : [`${name} has ${count === 0 ? 'no handler' : `${count} handlers`}`];
  });
  const strangers = handlers.filter(({ contract }) => !contracts.some(({ name }) => name === contract.name));
  problems.push(...strangers.map(({ contract }) => `${contract.name} is not a contract of this queue`));
  if (problems.length > 0) throw new AppError('CONFIG_INVALID', `job handlers: ${problems.join('; ')}`);
}

/**
 * Starts to work on a queue: its relay, and its handlers within the concurrency of their contracts.
 * @throws AppError CONFIG_INVALID (boot check), MONGODB_UNAVAILABLE
 */
export async function startJobWorker(options: JobWorkerOptions): Promise<JobWorker> {
  checkHandlers(options.contracts, options.handlers);
  const worker = new QueueWorker(options);
  await worker.start();
  return worker;
}

class QueueWorker implements JobWorker {
  readonly id: string;
  private readonly options: JobWorkerOptions;
  private readonly timings: JobWorkerTimings;
  private readonly jobs: JobsRepository;
  private readonly relay: JobRelay;
  private readonly runs = new Map<JobRun, Promise<void>>();
  private consumer: QueueConsumer | undefined;
  private stopping: Promise<void> | undefined;

  constructor(options: JobWorkerOptions) {
    const { queue, contracts, leases, clock, logger, controlDatabase } = options;
    this.options = options;
    this.id = `${options.instance}#${randomText(8)}`;
    this.timings = { ...DEFAULT_TIMINGS, ...options.timings };
    this.jobs = new JobsRepository(controlDatabase);
    const { staleMs, relayMs: tickMs } = this.timings;
    this.relay = new JobRelay({ queue, contracts, jobs: this.jobs, leases, clock, logger, tickMs, staleMs });
  }

  async start(): Promise<void> {
    await this.relay.reclaimFormer(this.options.instance, this.id);
    const concurrency = this.options.contracts.map((contract) => [contract.name, contract.concurrency] as const);
    this.consumer = await this.options.queue.consume(Object.fromEntries(concurrency), (item) => this.take(item));
    this.relay.start();
  }

  running(): number {
    return this.runs.size;
  }

  stop(graceMs = DEFAULT_GRACE_MS): Promise<void> {
    this.stopping ??= this.end(graceMs);
    return this.stopping;
  }

  private async take({ jobId: id, name, run }: QueueItem): Promise<void> {
    const handler = this.options.handlers.find((candidate) => candidate.contract.name === name);
    if (!handler || this.stopping) return;
    const record = await this.jobs.claim({ id, run, worker: this.id });
    if (!record) return;
    const { leases, clock, logger } = this.options;
    const { heartbeatMs, staleMs } = this.timings;
    const jobRun = new JobRun(record, handler, { jobs: this.jobs, leases, clock, logger, heartbeatMs, staleMs });
    const done = jobRun.run();
    this.runs.set(jobRun, done);
    if (this.stopping) jobRun.interrupt();
    await done.finally(() => this.runs.delete(jobRun));
  }

  private async end(graceMs: number): Promise<void> {
    const { logger } = this.options;
    await this.consumer?.pause().catch((error: unknown) => logger.warn({ err: error }, 'queue did not pause'));
    await this.relay.stop();
    if (!(await this.finished(graceMs))) for (const run of this.runs.keys()) run.interrupt();
    if (!(await this.finished(CLEAN_UP_MS))) {
      await Promise.all([...this.runs.keys()].map((run) => run.abandon()));
    }
    await this.consumer
      ?.close(this.runs.size > 0)
      .catch((error: unknown) => logger.warn({ err: error }, 'queue did not close'));
  }

  /** Have all runs ended within this time? */
  private async finished(ms: number): Promise<boolean> {
    const done = new AbortController();
    const tooLate = this.options.clock.sleep(ms, done.signal).then(
      () => false,
      () => true,
    );
    const all = Promise.all(this.runs.values()).then(() => true);
    const result = await Promise.race([all, tooLate]);
    done.abort();
    return result;
  }
}

import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { JobContract } from './contracts/job-contract.ts';
import type { JobQueue } from './job-queue.ts';
import type { JobRecord } from './job-record.ts';
import { interruptUpdate } from './job-updates.ts';
import type { JobsRepository } from './jobs.repository.ts';
import { Repetition } from './repetition.ts';

export interface JobRelayOptions {
  queue: JobQueue;
  contracts: readonly JobContract[];
  jobs: JobsRepository;
  leases: { releaseHolder(holder: string): Promise<void> };
  clock: Clock;
  logger: Logger;
  tickMs: number;
  staleMs: number;
}

/** Every so many ticks all waiting jobs are handed over again, known or not: the queue may have lost them. */
const TICKS_PER_SWEEP = 10;
const BATCH = 1_000;

/** Holder of the leases of one run. */
export function leaseHolder(jobId: string, run: number): string {
  return `${jobId}-${run}`;
}

/**
 * Makes the queue agree with the records: hands over what waits and is due, and takes back what has lost its worker. As many
 * as there are workers may do so at once, since adding is idempotent and every change of a record is conditional.
 */
export class JobRelay {
  private readonly options: JobRelayOptions;
  private readonly ticking: Repetition;

  constructor(options: JobRelayOptions) {
    this.options = options;
    const { clock, logger, tickMs, queue } = options;
    this.ticking = new Repetition({
      ...{ clock, pauseMs: tickMs },
      round: (count) => this.tick(count % TICKS_PER_SWEEP === 0),
      failed: (error) => logger.warn({ err: error, queue: queue.name }, 'job relay tries again'),
    });
  }

  start(): void {
    this.ticking.start();
  }

  /** Resolves when the present tick is done. May be called twice. */
  stop(): Promise<void> {
    return this.ticking.stop();
  }

  /** One look at the records. @throws AppError MONGODB_UNAVAILABLE, REDIS_UNAVAILABLE */
  async tick(isSweep: boolean): Promise<void> {
    const { jobs, queue, staleMs } = this.options;
    for (const record of await jobs.stale(queue.name, staleMs)) await this.interrupt(record);
    const waiting = await jobs.due(queue.name, !isSweep, BATCH);
    if (waiting.length === 0) return;
    await queue.add(waiting.map(({ id, name, runs }) => ({ jobId: id, name, run: runs + 1 })));
    for (const { id, runs, enqueuedRun } of waiting) if (enqueuedRun <= runs) await jobs.markEnqueued(id, runs + 1);
  }

  /** What earlier starts of this instance had in hand goes on at once, without waiting until it is stale. */
  async reclaimFormer(instance: string, worker: string): Promise<void> {
    const { jobs, queue } = this.options;
    for (const record of await jobs.former(queue.name, instance, worker)) await this.interrupt(record);
  }

  private async interrupt({ id, name, runs: run, worker }: JobRecord): Promise<void> {
    const { jobs, leases, contracts, logger } = this.options;
    const contract = contracts.find((candidate) => candidate.name === name);
    if (!contract || worker === null) return;
    const error = new AppError('JOB_INTERRUPTED', 'its workers died or stopped too often', {
      retryable: false,
    }).toStored();
    const update = interruptUpdate(error, contract.maxInterruptions, contract.retentionDays);
    if (!(await jobs.settle({ id, run, worker }, update))) return;
    logger.warn({ jobId: id, run, worker }, 'job lost its worker');
    await leases.releaseHolder(leaseHolder(id, run));
  }
}

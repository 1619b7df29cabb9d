import { toElasticsearchAppError } from '@lucid/clients/elasticsearch/connection';
import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { toRedisAppError } from '@lucid/clients/redis/connection';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Lease, LeaseStore } from '@lucid/core/lease';
import type { Logger } from '@lucid/core/logger';
import { runInContext } from '@lucid/core/request-context';
import type { Degraded, JobContext, JobHandler } from './job-handler.ts';
import type { JobRecord } from './job-record.ts';
import { ProgressWriter } from './job-progress.ts';
import { leaseHolder } from './job-relay.ts';
import { createSteps } from './job-steps.ts';
import { finishUpdate, interruptUpdate, waitUpdate, type Update } from './job-updates.ts';
import type { JobClaim, JobsRepository } from './jobs.repository.ts';

export interface JobRunOptions {
  jobs: JobsRepository;
  leases: LeaseStore;
  clock: Clock;
  logger: Logger;
  heartbeatMs: number;
  staleMs: number;
}

/** How long a job waits for a lease that another one holds before it asks again. */
const POSTPONE_MS = 3_000;
const SETTLE_PAUSE_MS = 1_000;

/** One run of one claimed job, from its leases to the write that settles it. */
export class JobRun {
  private readonly record: JobRecord;
  private readonly handler: JobHandler;
  private readonly options: JobRunOptions;
  private readonly claim: JobClaim;
  private readonly logger: Logger;
  private readonly held: Lease[] = [];
  private readonly controller = new AbortController();
  private readonly ended = new AbortController();
  private readonly progress: ProgressWriter;
  private beating: Promise<void> | undefined;
  private lastBeatMs: number;

  constructor(record: JobRecord, handler: JobHandler, options: JobRunOptions) {
    this.record = record;
    this.handler = handler;
    this.options = options;
    this.claim = { id: record.id, run: record.runs, worker: record.worker ?? '' };
    this.logger = options.logger.child({ job: record.name });
    this.lastBeatMs = options.clock.monotonicMs();
    this.progress = new ProgressWriter(options.clock, (value) =>
      options.jobs.saveProgress(this.claim, value).catch((error: unknown) => {
        this.logger.warn({ err: error }, 'progress was not stored');
      }),
    );
  }

  /** Never throws: what cannot be stored is left to the relay of another worker. */
  async run(): Promise<void> {
    const { actor, correlationId, id } = this.record;
    await runInContext({ actor, correlationId, jobId: id }, () => this.runInside());
  }

  /** Tells the handler to stop; what it was doing is handed back. May be called twice; a run that ended ignores it. */
  interrupt(): void {
    this.abort(new AppError('JOB_INTERRUPTED', 'the worker is stopping; another one goes on'));
  }

  /** Hands the record back although the handler has not returned; whatever it still writes is fenced off. */
  async abandon(): Promise<void> {
    this.logger.error('the handler does not stop; its job is handed back without it');
    await this.settle(this.interruption());
  }

  private async runInside(): Promise<void> {
    if (this.record.state === 'cancelling') this.abort(new AppError('JOB_CANCELLED', 'the job was cancelled'));
    const stopBeating = this.options.clock.every(this.options.heartbeatMs, () => (this.beating ??= this.beat()));
    void this.limitTime();
    let update: Update;
    try {
      update = this.completed(await this.handle());
    } catch (error) {
      update = this.stopped(error);
    }
    for (const lease of this.held.toReversed()) {
      await lease.release().catch((error: unknown) => this.logger.warn({ err: error }, 'lease expires by itself'));
    }
    await this.settle(update);
    stopBeating();
    this.progress.stop();
    this.ended.abort();
  }

  private async handle(): Promise<object> {
    const resources = this.handler.contract.resources(this.record.payload);
    // Always in the same order, so that two jobs never hold what the other one waits for.
    for (const resource of [...new Set(resources)].sort()) await this.acquire(resource);
    const first = this.held.find((lease) => lease.resource === resources[0]);
    return this.handler.run(this.context(first?.fencingToken ?? this.record.runs));
  }

  private context(fencingToken: number): JobContext {
    const { record, controller, logger } = this;
    return {
      job: record,
      payload: record.payload,
      signal: controller.signal,
      fencingToken,
      logger,
      steps: createSteps({
        stored: record.steps,
        signal: controller.signal,
        save: (key, result) => this.saveStep(key, result),
      }),
      progress: (input) => this.progress.set(input),
      assertHeld: () => this.assertHeld(),
      acquire: (resource) => this.acquire(resource),
    };
  }

  private async acquire(resource: string): Promise<Lease> {
    const lease = await this.options.leases.acquire(resource, leaseHolder(this.record.id, this.record.runs));
    this.held.push(lease);
    return lease;
  }

  private async saveStep(key: string, result: unknown): Promise<void> {
    if (!(await this.options.jobs.saveStep(this.claim, key, result))) throw lost();
  }

  private async assertHeld(): Promise<void> {
    if (!(await this.options.jobs.heartbeat(this.claim))) throw lost();
    for (const lease of this.held) await lease.assertHeld();
  }

  private async beat(): Promise<void> {
    const startedMs = this.options.clock.monotonicMs();
    try {
      const found = await this.options.jobs.heartbeat(this.claim);
      if (!found) return this.abort(lost());
      if (found.isCancelling) this.abort(new AppError('JOB_CANCELLED', 'the job was cancelled'));
      for (const lease of this.held) await lease.heartbeat();
      this.lastBeatMs = startedMs;
    } catch (error) {
      if (isAppError(error, 'LEASE_LOST')) this.abort(error);
      else if (startedMs - this.lastBeatMs >= this.options.staleMs) this.abort(lost());
      else this.logger.warn({ err: error }, 'heartbeat failed; it is tried again');
    } finally {
      this.beating = undefined;
    }
  }

  private async limitTime(): Promise<void> {
    const { timeoutMs } = this.handler.contract;
    const isOver = await this.options.clock.sleep(timeoutMs, this.ended.signal).then(
      () => true,
      () => false,
    );
    if (isOver) this.abort(new AppError('JOB_TIMED_OUT', `it ran longer than ${Math.round(timeoutMs / 1_000)} s`));
  }

  private abort(reason: AppError): void {
    if (!this.controller.signal.aborted) this.controller.abort(reason);
  }

  private completed(returned: object): Update {
    const isDegraded = 'state' in returned && returned.state === 'degraded' && 'result' in returned;
    const result = isDegraded ? (returned as Degraded<object>).result : returned;
    const { retentionDays } = this.handler.contract;
    return finishUpdate(
      isDegraded ? 'degraded' : 'succeeded',
      { result, progress: this.progress.stop() },
      retentionDays,
    );
  }

  private stopped(thrown: unknown): Update {
    const { signal } = this.controller;
    const error = asAppError(signal.aborted ? signal.reason : thrown);
    const { attempts, backoff, retentionDays } = this.handler.contract;
    const end = { error: error.toStored(), progress: this.progress.stop() };
    if (signal.aborted && thrown !== error) this.logger.debug({ err: thrown }, 'thrown after the abort');
    if (error.code === 'JOB_CANCELLED') return finishUpdate('cancelled', end, retentionDays);
    if (error.code === 'JOB_INTERRUPTED' || error.code === 'LEASE_LOST') return this.interruption();
    if (error.code === 'LEASE_HELD') return waitUpdate(error.toStored(), withJitter(POSTPONE_MS), false);
    if (error.retryable && this.record.attempts < attempts) {
      this.logger.warn({ err: error, attempt: this.record.attempts }, 'attempt failed; another one follows');
      const delayMs = Math.min(backoff.baseMs * 2 ** (this.record.attempts - 1), backoff.maxMs);
      return waitUpdate(error.toStored(), withJitter(delayMs), true);
    }
    // What the request itself is the reason of is no fault of the service, and its stack tells nothing.
    if (error.status < 500) this.logger.warn({ code: error.code, detail: error.message }, 'job failed');
    else this.logger.error({ err: error.code === 'INTERNAL' ? thrown : error }, 'job failed');
    return finishUpdate('failed', end, retentionDays);
  }

  private interruption(): Update {
    const { maxInterruptions, retentionDays } = this.handler.contract;
    const error = new AppError('JOB_INTERRUPTED', 'its workers died or stopped too often', { retryable: false });
    return interruptUpdate(error.toStored(), maxInterruptions, retentionDays);
  }

  /** Without a database the outcome is offered again until the claim is stale anyway; then another run decides. */
  private async settle(update: Update): Promise<void> {
    const { jobs, clock, staleMs } = this.options;
    for (const startMs = clock.monotonicMs(); ;) {
      try {
        if (!(await jobs.settle(this.claim, update)))
          this.logger.warn('the job had been taken over; this run leaves no trace');
        return;
      } catch (error) {
        this.logger.warn({ err: error }, 'outcome was not stored');
        if (clock.monotonicMs() - startMs >= staleMs) return;
        await clock.sleep(SETTLE_PAUSE_MS);
      }
    }
  }
}

function lost(): AppError {
  return new AppError('LEASE_LOST', 'another worker has taken this job over');
}

function withJitter(ms: number): number {
  return Math.round(ms * (1 + Math.random() / 10));
}

/** Drivers' errors become those of the registry here too, so that a handler need not translate to be tried again. */
function asAppError(thrown: unknown): AppError {
  if (isAppError(thrown)) return thrown;
  const known = toMongoAppError(thrown) ?? toRedisAppError(thrown) ?? toElasticsearchAppError(thrown);
  return known ?? new AppError('INTERNAL', 'an unexpected error; the log has it under this job', { cause: thrown });
}

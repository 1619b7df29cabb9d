import { createHash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { newJobId } from '@lucid/models/ids';
import type { Db } from 'mongodb';
import { findContract } from './contracts/all-contracts.ts';
import type { JobContract } from './contracts/job-contract.ts';
import { JobChanges } from './job-changes.ts';
import { checkPayload, hashPayload } from './job-payload.ts';
import type { JobQueue } from './job-queue.ts';
import { isFinal, type JobRecord } from './job-record.ts';
import type { JobListQuery, JobPage, JobRequestOptions } from './job-requests.ts';
import { JobsRepository } from './jobs.repository.ts';

export interface JobServiceOptions {
  controlDatabase: Db;
  /** The queue of a service, to hand a new job over at once; `BullJobQueues` has it. */
  queues: { open(name: string): JobQueue };
  clock: Clock;
  logger: Logger;
}

const POLL_MS = 1_000;
const ID_TRIES = 5;
const DEFAULT_RETENTION_DAYS = 30;

/** What anybody may do with jobs: ask for one, look at it, cancel it. It runs none. */
export class JobService {
  private readonly jobs: JobsRepository;
  private readonly changes: JobChanges;
  private readonly options: JobServiceOptions;

  constructor(options: JobServiceOptions) {
    this.options = options;
    this.jobs = new JobsRepository(options.controlDatabase);
    this.changes = new JobChanges(this.jobs.collection, options.logger);
  }

  /** Makes the indexes; at every start, before the first request. @throws AppError MONGODB_UNAVAILABLE */
  async init(): Promise<void> {
    await this.jobs.createIndexes();
  }

  /**
   * Once it returns, the job will run: the record is durable, and if the queue cannot be reached now the relay hands it over
   * later. The same idempotency key and payload give the same record again.
   * @throws AppError VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED, MONGODB_UNAVAILABLE
   */
  async request<P extends object, R extends object>(
    contract: JobContract<P, R>,
    payload: P,
    options: JobRequestOptions,
  ): Promise<JobRecord> {
    const plain = await checkPayload(contract, payload);
    for (let attempt = 1; attempt <= ID_TRIES; attempt += 1) {
      const record = this.newRecord(contract, plain, options);
      const inserted = await this.jobs.insert(record);
      if (inserted === 'inserted') return this.enqueued(record);
      if (inserted === 'key') return this.earlier(record);
    }
    throw new AppError('CONFLICT', 'too many jobs of this kind in one second; ask again', { retryable: true });
  }

  /** @throws AppError JOB_NOT_FOUND */
  async get(id: string): Promise<JobRecord> {
    const record = await this.jobs.find(id);
    if (!record) throw new AppError('JOB_NOT_FOUND', `there is no job ${id.slice(0, 100)}`);
    return record;
  }

  /** Newest first. @throws AppError BAD_CURSOR */
  async list(query: JobListQuery): Promise<JobPage> {
    const { name, state } = query;
    const limit = Math.min(Math.max(query.limit ?? 50, 1), 1000);
    const bound = createHash('sha256')
      .update(JSON.stringify([name, state]))
      .digest('base64url')
      .slice(0, 12);
    const after = query.cursor === undefined ? undefined : readCursor(query.cursor, bound);
    const found = await this.jobs.list({ name, state }, after, limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, limit, nextCursor: found.length > limit && last ? writeCursor(last, bound) : null };
  }

  /**
   * Stores the intent. What has not begun is cancelled at once; what runs is told within 5 s and cleans up. A second call
   * changes nothing. @throws AppError JOB_NOT_FOUND, JOB_FINISHED
   */
  async cancel(id: string): Promise<JobRecord> {
    const present = await this.get(id);
    const error = new AppError('JOB_CANCELLED', 'cancelled before it began').toStored();
    const days = findContract(present.name)?.retentionDays ?? DEFAULT_RETENTION_DAYS;
    const cancelled = await this.jobs.cancel(id, error, days);
    if (cancelled) return cancelled;
    const unchanged = await this.get(id);
    if (isFinal(unchanged.state)) throw new AppError('JOB_FINISHED', `${id} is ${unchanged.state}`);
    return unchanged;
  }

  /**
   * The record now (if its revision is above `sinceRevision`) and after each change, the last time in its final state; several
   * changes may come as one. Ends when the job has ended, the record is gone or the signal is aborted.
   * @throws AppError JOB_NOT_FOUND, MONGODB_UNAVAILABLE
   */
  async *watch(id: string, options: { sinceRevision?: number; signal: AbortSignal }): AsyncGenerator<JobRecord> {
    let seen = options.sinceRevision ?? -1;
    const waiter = new Waiter(this.options.clock, options.signal);
    const unsubscribe = this.changes.subscribe(id, () => waiter.wake());
    try {
      for (let record = await this.get(id); !options.signal.aborted;) {
        if (record.revision > seen) yield record;
        seen = Math.max(seen, record.revision);
        if (isFinal(record.state)) return;
        await waiter.wait(POLL_MS);
        const next = await this.jobs.find(id);
        if (!next) return;
        record = next;
      }
    } finally {
      unsubscribe();
    }
  }

  private newRecord(contract: JobContract, payload: object, options: JobRequestOptions): JobRecord {
    const now = this.options.clock.now();
    const { actor, correlationId, idempotencyKey = null } = options;
    return {
      id: newJobId(contract.idPrefix, now),
      name: contract.name,
      queue: contract.queue,
      state: 'queued',
      revision: 1,
      payload,
      payloadHash: hashPayload(contract.name, payload),
      ...{ progress: null, result: null, error: null, attempts: 0, interruptions: 0, runs: 0, enqueuedRun: 0 },
      ...{ worker: null, steps: {}, notBefore: null, actor, correlationId, idempotencyKey },
      ...{ createdAt: now, startedAt: null, finishedAt: null, heartbeatAt: null },
      ...{ cancelRequestedAt: null, expiresAt: null },
    };
  }

  private async earlier({ actor, idempotencyKey, payloadHash }: JobRecord): Promise<JobRecord> {
    const record = await this.jobs.findByKey(actor.id, idempotencyKey ?? '');
    if (!record)
      throw new AppError('CONFLICT', 'the earlier job of this key has just expired; ask again', { retryable: true });
    if (record.payloadHash === payloadHash) return record;
    throw new AppError('IDEMPOTENCY_KEY_REUSED', `this key started ${record.id}, which asks for something else`);
  }

  private async enqueued(record: JobRecord): Promise<JobRecord> {
    const { id, name, queue } = record;
    try {
      await this.options.queues.open(queue).add([{ jobId: id, name, run: 1 }]);
      await this.jobs.markEnqueued(id, 1);
    } catch (error) {
      this.options.logger.warn({ err: error, jobId: id }, 'job is stored but not enqueued yet; the relay will do it');
    }
    return record;
  }
}

/** Waits for a wake-up, a time or an abort; a wake-up that came before the wait counts. */
class Waiter {
  private readonly clock: Clock;
  private readonly signal: AbortSignal;
  private isAwake = false;
  private resume: (() => void) | undefined;

  constructor(clock: Clock, signal: AbortSignal) {
    this.clock = clock;
    this.signal = signal;
  }

  wake(): void {
    this.isAwake = true;
    this.resume?.();
  }

  async wait(ms: number): Promise<void> {
    const woken = new AbortController();
    this.resume = () => woken.abort();
    if (this.isAwake) woken.abort();
    await this.clock.sleep(ms, AbortSignal.any([woken.signal, this.signal])).catch(() => undefined);
    this.resume = undefined;
    this.isAwake = false;
  }
}

function writeCursor({ createdAt, id }: JobRecord, bound: string): string {
  return Buffer.from(JSON.stringify([createdAt.getTime(), id, bound])).toString('base64url');
}

function readCursor(cursor: string, bound: string): { createdAt: Date; id: string } {
  try {
    const [time, id, of] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (typeof time === 'number' && typeof id === 'string' && of === bound) return { createdAt: new Date(time), id };
  } catch {
    // falls through to the same answer
  }
  throw new AppError('BAD_CURSOR', 'the cursor belongs to another query; start again without one');
}

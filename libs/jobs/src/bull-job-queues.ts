import { toRedisAppError } from '@lucid/clients/redis/connection';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { JobQueue, QueueConsumer, QueueItem } from './job-queue.ts';

export interface BullJobQueuesOptions {
  /** The queue's Redis (checked by `assertQueueRedis`); stays the caller's to close, after `close` of this. */
  redis: Redis;
  clock: Clock;
  logger: Logger;
  /** `{lucid}`: the braces keep all keys in one slot of a Redis Cluster. */
  prefix?: string;
}

const PREFIX = '{lucid}';
const ADD_TIMEOUT_MS = 2_000;

/** The queues of all services on one Redis; adding needs only the connection it was given. */
export class BullJobQueues {
  private readonly options: BullJobQueuesOptions;
  private readonly opened = new Map<string, BullJobQueue>();

  constructor(options: BullJobQueuesOptions) {
    this.options = options;
  }

  open(name: string): JobQueue {
    const queue = this.opened.get(name) ?? new BullJobQueue(name, this.options);
    this.opened.set(name, queue);
    return queue;
  }

  /** May be called twice. */
  async close(): Promise<void> {
    await Promise.all([...this.opened.values()].map((queue) => queue.close()));
  }
}

/**
 * One BullMQ queue for each kind of job (`backup-service.backup.create`), so that a kind whose places are taken stays in Redis
 * for other workers and holds up no other kind. BullMQ's id is `<jobId>-<run>`: adding it again does nothing while it is there.
 */
class BullJobQueue implements JobQueue {
  readonly name: string;
  private readonly options: BullJobQueuesOptions;
  private readonly lanes = new Map<string, Queue>();
  private consumer: BullConsumer | undefined;

  constructor(name: string, options: BullJobQueuesOptions) {
    this.name = name;
    this.options = options;
  }

  async add(items: readonly QueueItem[]): Promise<void> {
    const byName = Map.groupBy(items, (item) => item.name);
    for (const [name, group] of byName) {
      const jobs = group.map((item) => ({
        name,
        data: item,
        opts: { jobId: `${item.jobId}-${item.run}`, attempts: 1, removeOnComplete: true, removeOnFail: true },
      }));
      await this.bounded(() => this.lane(name).addBulk(jobs));
    }
  }

  async consume(
    concurrency: Readonly<Record<string, number>>,
    onItem: (item: QueueItem) => Promise<void>,
  ): Promise<QueueConsumer> {
    if (this.consumer) throw new AppError('INTERNAL', `queue ${this.name} has a consumer already`);
    this.consumer = new BullConsumer(concurrency, onItem, (name) => this.laneName(name), this.options);
    return this.consumer;
  }

  async waiting(name: string): Promise<number> {
    return this.bounded(() => this.lane(name).getWaitingCount());
  }

  async close(): Promise<void> {
    await this.consumer?.close();
    const lanes = [...this.lanes.values()];
    this.lanes.clear();
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  private laneName(name: string): string {
    return `${this.name}.${name}`;
  }

  private lane(name: string): Queue {
    const known = this.lanes.get(name);
    if (known) return known;
    const { redis: connection, prefix = PREFIX, logger } = this.options;
    const lane = new Queue(this.laneName(name), { connection, prefix });
    lane.on('error', (error) => logger.warn({ err: error, queue: this.laneName(name) }, 'queue connection'));
    this.lanes.set(name, lane);
    return lane;
  }

  /** BullMQ waits for a connection as long as it takes; a request must not. */
  private async bounded<T>(operation: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    const tooLate = this.options.clock.sleep(ADD_TIMEOUT_MS, done.signal).then(() => {
      throw new AppError('REDIS_UNAVAILABLE', 'the queue did not answer in time', { retryAfterSeconds: 5 });
    });
    try {
      return await Promise.race([operation(), tooLate]);
    } catch (error) {
      throw toRedisAppError(error) ?? error;
    } finally {
      done.abort();
      tooLate.catch(() => undefined);
    }
  }
}

class BullConsumer implements QueueConsumer {
  private readonly workers: Worker[];
  private readonly connection: Redis;
  private closing: Promise<void> | undefined;

  constructor(
    concurrency: Readonly<Record<string, number>>,
    onItem: (item: QueueItem) => Promise<void>,
    laneName: (name: string) => string,
    { redis, prefix = PREFIX, logger }: BullJobQueuesOptions,
  ) {
    // Workers block on the connection for seconds and wait for its return for ever: no limits there.
    this.connection = redis.duplicate({ maxRetriesPerRequest: null, commandTimeout: undefined, lazyConnect: true });
    this.connection.on('error', (error: Error) => logger.warn({ err: error }, 'queue connection'));
    this.workers = Object.entries(concurrency).map(([name, places]) => {
      const options = { connection: this.connection, prefix, concurrency: places, maxStalledCount: 3 };
      const worker = new Worker<QueueItem>(laneName(name), (job) => onItem(job.data), options);
      worker.on('error', (error) => logger.warn({ err: error, queue: laneName(name) }, 'queue worker'));
      return worker;
    });
  }

  async pause(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.pause(true)));
  }

  close(isForced = false): Promise<void> {
    this.closing ??= this.end(isForced);
    return this.closing;
  }

  private async end(isForced: boolean): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close(isForced)));
    this.connection.disconnect();
  }
}

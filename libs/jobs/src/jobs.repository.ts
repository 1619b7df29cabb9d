import { JOBS_COLLECTION } from '@lucid/clients/mongodb/collections';
import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { MongoServerError, ReadConcern, type Collection, type Db, type Document, type Filter } from 'mongodb';
import {
  ACTIVE_STATES,
  FINAL_STATES,
  WAITING_STATES,
  type JobProgress,
  type JobRecord,
  type JobState,
} from './job-record.ts';
import { cancelUpdate, claimUpdate, type Update } from './job-updates.ts';

export type StoredJob = Omit<JobRecord, 'id'> & { _id: string };

/** One claim of one job: every write of a run names it, so that a revived worker's writes meet nothing. */
export interface JobClaim {
  id: string;
  run: number;
  worker: string;
}

const IDEMPOTENCY_INDEX = 'actor_idempotency_key';
const DUE = { $or: [{ notBefore: null }, { $expr: { $lte: ['$notBefore', '$$NOW'] } }] };

/** The only place that knows the collection `jobs`. Every change is one conditional write, acknowledged by a majority. */
export class JobsRepository {
  readonly collection: Collection<StoredJob>;

  constructor(controlDatabase: Db) {
    this.collection = controlDatabase.collection<StoredJob>(JOBS_COLLECTION, {
      writeConcern: { w: 'majority' },
      readConcern: new ReadConcern('majority'),
      ignoreUndefined: true,
    });
  }

  /** May be called at every start. */
  async createIndexes(): Promise<void> {
    await mapped(() =>
      this.collection.createIndexes([
        {
          key: { 'actor.id': 1, idempotencyKey: 1 },
          name: IDEMPOTENCY_INDEX,
          unique: true,
          partialFilterExpression: { idempotencyKey: { $type: 'string' } },
        },
        { key: { queue: 1, state: 1, createdAt: 1 }, name: 'queue_state_created_at' },
        { key: { createdAt: -1, _id: -1 }, name: 'created_at' },
        { key: { name: 1, createdAt: -1, _id: -1 }, name: 'name_created_at' },
        { key: { expiresAt: 1 }, name: 'expires_at', expireAfterSeconds: 0 },
      ]),
    );
  }

  /** `id` or `key` where one of the two is taken. */
  async insert(record: JobRecord): Promise<'inserted' | 'id' | 'key'> {
    const { id, ...fields } = record;
    try {
      await this.collection.insertOne({ _id: id, ...fields });
      return 'inserted';
    } catch (error) {
      if (!(error instanceof MongoServerError) || error.code !== 11000) throw toMongoAppError(error) ?? error;
      return error.message.includes(IDEMPOTENCY_INDEX) ? 'key' : 'id';
    }
  }

  find(id: string): Promise<JobRecord | undefined> {
    return mapped(async () => toRecord(await this.collection.findOne({ _id: id })));
  }

  findByKey(actorId: string, idempotencyKey: string): Promise<JobRecord | undefined> {
    const filter = { 'actor.id': actorId, idempotencyKey } as Filter<StoredJob>;
    return mapped(async () => toRecord(await this.collection.findOne(filter)));
  }

  /** Newest first, after the given position. */
  list(filter: { name?: string; state?: JobState }, after: { createdAt: Date; id: string } | undefined, limit: number) {
    const { name, state } = filter;
    const older = after && [
      { createdAt: { $lt: after.createdAt } },
      { createdAt: after.createdAt, _id: { $lt: after.id } },
    ];
    const query = { ...(name !== undefined && { name }), ...(state && { state }), ...(older && { $or: older }) };
    const sort: Document = { createdAt: -1, _id: -1 };
    return mapped(() => this.collection.find(query).sort(sort).limit(limit).maxTimeMS(10_000).map(recordOf).toArray());
  }

  /** Undefined when it has ended or does not exist. */
  cancel(id: string, error: JobRecord['error'], retentionDays: number): Promise<JobRecord | undefined> {
    return this.change(
      { _id: id, state: { $nin: [...FINAL_STATES] }, cancelRequestedAt: null },
      cancelUpdate(error, retentionDays),
    );
  }

  /** Undefined when another worker has it, it is not due, or it has ended. */
  claim({ id, run, worker }: JobClaim): Promise<JobRecord | undefined> {
    return this.change(
      { _id: id, state: { $in: [...WAITING_STATES] }, runs: run - 1, ...DUE },
      claimUpdate(run, worker),
    );
  }

  /** Undefined when the claim is not this worker's any more. */
  async heartbeat(claim: JobClaim): Promise<{ isCancelling: boolean } | undefined> {
    const record = await this.change(claimed(claim), [{ $set: { heartbeatAt: '$$NOW' } }]);
    return record && { isCancelling: record.state === 'cancelling' };
  }

  /** Ends a claim, or hands it back, by one of the pipelines of job-updates. False when the claim was not ours any more. */
  async settle(claim: JobClaim, update: Update): Promise<boolean> {
    return (await this.change(claimed(claim), update)) !== undefined;
  }

  async saveProgress(claim: JobClaim, progress: JobProgress): Promise<void> {
    await mapped(() => this.collection.updateOne(claimed(claim), { $set: { progress }, $inc: { revision: 1 } }));
  }

  /** False when the claim is not this worker's any more. */
  async saveStep(claim: JobClaim, key: string, result: unknown): Promise<boolean> {
    const set = { [`steps.${key}`]: result } as Document;
    const { matchedCount } = await mapped(() => this.collection.updateOne(claimed(claim), { $set: set }));
    return matchedCount === 1;
  }

  /** Waiting and due; with `isOnlyNew` those that the queue has not been given yet. */
  due(queue: string, isOnlyNew: boolean, limit: number): Promise<JobRecord[]> {
    const isNew = { $expr: { $lte: ['$enqueuedRun', '$runs'] } };
    const filter: Filter<StoredJob> = {
      queue,
      state: { $in: [...WAITING_STATES] },
      $and: isOnlyNew ? [DUE, isNew] : [DUE],
    };
    return mapped(() => this.collection.find(filter).sort({ createdAt: 1 }).limit(limit).map(recordOf).toArray());
  }

  async markEnqueued(id: string, run: number): Promise<void> {
    await mapped(() => this.collection.updateOne({ _id: id, runs: run - 1 }, { $set: { enqueuedRun: run } }));
  }

  /** Claims without a heartbeat for `staleMs` of database time. */
  stale(queue: string, staleMs: number): Promise<JobRecord[]> {
    const isStale = { $expr: { $lt: ['$heartbeatAt', { $subtract: ['$$NOW', staleMs] }] } };
    return mapped(() =>
      this.collection
        .find({ queue, state: { $in: [...ACTIVE_STATES] }, ...isStale })
        .map(recordOf)
        .toArray(),
    );
  }

  /** Claims of earlier starts of this instance: `#` separates it from the boot, and `$` is the next character. */
  former(queue: string, instance: string, worker: string): Promise<JobRecord[]> {
    const isFormer = { worker: { $gte: `${instance}#`, $lt: `${instance}$`, $ne: worker } };
    return mapped(() =>
      this.collection
        .find({ queue, state: { $in: [...ACTIVE_STATES] }, ...isFormer })
        .map(recordOf)
        .toArray(),
    );
  }

  private change(filter: Filter<StoredJob>, update: Update): Promise<JobRecord | undefined> {
    return mapped(async () =>
      toRecord(await this.collection.findOneAndUpdate(filter, update, { returnDocument: 'after' })),
    );
  }
}

function claimed({ id, run, worker }: JobClaim): Filter<StoredJob> {
  return { _id: id, runs: run, worker, state: { $in: [...ACTIVE_STATES] } };
}

function recordOf({ _id, ...fields }: StoredJob): JobRecord {
  return { id: _id, ...fields };
}

function toRecord(stored: StoredJob | null): JobRecord | undefined {
  return stored ? recordOf(stored) : undefined;
}

async function mapped<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw toMongoAppError(error) ?? error;
  }
}

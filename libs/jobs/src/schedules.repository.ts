import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError } from '@lucid/core/app-error';
import { MongoServerError, ReadConcern, type Collection, type Db, type Filter } from 'mongodb';
import type { ScheduleRecord } from './schedule-record.ts';

type StoredSchedule = Omit<ScheduleRecord, 'id'> & { _id: string };
type Marks = Partial<
  Pick<
    ScheduleRecord,
    'nextDueAt' | 'askingDueAt' | 'lastDueAt' | 'lastJobId' | 'lastError' | 'missedRuns' | 'lastMissedAt'
  >
>;

const COLLECTION = 'schedules';
const DUPLICATE_KEY = 11_000;

/** The only place that knows the collection `schedules`. Every write is acknowledged by a majority. */
export class SchedulesRepository {
  private readonly schedules: Collection<StoredSchedule>;

  constructor(controlDatabase: Db) {
    this.schedules = controlDatabase.collection<StoredSchedule>(COLLECTION, {
      writeConcern: { w: 'majority' },
      readConcern: new ReadConcern('majority'),
      ignoreUndefined: true,
    });
  }

  /** May be called at every start. */
  async createIndexes(): Promise<void> {
    await mapped(() =>
      this.schedules.createIndexes([
        { key: { name: 1 }, name: 'name', unique: true },
        { key: { queue: 1, nextDueAt: 1 }, name: 'queue_next_due_at' },
      ]),
    );
  }

  /** @throws AppError DUPLICATE_KEY where the name (or id) is taken */
  async insert({ id, ...fields }: ScheduleRecord): Promise<void> {
    await mapped(() => this.schedules.insertOne({ _id: id, ...fields }));
  }

  find(id: string): Promise<ScheduleRecord | undefined> {
    return mapped(async () => toRecord(await this.schedules.findOne({ _id: id })));
  }

  /** By name; there are few. */
  list(contract: string): Promise<ScheduleRecord[]> {
    return mapped(() => this.schedules.find({ contract }).sort({ name: 1 }).map(recordOf).toArray());
  }

  /** Those of this queue that wait for a run, in no order. */
  waiting(queue: string): Promise<ScheduleRecord[]> {
    return mapped(() =>
      this.schedules
        .find({ queue, nextDueAt: { $type: 'date' } })
        .map(recordOf)
        .toArray(),
    );
  }

  /** Those of this queue that are due at `now`, the longest due first. */
  due(queue: string, now: Date, limit: number): Promise<ScheduleRecord[]> {
    return mapped(() =>
      this.schedules
        .find({ queue, nextDueAt: { $lte: now } })
        .sort({ nextDueAt: 1 })
        .limit(limit)
        .map(recordOf)
        .toArray(),
    );
  }

  /** Replaces what was asked for. Undefined where the record is not as `present` any more. @throws AppError DUPLICATE_KEY */
  async replace(
    present: Pick<ScheduleRecord, 'id' | 'revision'>,
    changes: Partial<ScheduleRecord>,
  ): Promise<ScheduleRecord | undefined> {
    const { id: _id, revision } = present;
    const update = { $set: changes, $inc: { revision: 1 } };
    return mapped(async () =>
      toRecord(await this.schedules.findOneAndUpdate({ _id, revision }, update, { returnDocument: 'after' })),
    );
  }

  /** The scheduler's marks. False where the record was changed since it was read, or another scheduler was first. */
  async mark({ id, revision, nextDueAt, askingDueAt }: ScheduleRecord, marks: Marks): Promise<boolean> {
    const unchanged: Filter<StoredSchedule> = { _id: id, revision, nextDueAt, askingDueAt };
    const { matchedCount } = await mapped(() => this.schedules.updateOne(unchanged, { $set: marks }));
    return matchedCount === 1;
  }

  /** True where there was one, as `revision` if that is given. */
  async remove(id: string, revision?: number): Promise<boolean> {
    const filter = { _id: id, ...(revision !== undefined && { revision }) };
    const { deletedCount } = await mapped(() => this.schedules.deleteOne(filter));
    return deletedCount === 1;
  }
}

function recordOf({ _id, ...fields }: StoredSchedule): ScheduleRecord {
  return { id: _id, ...fields };
}

function toRecord(stored: StoredSchedule | null): ScheduleRecord | undefined {
  return stored ? recordOf(stored) : undefined;
}

async function mapped<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) {
      const errors = [{ pointer: '/name', code: 'DUPLICATE', message: 'a schedule has this name' }];
      throw new AppError('DUPLICATE_KEY', 'there is a schedule of this name; choose another', { errors, cause: error });
    }
    throw toMongoAppError(error) ?? error;
  }
}

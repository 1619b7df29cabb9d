import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError, type StoredError } from '@lucid/core/app-error';
import { BSON, type Collection, type Db, type Document } from 'mongodb';

const { EJSON } = BSON;

/**
 * - `applying`: a run has begun and not ended; the next one goes on at `step`.
 * - `applied`.
 * - `reverting`, `rolling-back` (it failed): an undo has begun and not ended; the next run ends it.
 * - `reverted`, `failed`: undone, but for what `left` says. It may be applied again.
 */
export type MigrationState = 'applying' | 'applied' | 'reverting' | 'rolling-back' | 'reverted' | 'failed';
export type UndoState = 'reverting' | 'rolling-back';

/** A document of `migrations` in the control database; `_id` is the migration's name. */
export interface MigrationRecord {
  _id: string;
  state: MigrationState;
  checksum: string;
  /** Keys of the steps that are done, in order. */
  doneSteps: string[];
  /** The step under way, or the one that a dead run was at. */
  step: string | null;
  /** What each step prepared, as canonical Extended JSON: it may hold names that a field may not have. */
  prepared: Record<string, string>;
  backupId: string | null;
  /** Of the run that wrote last. */
  fencingToken: number;
  /** Job, or host and process of the script. */
  runBy: string;
  startedAt: Date;
  appliedAt: Date | null;
  error: StoredError | null;
  left: string[];
}

/** Who writes: the holder of the lease `migrations`. */
export interface MigrationRun {
  readonly fencingToken: number;
  readonly runBy: string;
}

/**
 * The only place that knows the collection `migrations`. Every write carries the run's fencing token: one of a run that has been taken
 * over finds nothing to write to.
 */
export class MigrationsRepository {
  private readonly records: Collection<MigrationRecord>;

  constructor(controlDatabase: Db) {
    this.records = controlDatabase.collection('migrations', { writeConcern: { w: 'majority' } });
  }

  /** In order of version. @throws AppError MONGODB_UNAVAILABLE */
  async list(): Promise<MigrationRecord[]> {
    return mapped(() => this.records.find().sort({ _id: 1 }).toArray());
  }

  async find(name: string): Promise<MigrationRecord | null> {
    return mapped(() => this.records.findOne({ _id: name }));
  }

  /** The record of a run that begins, or goes on with what a dead one began. @throws AppError LEASE_LOST */
  async begin(name: string, checksum: string, run: MigrationRun, now: Date, backupId: string | null): Promise<void> {
    const present = await this.find(name);
    const isContinued = present?.state === 'applying';
    const begun: Omit<MigrationRecord, '_id'> = {
      ...{ state: 'applying', checksum, doneSteps: [], step: null, prepared: {}, backupId },
      ...{ ...by(run), startedAt: now, appliedAt: null, error: null, left: [] },
    };
    if (!present) {
      await mapped(() => this.records.updateOne({ _id: name }, { $setOnInsert: begun }, { upsert: true }));
    }
    await this.write(name, run, { $set: isContinued ? { ...by(run), error: null } : begun });
  }

  async enterStep(name: string, run: MigrationRun, step: string): Promise<void> {
    await this.write(name, run, { $set: { ...by(run), step } });
  }

  async storePrepared(name: string, run: MigrationRun, step: string, prepared: Document): Promise<void> {
    await this.write(name, run, { $set: { [`prepared.${step}`]: EJSON.stringify(prepared, { relaxed: false }) } });
  }

  async finishStep(name: string, run: MigrationRun, step: string): Promise<void> {
    await this.write(name, run, { $addToSet: { doneSteps: step }, $set: { step: null } });
  }

  async applied(name: string, run: MigrationRun, now: Date): Promise<void> {
    await this.write(name, run, { $set: { ...by(run), state: 'applied', step: null, appliedAt: now, error: null } });
  }

  /** An undo begins, or goes on. `error` is why, where it is a failure. */
  async beginUndo(name: string, run: MigrationRun, state: UndoState, error: StoredError | null): Promise<void> {
    await this.write(name, run, { $set: { ...by(run), state, ...(error && { error }) } });
  }

  /** Its state cannot be told to have been undone twice: the step leaves `doneSteps` and `step` in the same write. */
  async undoneStep(name: string, run: MigrationRun, step: string, left: readonly string[]): Promise<void> {
    await this.write(name, run, {
      $pull: { doneSteps: step },
      $set: { step: null },
      $addToSet: { left: { $each: [...left] } },
    });
  }

  async finishUndo(name: string, run: MigrationRun, state: 'reverted' | 'failed'): Promise<void> {
    const cleared = { doneSteps: [], step: null, prepared: {}, appliedAt: null };
    await this.write(name, run, { $set: { ...by(run), state, ...cleared } });
  }

  async failedWith(name: string, run: MigrationRun, error: StoredError): Promise<void> {
    await this.write(name, run, { $set: { ...by(run), error } });
  }

  private async write(name: string, run: MigrationRun, update: Document): Promise<void> {
    const notNewer = { _id: name, fencingToken: { $lte: run.fencingToken } };
    const { matchedCount } = await mapped(() => this.records.updateOne(notNewer, update));
    if (matchedCount === 0) throw new AppError('LEASE_LOST', 'another run of the migrations has taken over');
  }
}

/** A run is told from others by these two; what else it carries is no part of the record. */
function by({ fencingToken, runBy }: MigrationRun): MigrationRun {
  return { fencingToken, runBy };
}

/** What a step prepared, as it was. */
export function preparedOf(record: MigrationRecord, step: string): Document | undefined {
  const text = record.prepared[step];
  return text === undefined ? undefined : (EJSON.parse(text, { relaxed: false }) as Document);
}

async function mapped<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw toMongoAppError(error) ?? error;
  }
}

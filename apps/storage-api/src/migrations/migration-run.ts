import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Db, MongoClient } from 'mongodb';
import type { Migration, MigrationContext, MigrationStep, VersionedMigration } from './migration.ts';
import {
  preparedOf,
  type MigrationRecord,
  type MigrationRun,
  type MigrationsRepository,
  type UndoState,
} from './migrations.repository.ts';

/** What a run of migrations holds: the lease `migrations`, kept alive by whoever made it. */
export interface MigrationLock extends MigrationRun {
  /** Aborted when the run is to end, with an AppError as its reason. */
  readonly signal: AbortSignal;
  /** @throws AppError LEASE_LOST */
  assertHeld(): Promise<void>;
  /** Told of each step as it begins. */
  progress(phase: string, done: number, total: number): void;
}

export interface MigrationRunOptions {
  readonly client: MongoClient;
  readonly database: Db;
  readonly records: MigrationsRepository;
  readonly clock: Clock;
  readonly lock: MigrationLock;
}

/** Why a run ends and leaves a migration as it is: the next run goes on with it. */
const GOES_ON_LATER = ['JOB_INTERRUPTED', 'JOB_TIMED_OUT', 'LEASE_LOST'] as const;

/** Applies one migration, or undoes it, step by step; each step is journalled, so that a run that died is gone on with. */
export class MigrationRunner {
  private readonly options: MigrationRunOptions;

  constructor(options: MigrationRunOptions) {
    this.options = options;
  }

  /**
   * Does the steps that are not done; those that a run which died had done are.
   * @throws AppError MIGRATION_FAILED: it was rolled back, but for what `errors` name; the signal's reason after a cancel, rolled back
   *   too; an engine's error or JOB_INTERRUPTED, LEASE_LOST: it stays begun, and the next run goes on
   */
  async apply({ migration, checksum }: VersionedMigration, backupId: string | null): Promise<void> {
    const { records, lock, clock } = this.options;
    await lock.assertHeld();
    await records.begin(migration.name, checksum, lock, clock.now(), backupId);
    const record = await this.recordOf(migration);
    for (const [index, step] of migration.steps.entries()) {
      if (record.doneSteps.includes(step.key)) continue;
      lock.progress(`${migration.name}:${step.key}`, index, migration.steps.length);
      try {
        await this.applyStep(migration, step, record);
      } catch (error) {
        await this.failed(migration, step, error);
      }
    }
    await records.applied(migration.name, lock, clock.now());
  }

  /**
   * Undoes what is done, the last step first; goes on with an undo that has begun. @returns what could not be undone
   * @throws AppError MIGRATION_FAILED where an undo fails: the next run tries again
   */
  async undo(migration: Migration, state: UndoState, cause: AppError | null = null): Promise<string[]> {
    const { records, lock } = this.options;
    await lock.assertHeld();
    await records.beginUndo(migration.name, lock, state, cause?.toStored() ?? null);
    const record = await this.recordOf(migration);
    const begun = migration.steps.filter(({ key }) => record.doneSteps.includes(key) || record.step === key);
    for (const [index, step] of begun.toReversed().entries()) {
      lock.progress(`undo:${migration.name}:${step.key}`, index, begun.length);
      await this.undoStep(migration, step, record);
    }
    const { left } = await this.recordOf(migration);
    await records.finishUndo(migration.name, lock, state === 'reverting' ? 'reverted' : 'failed');
    return left;
  }

  private async applyStep(migration: Migration, step: MigrationStep, record: MigrationRecord): Promise<void> {
    const { records, lock } = this.options;
    lock.signal.throwIfAborted();
    await lock.assertHeld();
    const context = this.context(lock.signal);
    let prepared = preparedOf(record, step.key);
    if (prepared === undefined) {
      prepared = (await step.prepare?.(context)) ?? {};
      await records.storePrepared(migration.name, lock, step.key, prepared);
    }
    await records.enterStep(migration.name, lock, step.key);
    await step.up(context, prepared);
    await lock.assertHeld();
    await records.finishStep(migration.name, lock, step.key);
  }

  private async undoStep(migration: Migration, step: MigrationStep, record: MigrationRecord): Promise<void> {
    const { records, lock } = this.options;
    await lock.assertHeld();
    try {
      // An undo is not cancelled: half a migration is what nobody wants.
      const context = this.context(new AbortController().signal);
      const left = step.down
        ? await step.down(context, preparedOf(record, step.key) ?? {})
        : [`step ${step.key} has no undo; ${backupText(record)}`];
      await lock.assertHeld();
      await records.undoneStep(migration.name, lock, step.key, left);
    } catch (error) {
      const known = asAppError(error);
      if (known.retryable || isAppError(error, 'LEASE_LOST')) throw known;
      const detail = `the undo of ${migration.name} stopped at step ${step.key} (${known.code}); run it again to go on. ${backupText(record)}`;
      const failure = new AppError('MIGRATION_FAILED', detail, { cause: error });
      await records.failedWith(migration.name, lock, failure.toStored());
      throw failure;
    }
  }

  /** Never returns. */
  private async failed(migration: Migration, step: MigrationStep, thrown: unknown): Promise<never> {
    const { signal } = this.options.lock;
    const reason: unknown = signal.aborted ? signal.reason : thrown;
    const error = asAppError(reason);
    if (GOES_ON_LATER.some((code) => error.code === code) || error.retryable) throw error;
    const left = await this.undo(migration, 'rolling-back', error);
    if (error.code === 'JOB_CANCELLED') throw error;
    const outcome = left.length === 0 ? 'and was rolled back' : 'and was rolled back, but not all of it';
    const why = isAppError(reason) || error.code !== 'INTERNAL' ? `${error.code}: ${error.message}` : 'see the log';
    throw new AppError('MIGRATION_FAILED', `${migration.name} failed in step ${step.key} ${outcome} (${why})`, {
      cause: thrown,
      errors: [
        ...(error.errors ?? []),
        ...left.map((message) => ({ pointer: `/${migration.name}`, code: 'LEFT', message })),
      ],
    });
  }

  private context(signal: AbortSignal): MigrationContext {
    const { client, database, lock } = this.options;
    return { client, database, signal, assertHeld: () => lock.assertHeld() };
  }

  private async recordOf({ name }: Migration): Promise<MigrationRecord> {
    const record = await this.options.records.find(name);
    if (!record) throw new AppError('LEASE_LOST', `the record of ${name} is gone: somebody else removed it`);
    return record;
  }
}

function backupText({ backupId }: MigrationRecord): string {
  return backupId === null ? 'no backup was taken before it' : `backup ${backupId} has the state before`;
}

function asAppError(thrown: unknown): AppError {
  if (isAppError(thrown)) return thrown;
  return toMongoAppError(thrown) ?? new AppError('INTERNAL', 'an unexpected error', { cause: thrown });
}

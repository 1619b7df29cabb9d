import type { Change } from '@lucid/clients/mongodb/initializer/change';
import type { Clock } from '@lucid/core/clock';
import type { Db, MongoClient } from 'mongodb';
import { MigrationRunner, type MigrationLock } from './migration-run.ts';
import type { Migration, MigrationContext, VersionedMigration } from './migration.ts';
import { MigrationsRepository, type MigrationRecord } from './migrations.repository.ts';
import { assertKnown, assertUndoable, existing, problemsOf, selectDown, selectUp } from './select-migrations.ts';

export interface MigrationsOptions {
  readonly client: MongoClient;
  readonly database: Db;
  readonly controlDatabase: Db;
  readonly clock: Clock;
  readonly versions: readonly VersionedMigration[];
}

/** What stands in the database, and what is known of it. */
export interface MigrationStatus {
  migration: Migration | null;
  name: string;
  record: MigrationRecord | null;
}

/** What one migration would do: changes of `up`, or the steps that `down` undoes. */
export interface PlannedMigration {
  name: string;
  direction: 'up' | 'down';
  changes: readonly Change[];
}

export interface MigrationOutcome {
  /** Names, in the order in which it was done. */
  applied: string[];
  reverted: string[];
  /** What an undo could not undo. */
  left: string[];
  backupId: string | null;
}

/** Takes a backup of these collections and returns its id once it is committed. @throws AppError: nothing is changed then */
export type BackupTaker = (collections: string[]) => Promise<string>;

/** Schema migrations of the main database. What runs them holds the lease `migrations`; this knows neither jobs nor REST. */
export class MigrationsService {
  private readonly options: MigrationsOptions;
  private readonly records: MigrationsRepository;

  constructor(options: MigrationsOptions) {
    this.options = options;
    this.records = new MigrationsRepository(options.controlDatabase);
  }

  /** By version; migrations that only the database knows too. */
  async status(): Promise<{ items: MigrationStatus[]; problems: string[] }> {
    const records = await this.records.list();
    const byName = new Map(records.map((record) => [record._id, record]));
    const names = new Set([...this.options.versions.map(({ migration }) => migration.name), ...byName.keys()]);
    const items = [...names].sort().map((name) => ({
      name,
      migration: this.options.versions.find(({ migration }) => migration.name === name)?.migration ?? null,
      record: byName.get(name) ?? null,
    }));
    return { items, problems: problemsOf(this.options.versions, records).map(({ detail }) => detail) };
  }

  /**
   * What `up` would do. A later migration is planned on the database as it is now, so what depends on an earlier one may differ.
   * @throws AppError MIGRATION_UNKNOWN, MIGRATION_CHANGED, MIGRATION_NOT_FOUND (`to`)
   */
  async planUp(to?: string): Promise<PlannedMigration[]> {
    const records = await this.known();
    const planned: PlannedMigration[] = [];
    for (const { migration } of selectUp(this.options.versions, records, to)) {
      planned.push({ name: migration.name, direction: 'up', changes: await this.changesOf(migration) });
    }
    return planned;
  }

  /** @throws AppError where `up` would be refused at once, as `planUp` */
  async assertUp(to?: string): Promise<void> {
    selectUp(this.options.versions, await this.known(), to);
  }

  /** What `down` would undo. @throws AppError as `planUp`, and MIGRATION_IRREVERSIBLE */
  async planDown(range: { to?: string; steps?: number }): Promise<PlannedMigration[]> {
    const records = await this.known();
    const selected = selectDown(this.options.versions, records, range);
    assertUndoable(selected);
    return selected.map(({ migration }) => ({
      name: migration.name,
      direction: 'down',
      changes: migration.steps
        .toReversed()
        .map(({ key }) => ({ target: migration.name, action: 'undo', detail: `step ${key}` })),
    }));
  }

  /**
   * Applies what is pending, up to and with `to`. Ends first what a dead run left half undone, and goes on with what it left half done.
   * @throws AppError as `planUp`, MIGRATION_FAILED, and what `backup` throws, before anything is changed
   */
  async up(lock: MigrationLock, to: string | undefined, backup: BackupTaker | null): Promise<MigrationOutcome> {
    const records = await this.known();
    const pending = selectUp(this.options.versions, records, to);
    const left = await this.endUndone(lock, records);
    const backupId = await this.backupBefore(pending, records, backup);
    const applied: string[] = [];
    for (const versioned of pending) {
      await this.runner(lock).apply(versioned, backupId);
      applied.push(versioned.migration.name);
    }
    return { applied, reverted: [], left, backupId };
  }

  /** Undoes the newest, as many as `steps` (1) or down to `to`, which stays. @throws AppError as `planDown`, MIGRATION_FAILED */
  async down(
    lock: MigrationLock,
    range: { to?: string; steps?: number },
    backup: BackupTaker | null,
  ): Promise<MigrationOutcome> {
    const records = await this.known();
    const selected = selectDown(this.options.versions, records, range);
    assertUndoable(selected);
    const collections = await this.present(selected);
    const backupId = backup && collections.length > 0 && selected.length > 0 ? await backup(collections) : null;
    const left: string[] = [];
    const reverted: string[] = [];
    for (const { migration } of selected) {
      left.push(...(await this.runner(lock).undo(migration, 'reverting')));
      reverted.push(migration.name);
    }
    return { applied: [], reverted, left, backupId };
  }

  private async known(): Promise<MigrationRecord[]> {
    const records = await this.records.list();
    assertKnown(this.options.versions, records);
    return records;
  }

  /** Half undone is neither applied nor pending: the undo is ended before anything else. */
  private async endUndone(lock: MigrationLock, records: readonly MigrationRecord[]): Promise<string[]> {
    const left: string[] = [];
    for (const { _id, state } of records.toReversed()) {
      if (state !== 'reverting' && state !== 'rolling-back') continue;
      left.push(...(await this.runner(lock).undo(existing(this.options.versions, _id).migration, state)));
    }
    return left;
  }

  /** Only where something would change in what is there. One that a dead run had begun was backed up by that run. */
  private async backupBefore(
    pending: readonly VersionedMigration[],
    records: readonly MigrationRecord[],
    backup: BackupTaker | null,
  ): Promise<string | null> {
    const begun = new Map(records.filter(({ state }) => state === 'applying').map((record) => [record._id, record]));
    const untouched = pending.filter(({ migration }) => !begun.has(migration.name));
    const earlier = pending
      .map(({ migration }) => begun.get(migration.name)?.backupId)
      .find((id) => typeof id === 'string');
    if (!backup) return earlier ?? null;
    let changes = 0;
    for (const { migration } of untouched) changes += (await this.changesOf(migration)).length;
    const collections = await this.present(untouched);
    if (changes === 0 || collections.length === 0) return earlier ?? null;
    return backup(collections);
  }

  private async present(selected: readonly VersionedMigration[]): Promise<string[]> {
    const wanted = new Set(selected.flatMap(({ migration }) => migration.collections));
    const found = await this.options.database.listCollections({}, { nameOnly: true }).toArray();
    return found
      .map(({ name }) => name)
      .filter((name) => wanted.has(name))
      .sort();
  }

  private async changesOf(migration: Migration): Promise<Change[]> {
    const { client, database } = this.options;
    const context: MigrationContext = {
      ...{ client, database, signal: new AbortController().signal },
      assertHeld: () => Promise.resolve(),
    };
    const changes: Change[] = [];
    for (const step of migration.steps) changes.push(...(await step.plan(context)));
    return changes;
  }

  private runner(lock: MigrationLock): MigrationRunner {
    const { client, database, clock } = this.options;
    return new MigrationRunner({ client, database, clock, lock, records: this.records });
  }
}

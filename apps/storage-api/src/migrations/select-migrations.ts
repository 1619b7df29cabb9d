import { AppError } from '@lucid/core/app-error';
import type { ErrorCode } from '@lucid/models/errors';
import { versionOf, type VersionedMigration } from './migration.ts';
import type { MigrationRecord } from './migrations.repository.ts';

/** What the database says is, or is half, applied: it must be known here, and unchanged. */
const COUNTING = new Set(['applying', 'applied', 'reverting', 'rolling-back']);

interface Problem {
  code: ErrorCode;
  detail: string;
}

/** Why neither `up` nor `down` may run; none where they may. */
export function problemsOf(versions: readonly VersionedMigration[], records: readonly MigrationRecord[]): Problem[] {
  return records
    .filter(({ state }) => COUNTING.has(state))
    .flatMap(({ _id, state, checksum }): Problem[] => {
      const known = versions.find(({ migration }) => migration.name === _id);
      if (!known) {
        const detail = `${_id} is ${state} here, but this version of the service does not know it: run a newer one`;
        return [{ code: 'MIGRATION_UNKNOWN', detail }];
      }
      if (known.checksum === checksum) return [];
      const detail = `${_id} is ${state} here, and its file was changed since: put it back, and write a new migration instead`;
      return [{ code: 'MIGRATION_CHANGED', detail }];
    });
}

/** @throws AppError MIGRATION_UNKNOWN, MIGRATION_CHANGED */
export function assertKnown(versions: readonly VersionedMigration[], records: readonly MigrationRecord[]): void {
  const [first, ...others] = problemsOf(versions, records);
  if (!first) return;
  const detail = others.length === 0 ? first.detail : `${first.detail}; ${others.length} more, see the status`;
  throw new AppError(first.code, detail);
}

/** What is not applied, oldest first; `to` is the last one, with it. @throws AppError MIGRATION_NOT_FOUND */
export function selectUp(
  versions: readonly VersionedMigration[],
  records: readonly MigrationRecord[],
  to: string | undefined,
): VersionedMigration[] {
  const last = to === undefined ? undefined : existing(versions, to).migration.name;
  const applied = new Set(records.filter(({ state }) => state === 'applied').map(({ _id }) => _id));
  return versions.filter(
    ({ migration: { name } }) => !applied.has(name) && (last === undefined || name.localeCompare(last, 'en') <= 0),
  );
}

/**
 * What is applied, or half applied or undone, newest first: `steps` of it (1), or all that is newer than `to` (`0000`: all).
 * @throws AppError MIGRATION_NOT_FOUND
 */
export function selectDown(
  versions: readonly VersionedMigration[],
  records: readonly MigrationRecord[],
  { to, steps = 1 }: { to?: string; steps?: number },
): VersionedMigration[] {
  const standing = new Set(records.filter(({ state }) => COUNTING.has(state)).map(({ _id }) => _id));
  const newestFirst = versions.filter(({ migration }) => standing.has(migration.name)).toReversed();
  if (to === undefined) return newestFirst.slice(0, steps);
  const kept = versionOf(to) === '0000' ? '0000' : existing(versions, to).migration.name;
  return newestFirst.filter(({ migration: { name } }) => name.localeCompare(kept, 'en') > 0);
}

/** By version or name. @throws AppError MIGRATION_NOT_FOUND */
export function existing(versions: readonly VersionedMigration[], wanted: string): VersionedMigration {
  const found = versions.find(({ migration: { name } }) => name === wanted || versionOf(name) === wanted);
  if (found) return found;
  throw new AppError('MIGRATION_NOT_FOUND', `there is no migration ${wanted.slice(0, 60)}`);
}

/** @throws AppError MIGRATION_IRREVERSIBLE naming the steps without an undo */
export function assertUndoable(selected: readonly VersionedMigration[]): void {
  const steps = selected.flatMap(({ migration }) =>
    migration.steps.filter(({ down }) => !down).map(({ key }) => `${migration.name}:${key}`),
  );
  if (steps.length === 0) return;
  throw new AppError('MIGRATION_IRREVERSIBLE', `no undo is written for ${steps.join(', ')}: restore a backup instead`);
}

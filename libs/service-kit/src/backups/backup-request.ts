import { AppError, type FieldError } from '@lucid/core/app-error';
import { DEFAULT_REPOSITORY_NAME, repositoriesOf, type BackupCreatePayload } from '@lucid/jobs/contracts/backup-create';
import type { RepositoryRecord } from '@lucid/models/control/repositories';
import type { Db } from 'mongodb';
import { SYSTEM_DATABASES } from './restore-targets.ts';

/**
 * What can be refused before a backup becomes a job: names that contradict each other, and databases that are never backed up.
 * @param parent pointer to the request inside the body
 * @throws AppError VALIDATION_FAILED with the fields, BACKUP_ENGINE_UNSUPPORTED
 */
export function assertBackupRequest(request: BackupCreatePayload, controlDatabase: string, parent = ''): void {
  const { database, collections, engines, repository, repositories } = request;
  const errors: FieldError[] = [];
  const refuse = (field: string, code: string, message: string): unknown =>
    errors.push({ pointer: `${parent}/${field}`, code, message });
  if (collections && database === undefined) {
    refuse('collections', 'DATABASE_MISSING', 'collections need the database they are in: set `database`');
  }
  if (repository !== undefined && repositories !== undefined) {
    refuse('repository', 'EXCLUSIVE', 'name one repository with `repository`, or several with `repositories`');
  }
  if (database !== undefined && [...SYSTEM_DATABASES, controlDatabase].includes(database)) {
    refuse(
      'database',
      'NEVER_BACKED_UP',
      'the databases of the server and of the suite itself are not backed up by name',
    );
  }
  const [first] = errors;
  if (first) throw new AppError('VALIDATION_FAILED', first.message, { errors });
  if (database !== undefined && engines?.some((engine) => engine !== 'mongodb')) {
    throw new AppError('BACKUP_ENGINE_UNSUPPORTED', 'a database and collections are of MongoDB: leave `engines` out');
  }
}

/**
 * Refuses repositories that nobody knows, as far as that can be told by the records that backup-service keeps of every repository it
 * has opened. Where it has not started yet there are none, and the job finds out.
 * @throws AppError REPOSITORY_NOT_FOUND, MONGODB_UNAVAILABLE
 */
export async function assertKnownRepositories(request: BackupCreatePayload, controlDatabase: Db): Promise<void> {
  const named = repositoriesOf(request).filter((name) => name !== DEFAULT_REPOSITORY_NAME);
  if (named.length === 0) return;
  const records = controlDatabase.collection<RepositoryRecord>('repositories');
  const known = (await records.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);
  const unknown = known.length === 0 ? undefined : named.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new AppError('REPOSITORY_NOT_FOUND', `there is no repository ${unknown}; there are ${known.join(', ')}`);
}

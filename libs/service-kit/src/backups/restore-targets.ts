import { AppError, type FieldError } from '@lucid/core/app-error';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';

export const SYSTEM_DATABASES = ['admin', 'config', 'local'];

/**
 * What can be refused before a restore becomes a job: two points in time, and databases that nothing is ever restored to.
 * @throws AppError VALIDATION_FAILED, RESTORE_REFUSED with the fields
 */
export function assertRestoreTargets(request: Omit<BackupRestorePayload, 'backupId'>, controlDatabase: string): void {
  if (request.pointInTime !== undefined && request.before !== undefined) {
    const message = 'name a time with `pointInTime`, or an operation with `before`';
    throw new AppError('VALIDATION_FAILED', message, { errors: [{ pointer: '/before', code: 'EXCLUSIVE', message }] });
  }
  const isProtected = (name: string): boolean => {
    const database = (name.split('.', 1)[0] ?? '').toLowerCase();
    return SYSTEM_DATABASES.includes(database) || database === controlDatabase.toLowerCase();
  };
  const { targetDatabase, namespaces = [], renames = {} } = request;
  const named: [string, string][] = [
    ...(targetDatabase === undefined ? [] : [['/targetDatabase', targetDatabase] as [string, string]]),
    ...namespaces.map((name, index): [string, string] => [`/namespaces/${index}`, name]),
    ...Object.entries(renames).map(([from, to]): [string, string] => [`/renames/${escaped(from)}`, to]),
  ];
  const errors: FieldError[] = named
    .filter(([, name]) => isProtected(name))
    .map(([pointer]) => ({ pointer, code: 'RESTORE_REFUSED', message: 'is in a database that is never restored' }));
  if (errors.length === 0) return;
  const refused = [...new Set(named.filter(([, name]) => isProtected(name)).map(([, name]) => name.split('.', 1)[0]))];
  throw new AppError('RESTORE_REFUSED', `nothing is restored to ${refused.join(', ')}: choose another database`, {
    errors,
  });
}

/**
 * The oplogs of shards are kept nowhere but in their backups.
 * @throws AppError RESTORE_REFUSED with the field where a time is asked of a sharded cluster
 */
export function refuseTimeOfCluster(
  { pointInTime, before }: Pick<BackupRestorePayload, 'pointInTime' | 'before'>,
  isCluster: boolean,
): void {
  if (!isCluster || (pointInTime === undefined && before === undefined)) return;
  const message =
    'a sharded cluster cannot be brought back to any second: leave the time out, and name the backup whose `consistentAt` suits';
  const pointer = before === undefined ? '/pointInTime' : '/before';
  throw new AppError('RESTORE_REFUSED', message, { errors: [{ pointer, code: 'RESTORE_REFUSED', message }] });
}

/** RFC 6901 */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

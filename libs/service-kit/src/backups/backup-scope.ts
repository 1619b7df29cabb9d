import { AppError } from '@lucid/core/app-error';
import type { BackupCreatePayload } from '@lucid/jobs/contracts/backup-create';
import { type Db, MongoServerError } from 'mongodb';
import { namesText } from './names-text.ts';
import { SYSTEM_DATABASES } from './restore-targets.ts';

/** What MongoDB has, as far as a backup's request names it. */
export interface NamesThere {
  readonly databases: readonly string[];
  /** Collections, views and time-series collections of the request's database. */
  readonly collections: readonly string[];
}

type Scope = Pick<BackupCreatePayload, 'database' | 'collections'>;

const UNAUTHORIZED = 13;

/** Is there what is to be backed up? @throws AppError BACKUP_SCOPE_EMPTY, which says what there is */
export function assertScopeThere({ database, collections = [] }: Scope, there: NamesThere, control: string): void {
  if (database === undefined) return;
  if (!there.databases.includes(database)) {
    const hidden = [...SYSTEM_DATABASES, control];
    const others = there.databases.filter((name) => !hidden.includes(name) && !name.startsWith('drill_'));
    throw new AppError('BACKUP_SCOPE_EMPTY', `there is no database ${database}; ${namesText(others)}`);
  }
  const missing = collections.filter((name) => !there.collections.includes(name));
  if (missing.length === 0) return;
  const shown = there.collections.filter((name) => !name.startsWith('system.') && !name.startsWith('__restore_'));
  const detail = `there is no ${missing.slice(0, 10).join(', ')} in ${database}; ${namesText(shown)}`;
  throw new AppError('BACKUP_SCOPE_EMPTY', detail);
}

/** Undefined where the user of this service may not list them: then the job finds out. @throws what the driver throws */
export async function readNamesThere(db: Db, { database, collections }: Scope): Promise<NamesThere | undefined> {
  if (database === undefined) return undefined;
  const options = { readPreference: 'primary' } as const;
  try {
    const all = { listDatabases: 1, nameOnly: true, authorizedDatabases: false };
    const { databases } = await db.client.db('admin').command(all, options);
    const names = (databases as { name: string }[]).map(({ name }) => name);
    if (!collections || !names.includes(database)) return { databases: names, collections: [] };
    const listed = await db.client
      .db(database)
      .listCollections({}, { nameOnly: true, ...options })
      .toArray();
    return { databases: names, collections: listed.map(({ name }) => name) };
  } catch (error) {
    if (error instanceof MongoServerError && error.code === UNAUTHORIZED) return undefined;
    throw error;
  }
}

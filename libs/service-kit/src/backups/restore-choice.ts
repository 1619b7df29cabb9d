import { AppError } from '@lucid/core/app-error';
import type { BackupEngine } from '@lucid/jobs/contracts/backup-create';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import type { BackupView } from './backup-view.ts';
import { namesText } from './names-text.ts';

type Request = Omit<BackupRestorePayload, 'backupId'>;
type Held = Pick<BackupView, 'id' | 'engines' | 'namespaces'>;

/** Of other engines in the list of a backup's namespaces: databases of Redis, and indices of Elasticsearch, whose names have no dot here. */
const REDIS_DATABASE = /^redis\.db\d+$/;

/**
 * What can be refused before a restore becomes a job, by what the catalogue knows of the backup: engines and names that it does not hold, and
 * several databases into one. At another time than the backup's own there may be other names, which the job looks at.
 * @throws AppError BACKUP_ENGINE_UNSUPPORTED, BACKUP_SCOPE_EMPTY, RESTORE_REFUSED
 */
export function assertRestoreChoice(request: Request, backup: Held): void {
  const isOfTime = request.pointInTime !== undefined || request.before !== undefined;
  const isOfMongodb = Boolean(request.targetDatabase ?? request.namespaces ?? request.renames) || isOfTime;
  assertEngines(request, backup, isOfMongodb);
  if (!isOfMongodb || isOfTime || backup.namespaces.length === 0) return;
  if (request.engines && !request.engines.includes('mongodb')) return;
  const held = backup.namespaces.filter((name) => name.includes('.') && !REDIS_DATABASE.test(name));
  assertNames(request, backup.id, held);
  assertOneDatabase(request, held);
}

function assertNames({ namespaces = [], renames = {} }: Request, id: string, held: readonly string[]): void {
  for (const pattern of namespaces) {
    if (held.some((name) => matchesNamespace(pattern, name))) continue;
    throw new AppError('BACKUP_SCOPE_EMPTY', `${id} has nothing that is called ${pattern}; ${namesText(held)}`);
  }
  for (const old of Object.keys(renames)) {
    if (held.includes(old)) continue;
    throw new AppError('RESTORE_REFUSED', `${id} has no ${old} that could be renamed; ${namesText(held)}`);
  }
}

function assertEngines({ engines, redis, elasticsearch }: Request, backup: Held, isOfMongodb: boolean): void {
  const implied: BackupEngine[] = [];
  if (isOfMongodb) implied.push('mongodb');
  if (redis) implied.push('redis');
  if (elasticsearch) implied.push('elasticsearch');
  const missing = (engines ?? implied).filter((engine) => !backup.engines.includes(engine));
  if (missing.length === 0 || backup.engines.length === 0) return;
  const detail = `the backup ${backup.id} holds ${backup.engines.join(', ')}, not ${missing.join(', ')}`;
  throw new AppError('BACKUP_ENGINE_UNSUPPORTED', detail);
}

function assertOneDatabase({ targetDatabase, namespaces }: Request, held: readonly string[]): void {
  if (targetDatabase === undefined) return;
  const chosen = namespaces ? held.filter((name) => namespaces.some((one) => matchesNamespace(one, name))) : held;
  const databases = [...new Set(chosen.map((name) => name.split('.', 1)[0] ?? ''))].filter((name) => name !== '');
  if (databases.includes(targetDatabase)) {
    const detail = `${targetDatabase} is where it came from: leave \`targetDatabase\` out to replace it, or name another one`;
    throw new AppError('RESTORE_REFUSED', detail);
  }
  if (databases.length <= 1) return;
  const detail = `one target database can take one database: choose it with \`namespaces\`; ${namesText(databases.map((name) => `${name}.*`))}`;
  throw new AppError('RESTORE_REFUSED', detail);
}

/** `*` stands for any characters: `lucid.*`, `lucid.block*`. */
function matchesNamespace(pattern: string, namespace: string): boolean {
  if (!pattern.includes('*')) return pattern === namespace;
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  if (!namespace.startsWith(first) || namespace.length < first.length + last.length || !namespace.endsWith(last))
    return false;
  let at = first.length;
  for (const part of rest) {
    const found = namespace.indexOf(part, at);
    if (found < 0 || found + part.length > namespace.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

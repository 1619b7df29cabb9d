import { systemClock } from '@lucid/core/clock';
import { waitForJob, type JobAnswer, type RestClient } from '../services/rest-client.ts';
import {
  chooseRestores,
  recordsLeft,
  withoutOwn,
  type Choice,
  type ListedBackup,
  type ListedWindow,
  type RestoreBody,
} from './choose-restores.ts';

export interface RecoverOptions {
  /** Seconds since 1970; without it the last second that can be brought back. */
  readonly at?: number;
  readonly engines: readonly string[];
  /** Only says what it would do. */
  readonly dryRun: boolean;
  /** Goes on where something would be replaced. */
  readonly replace: boolean;
}

export interface Phase {
  readonly phase: string;
  readonly seconds: number;
  readonly detail: string;
}

type Say = (line: string) => void;

interface RepositoryAnswer {
  readonly name: string;
  readonly state: string;
  readonly reason: { readonly code: string; readonly detail: string } | null;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly page: { readonly nextCursor: string | null };
}

interface ScanAnswer {
  readonly backups: number;
  readonly added: number;
  readonly unreadable: readonly string[];
}

interface RestoreAnswer {
  readonly documents: number;
  readonly oplogEntries: number;
  readonly namespaces: readonly { readonly target: string; readonly replaces: boolean }[];
  readonly phases: readonly { readonly phase: string; readonly seconds: number }[];
  readonly warnings?: readonly string[];
}

const NAMED = 5;
const PAGE = 1000;

/**
 * Brings the system back onto the engines that a backup-service was started on, from the repositories that it knows: rebuilds the
 * catalogue, chooses, plans, restores. @returns the phases in their order
 * @throws Error that says what to do; nothing is changed before the plan is known
 */
export async function recover(api: RestClient, options: RecoverOptions, say: Say): Promise<Phase[]> {
  const phases: Phase[] = [];
  const timed = async <T>(phase: string, action: () => Promise<T>, detailOf: (answer: T) => string): Promise<T> => {
    const began = systemClock.monotonicMs();
    const answer = await action();
    const done = { phase, seconds: (systemClock.monotonicMs() - began) / 1_000, detail: detailOf(answer) };
    phases.push(done);
    say(`${phase}: ${done.seconds.toFixed(1)} s${done.detail ? `, ${done.detail}` : ''}`);
    return answer;
  };
  await timed(
    'catalogue',
    () => rebuildCatalogue(api, say),
    (backups) => `${backups} backups`,
  );
  const choice = await choose(api, options);
  for (const note of choice.notes) say(`note: ${note}`);
  for (const { backupId, engines } of choice.restores)
    for (const engine of engines) say(`${engine} comes back as of ${choice.times[engine]}, from ${backupId}`);
  await timed(
    'plan',
    () => plan(api, choice, options),
    (namespaces) => `${namespaces} namespaces`,
  );
  if (options.dryRun) return phases;
  for (const restore of choice.restores) {
    const began = systemClock.monotonicMs();
    const { phases: parts, documents, oplogEntries, warnings = [] } = await runRestore(api, restore, say);
    const restored = parts.reduce((sum, { seconds }) => sum + seconds, 0);
    const others = (systemClock.monotonicMs() - began) / 1_000 - restored;
    phases.push({
      phase: 'check',
      seconds: Math.max(0, others),
      detail: 'what is in the backup, before anything is replaced',
    });
    for (const { phase, seconds } of parts) phases.push({ phase, seconds, detail: `from ${restore.backupId}` });
    for (const warning of warnings) say(`warning: ${warning}`);
    say(`${restore.backupId} is restored: ${documents} documents and keys, ${oplogEntries} operations of the oplog`);
  }
  return phases;
}

/** From every repository that can be read. @returns how many backups they hold */
async function rebuildCatalogue(api: RestClient, say: Say): Promise<number> {
  const { items } = await api.get<{ items: RepositoryAnswer[] }>('/api/v1/repositories');
  let backups = 0;
  for (const { name, state, reason } of items) {
    if (state === 'unreachable') {
      say(`warning: the repository ${name} cannot be opened: ${reason?.code} ${reason?.detail}`);
      continue;
    }
    if (state === 'damaged') say(`warning: the repository ${name} is damaged: ${reason?.code} ${reason?.detail}`);
    if (state === 'owned-by-another')
      say(
        `the repository ${name} belongs to another cluster: it is only read. To write into it, BACKUP_TAKE_OVER=true`,
      );
    const { id } = await api.post<JobAnswer>(`/api/v1/repositories/${name}/scan`, {});
    const scanned = (await waitForJob(api, id, { mayBeDegraded: true })).result as unknown as ScanAnswer;
    for (const lost of scanned.unreadable) say(`warning: the backup ${lost} of ${name} cannot be read`);
    backups += scanned.backups;
  }
  return backups;
}

async function choose(api: RestClient, { engines, at, replace }: RecoverOptions): Promise<Choice> {
  const all = await listAll<ListedBackup>(api, '/backups');
  const { items: windows } = await api.get<{ items: ListedWindow[] }>('/api/v1/recovery-windows');
  const own = replace ? [] : await listAll<JobAnswer>(api, '/api/v1/jobs');
  const { stored, leftOut } = withoutOwn({ backups: all, windows }, new Set(own.map(({ id }) => id)));
  if (stored.backups.length === 0 && leftOut > 0) {
    throw new Error(
      `all ${leftOut} backups were made by this very cluster; recovery is for new, empty engines (--replace counts them)`,
    );
  }
  const { notes, ...choice } = chooseRestores(stored, engines, at);
  const records = recordsLeft(stored.backups, choice.restores);
  return {
    ...choice,
    notes: [
      ...notes,
      ...(leftOut > 0
        ? [`${leftOut} backups that this cluster made of its new engines do not count (--replace counts them)`]
        : []),
      ...(records.length > 0
        ? [`${records.join(' and ')} stay in the backup: restore them by name, beside the new ones (renames)`]
        : []),
    ],
  };
}

async function listAll<T>(api: RestClient, path: string): Promise<T[]> {
  const found: T[] = [];
  let query = '';
  for (;;) {
    const { items, page } = await api.get<Page<T>>(`${path}?limit=${PAGE}${query}`);
    found.push(...items);
    if (page.nextCursor === null) return found;
    query = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

/** @returns how many namespaces come back @throws Error where something would be replaced, and nobody said so */
async function plan(api: RestClient, { restores }: Choice, { replace }: RecoverOptions): Promise<number> {
  let planned = 0;
  const replaced: string[] = [];
  for (const restore of restores) {
    const { id } = await api.post<JobAnswer>('/api/v1/restores', { ...restore, dryRun: true });
    const { namespaces } = (await waitForJob(api, id)).result as unknown as RestoreAnswer;
    planned += namespaces.length;
    replaced.push(...namespaces.filter((one) => one.replaces).map(({ target }) => target));
  }
  if (replaced.length > 0 && !replace) {
    const names = replaced.slice(0, NAMED).join(', ') + (replaced.length > NAMED ? ', …' : '');
    throw new Error(`the engines are not empty: ${names} would be replaced. If that is meant, --replace`);
  }
  return planned;
}

async function runRestore(api: RestClient, restore: RestoreBody, say: Say): Promise<RestoreAnswer> {
  const { id } = await api.post<JobAnswer>('/api/v1/restores', restore);
  say(`the restore is the job ${id}`);
  let phase = '';
  const began = systemClock.monotonicMs();
  const onProgress = ({ progress }: JobAnswer): void => {
    if (!progress || progress.phase === phase) return;
    phase = progress.phase;
    say(`  ${((systemClock.monotonicMs() - began) / 1_000).toFixed(1)} s: ${phase}`);
  };
  return (await waitForJob(api, id, { onProgress })).result as unknown as RestoreAnswer;
}

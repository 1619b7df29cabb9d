/** What of a backup the choice needs; REST has it. */
export interface ListedBackup {
  readonly id: string;
  readonly jobId: string | null;
  readonly engines: readonly string[];
  /** RFC 3339. */
  readonly consistentAt: string | null;
  readonly isDegraded: boolean;
  readonly importedFrom: string | null;
  /** `database.collection`. */
  readonly namespaces?: readonly string[];
}

/** Each second from `start` to the one before `end` can be brought back. */
export interface ListedWindow {
  readonly start: { readonly clusterTime: { readonly t: number } };
  readonly end: { readonly clusterTime: { readonly t: number } };
  readonly backups: readonly {
    readonly id: string;
    readonly consistentAt: { readonly clusterTime: { readonly t: number } };
  }[];
}

/** Body of POST restores. */
export interface RestoreBody {
  readonly backupId: string;
  readonly engines: readonly string[];
  readonly pointInTime?: string;
}

export interface Choice {
  readonly restores: readonly RestoreBody[];
  /** The second that each engine comes back to, RFC 3339. */
  readonly times: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

export interface Stored {
  readonly backups: readonly ListedBackup[];
  readonly windows: readonly ListedWindow[];
}

const MONGODB = 'mongodb';

/**
 * What brings the system back as of a second: the newest backup of all engines at or before it, with MongoDB moved on to that second
 * where a recovery window holds it. Where that window does not reach back to the backup (a gap lies between), MongoDB comes from a
 * newer one of its own, in a second restore. One restore in all other cases.
 * @param at seconds since 1970; without it the last second that can be brought back
 * @throws Error where there is no such backup, with the nearest one
 */
export function chooseRestores(stored: Stored, engines: readonly string[], at?: number): Choice {
  const target = at ?? latestSecond(stored);
  const notes: string[] = [];
  const base = newestBackup(stored.backups, engines, target, notes);
  const moment = secondOf(base);
  const others = engines.filter((engine) => engine !== MONGODB);
  const times = Object.fromEntries(engines.map((engine) => [engine, toRfc3339(moment)]));
  if (!engines.includes(MONGODB)) return { restores: [{ backupId: base.id, engines }], times, notes };

  const window = stored.windows.findLast(
    ({ start, end }) => start.clusterTime.t <= target && target < end.clusterTime.t,
  );
  if (!window) {
    if (moment < target)
      notes.push(
        `no recovery window holds ${toRfc3339(target)}: MongoDB comes back as of ${toRfc3339(moment)}, ${target - moment} s before it`,
      );
    return { restores: [{ backupId: base.id, engines }], times, notes };
  }
  const pointInTime = toRfc3339(target);
  const movedOn = { ...times, [MONGODB]: pointInTime };
  if (window.backups.some(({ id }) => id === base.id))
    return { restores: [{ backupId: base.id, engines, pointInTime }], times: movedOn, notes };

  const begin = window.backups.findLast(({ consistentAt }) => consistentAt.clusterTime.t <= target);
  if (!begin) return { restores: [{ backupId: base.id, engines }], times, notes };
  notes.push(`the oplog has a gap after ${base.id}: MongoDB comes from ${begin.id}, which lies after it`);
  const restores: RestoreBody[] = [{ backupId: begin.id, engines: [MONGODB], pointInTime }];
  if (others.length > 0) restores.push({ backupId: base.id, engines: others });
  return { restores, times: movedOn, notes };
}

/**
 * Without what this cluster has made itself: while its engines are new and empty, by its schedule for example, that is a backup of nothing,
 * and newer than all that was lost. @param jobs ids of the jobs that this cluster knows
 */
export function withoutOwn(
  { backups, windows }: Stored,
  jobs: ReadonlySet<string>,
): { stored: Stored; leftOut: number } {
  const isOwn = ({ jobId }: ListedBackup): boolean => jobId !== null && jobs.has(jobId);
  const own = new Set(backups.filter(isOwn).map(({ id }) => id));
  const foreign = windows.map((one) => ({ ...one, backups: one.backups.filter(({ id }) => !own.has(id)) }));
  return {
    stored: {
      backups: backups.filter(({ id }) => !own.has(id)),
      windows: foreign.filter((one) => one.backups.length > 0),
    },
    leftOut: own.size,
  };
}

/** What a restore in place leaves as it is in the new cluster: the former one's records come back only by name. */
export function recordsLeft(backups: readonly ListedBackup[], restores: readonly RestoreBody[]): string[] {
  const ids = restores.filter(({ engines }) => engines.includes(MONGODB)).map(({ backupId }) => backupId);
  const names = backups.filter(({ id }) => ids.includes(id)).flatMap(({ namespaces = [] }) => namespaces);
  return names.filter((name) => /^[^.]+\.(audit_logs|alerts)$/.test(name));
}

/** Seconds since 1970 as RFC 3339, UTC. */
export function toRfc3339(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}

function latestSecond({ backups, windows }: Stored): number {
  // The second of a window's end is complete once the window has gone beyond it.
  const ends = windows.map(({ end }) => end.clusterTime.t - 1);
  return Math.max(...ends, ...backups.map(secondOf));
}

function newestBackup(
  backups: readonly ListedBackup[],
  engines: readonly string[],
  target: number,
  notes: string[],
): ListedBackup {
  const holding = backups
    .filter((backup) => backup.consistentAt !== null && engines.every((engine) => backup.engines.includes(engine)))
    .sort((a, b) => secondOf(b) - secondOf(a));
  const before = holding.filter((backup) => secondOf(backup) <= target);
  const complete = before.find(({ isDegraded, importedFrom }) => !isDegraded && importedFrom === null);
  const found = complete ?? before.find(({ importedFrom }) => importedFrom === null) ?? before[0];
  if (found) {
    if (found.isDegraded) notes.push(`${found.id} is degraded: a part of what was asked for is not in it`);
    return found;
  }
  const oldest = holding.at(-1);
  if (oldest) {
    const nearest = toRfc3339(secondOf(oldest));
    throw new Error(`no backup is as old as ${toRfc3339(target)}: the oldest is of ${nearest} (--time ${nearest})`);
  }
  if (backups.length === 0) throw new Error('the repository holds no backup');
  const held = [...new Set(backups.flatMap((backup) => backup.engines))].join(', ');
  throw new Error(`no backup holds ${engines.join(', ')} together; there are backups of ${held} (--engines)`);
}

function secondOf({ consistentAt }: ListedBackup): number {
  return Math.floor(Date.parse(consistentAt ?? '1970-01-01T00:00:00Z') / 1_000);
}

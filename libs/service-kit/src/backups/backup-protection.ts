import type { Backup } from '@lucid/models/main/backups';

/** What retention counts together among the backups of one repository: those of one schedule, or all that were made on demand. */
export function groupOfBackup({ schedule_id }: Backup): string {
  return schedule_id ?? 'on demand';
}

/** Is it on hold at this time? A hold with an end lifts itself. */
export function isHeld({ hold }: Backup, now: Date): boolean {
  return hold !== null && hold !== undefined && (hold.until === null || hold.until === undefined || hold.until > now);
}

/**
 * The newest of these backups that is known to be good, by verification or by a drill. A look at the manifest alone counts only where
 * none was looked at deeper; undefined where none was verified at all.
 */
export function lastVerified(backups: readonly Backup[]): Backup | undefined {
  const sorted = [...backups].sort(
    (a, b) => b.created_at.getTime() - a.created_at.getTime() || (a._id < b._id ? 1 : -1),
  );
  return sorted.find((backup) => depthOf(backup) === 'deep') ?? sorted.find((backup) => depthOf(backup) !== undefined);
}

function depthOf(backup: Backup): 'manifest' | 'deep' | undefined {
  const { last_verified_at, last_verified_level, last_drilled_at, last_drill_ok } = backup;
  if (last_drilled_at && last_drill_ok) return 'deep';
  if (!last_verified_at) return undefined;
  return last_verified_level === 'manifest' ? 'manifest' : 'deep';
}

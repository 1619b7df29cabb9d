import { AppError } from '@lucid/core/app-error';
import type { Backup } from '@lucid/models/main/backups';
import { groupOfBackup, isHeld, lastVerified } from './backup-protection.ts';

export interface RemovalCircumstances {
  now: Date;
  /** The backups of its repository, itself among them. */
  neighbours: readonly Backup[];
  /** Who holds its lease, if anybody does. */
  inUseBy: string | undefined;
  /** The id once more. */
  confirm: string | undefined;
}

/** The lease that whoever reads a backup holds: while it is held the backup is not removed. */
export function backupLease(backupId: string): string {
  return `backup:${backupId}`;
}

/** Why somebody must not remove this backup now: BACKUP_HELD, BACKUP_LAST_VERIFIED, BACKUP_IN_USE; undefined where he may. */
export function removalRefusal(backup: Backup, circumstances: RemovalCircumstances): AppError | undefined {
  const { now, neighbours, inUseBy, confirm } = circumstances;
  const { _id: id, hold } = backup;
  if (isHeld(backup, now)) return new AppError('BACKUP_HELD', `${id} is on hold: ${hold?.reason ?? ''}`);
  const group = neighbours.filter((other) => groupOfBackup(other) === groupOfBackup(backup));
  if (lastVerified(group)?._id === id && confirm !== id) {
    return new AppError(
      'BACKUP_LAST_VERIFIED',
      `${id} is the last backup of its schedule that was verified; to remove it all the same, add ?confirm=${id}`,
    );
  }
  if (inUseBy !== undefined) return new AppError('BACKUP_IN_USE', `${id} is being read by ${jobOf(inUseBy)}`);
  return undefined;
}

/** The job of a lease's holder, `<jobId>-<run>`. */
export function jobOf(holder: string): string {
  return holder.replace(/-\d+$/, '');
}

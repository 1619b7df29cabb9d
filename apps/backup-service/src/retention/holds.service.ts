import type { SnapshotHold } from '@lucid/archive/holds';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import type { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { backupDelete } from '@lucid/jobs/contracts/backup-delete';
import { backupExpire } from '@lucid/jobs/contracts/backup-expire';
import type { Backup, BackupHold } from '@lucid/models/main/backups';
import { backupLease } from '@lucid/service-kit/backups/backup-removal';
import { getBackup, type BackupView } from '@lucid/service-kit/backups/backup-view';
import { InjectClock, InjectLeases } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Repository } from '@lucid/archive/repository';
import { DEFAULT_REPOSITORY, RepositoriesService } from '../repositories/repositories.service.ts';

export interface HoldRequest {
  reason: string;
  /** Without it the hold lasts until it is lifted. */
  until?: Date;
  heldBy: string;
}

const REMOVERS = [backupDelete, backupExpire].map(({ idPrefix }) => `${idPrefix}_`);
const REMOVAL_PAUSE_MS = 200;
/** The lease of a remover that died is stale by then. */
const REMOVAL_WAIT_MS = 60_000;

/** A hold with an end lifts itself. */
export function isHoldActive({ until }: SnapshotHold, now: Date): boolean {
  return until === null || new Date(until) > now;
}

/** Puts backups on hold: in the repositories, which are the truth, and in the catalogue. */
@Injectable()
export class HoldsService {
  constructor(
    private readonly catalogue: BackupCatalogue,
    private readonly repositories: RepositoriesService,
    @InjectLeases() private readonly leases: MongoLeaseStore,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /**
   * Once it returns nothing removes the backup. A remover looks for the hold while it has the backup's lease: one that looked before
   * the hold was there is waited for, and the backup is looked for again.
   * @throws AppError BACKUP_NOT_FOUND, VALIDATION_FAILED, REPOSITORY_OWNED, BACKUP_IN_USE
   */
  async put(backupId: string, { reason, until, heldBy }: HoldRequest): Promise<BackupView> {
    const heldAt = this.clock.now();
    if (until && until <= heldAt) {
      const errors = [{ pointer: '/until', code: 'PAST', message: 'until must lie in the future' }];
      throw new AppError('VALIDATION_FAILED', 'until must lie in the future', { errors });
    }
    const hold = { reason, until: until?.toISOString() ?? null, heldAt: heldAt.toISOString(), heldBy };
    const repositories = await this.holding(backupId);
    for (const repository of repositories) await repository.holds().put(backupId, hold);
    await this.outlastRemovers(backupId);
    for (const repository of repositories) {
      if (await repository.findCommit(backupId)) continue;
      await repository.holds().lift(backupId);
      throw new AppError('BACKUP_NOT_FOUND', `${backupId} was removed at this moment`);
    }
    await this.catalogue.setHold(backupId, toCatalogue(hold));
    return getBackup(this.catalogue, backupId);
  }

  /** Lifts it; none there is fine. @throws AppError BACKUP_NOT_FOUND, REPOSITORY_OWNED */
  async lift(backupId: string): Promise<BackupView> {
    for (const repository of await this.holding(backupId)) await repository.holds().lift(backupId);
    await this.catalogue.setHold(backupId, null);
    return getBackup(this.catalogue, backupId);
  }

  /** Brings the catalogue in step with the holds of the repository, e.g. when it was rebuilt, and these with each other. */
  async reconcile(repositoryName: string): Promise<void> {
    const holds = await this.repositories.get(repositoryName).holds().list();
    for (const backup of await this.catalogue.ofRepository(repositoryName)) {
      const { _id: id, hold } = backup;
      const kept = holds.get(id);
      if (kept) await this.catalogue.setHold(id, toCatalogue(kept));
      else if (hold && !(await this.isHeldElsewhere(backup, repositoryName))) await this.catalogue.setHold(id, null);
    }
  }

  /**
   * Does another repository have the hold? Then this one gets it too: the backup came here while the hold was put. Where that cannot
   * be found out or done now, the catalogue keeps it.
   */
  private async isHeldElsewhere({ _id: id, repositories = [] }: Backup, repositoryName: string): Promise<boolean> {
    try {
      for (const other of repositories.filter((name) => name !== repositoryName)) {
        const hold = await this.repositories.get(other).holds().find(id);
        if (!hold) continue;
        await this.repositories.get(repositoryName).holds().put(id, hold);
        return true;
      }
      return false;
    } catch (error) {
      if (error instanceof AppError) return true;
      throw error;
    }
  }

  /** Those that hold it now. One that the catalogue names must answer: a copy there would not be on hold. */
  private async holding(backupId: string): Promise<Repository[]> {
    const backup = await this.catalogue.find(backupId);
    if (!backup) throw notFound(backupId);
    const listed = backup.repositories ?? [backup.repository ?? DEFAULT_REPOSITORY];
    const found: Repository[] = [];
    for (const name of new Set([...listed, ...this.repositories.names()])) {
      const repository = this.repositories.get(name);
      if (await repository.findCommit(backupId)) found.push(repository);
    }
    if (found.length === 0) throw notFound(backupId);
    return found;
  }

  private async outlastRemovers(backupId: string): Promise<void> {
    const resource = backupLease(backupId);
    const untilMs = this.clock.monotonicMs() + REMOVAL_WAIT_MS;
    for (;;) {
      const holder = (await this.leases.held(resource)).get(resource);
      if (holder === undefined || !REMOVERS.some((prefix) => holder.startsWith(prefix))) return;
      if (this.clock.monotonicMs() > untilMs) throw new AppError('BACKUP_IN_USE', `${backupId} is being removed`);
      await this.clock.sleep(REMOVAL_PAUSE_MS);
    }
  }
}

function notFound(backupId: string): AppError {
  return new AppError('BACKUP_NOT_FOUND', `there is no backup ${backupId.slice(0, 100)}`);
}

function toCatalogue({ reason, until, heldAt, heldBy }: SnapshotHold): BackupHold {
  return {
    reason,
    until: until === null ? null : new Date(until),
    held_at: new Date(heldAt === '' ? 0 : heldAt),
    held_by: heldBy === '' ? 'unknown' : heldBy,
  };
}

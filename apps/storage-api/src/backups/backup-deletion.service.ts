import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import type { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { backupLease, removalRefusal } from '@lucid/service-kit/backups/backup-removal';
import { InjectClock, InjectLeases } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { BackupDeletionPlan } from './backups.dto.ts';

/** Says whether a backup may be removed now. The job that removes it asks once more. */
@Injectable()
export class BackupDeletion {
  constructor(
    private readonly catalogue: BackupCatalogue,
    @InjectLeases() private readonly leases: MongoLeaseStore,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError BACKUP_NOT_FOUND, BACKUP_HELD, BACKUP_LAST_VERIFIED, BACKUP_IN_USE */
  async plan(backupId: string, confirm: string | undefined): Promise<BackupDeletionPlan> {
    const backup = await this.catalogue.find(backupId);
    if (!backup) throw new AppError('BACKUP_NOT_FOUND', `there is no backup ${backupId.slice(0, 100)}`);
    const { repository = 'default', repositories = [repository], stored_bytes: storedBytes = 0 } = backup;
    const neighbours = await this.catalogue.ofRepository(repository);
    const lease = backupLease(backupId);
    const inUseBy = (await this.leases.held(lease)).get(lease);
    const refusal = removalRefusal(backup, { now: this.clock.now(), neighbours, inUseBy, confirm });
    if (refusal) throw refusal;
    const isOnly = neighbours.length <= 1;
    return { backupId, createdAt: backup.created_at, repositories, storedBytes, isOnly };
  }
}

import type { SnapshotAssurance } from '@lucid/archive/assurances';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { BackupCopyState } from '@lucid/models/main/backups';
import { InjectClock, InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { StoredBackup } from '../backups/stored-backups.service.ts';

type Copy = Pick<StoredBackup, 'repository' | 'repositoryName'> & { readonly backupId: string };

/**
 * Keeps what verifications and drills find out about a copy: in the catalogue, and signed in the repository itself, from where a scan
 * brings it back. To be called under the lease of the backup. A repository that cannot be written (another cluster's, or where data may not
 * go) has it in the catalogue alone.
 */
@Injectable()
export class AssuranceRecords {
  constructor(
    private readonly catalogue: BackupCatalogue,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /** @returns the time that was noted */
  async verified(copy: Copy, level: string): Promise<Date> {
    const now = this.clock.now();
    await this.note(copy, { verifiedAt: now.toISOString(), verifiedLevel: level });
    return now;
  }

  /** What was verified once is damaged now: this copy is not a verified one any more. */
  async damaged(copy: Copy): Promise<void> {
    await this.note(copy, { verifiedAt: null, verifiedLevel: null });
  }

  /** @param seconds how long its restore took; null where it did not come to its end */
  async drilled(copy: Copy, isOk: boolean, seconds: number | null): Promise<void> {
    const drilledAt = this.clock.now().toISOString();
    await this.note(copy, { drilledAt, drillOk: isOk, drillSeconds: seconds });
  }

  private async note(
    { repository, repositoryName, backupId }: Copy,
    changes: Partial<SnapshotAssurance>,
  ): Promise<void> {
    await this.catalogue.noteCopy(backupId, repositoryName, toCopyState(changes));
    try {
      await repository.assurances().change(backupId, changes);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.logger.warn(
        { err: error, backupId, repository: repositoryName },
        'what was found out is in the catalogue alone',
      );
    }
  }
}

/** As the catalogue has it; what is left out is left out. */
export function toCopyState(found: Partial<SnapshotAssurance>): Omit<BackupCopyState, 'repository'> {
  const { verifiedAt, verifiedLevel, drilledAt, drillOk, drillSeconds } = found;
  return {
    ...(verifiedAt !== undefined && { last_verified_at: verifiedAt === null ? null : new Date(verifiedAt) }),
    ...(verifiedLevel !== undefined && { last_verified_level: verifiedLevel }),
    ...(drilledAt !== undefined && { last_drilled_at: drilledAt === null ? null : new Date(drilledAt) }),
    ...(drillOk !== undefined && { last_drill_ok: drillOk }),
    ...(drillSeconds !== undefined && { last_drill_seconds: drillSeconds }),
  };
}

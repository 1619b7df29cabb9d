import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { BackupDeletePayload, BackupDeleteResult } from '@lucid/jobs/contracts/backup-delete';
import type { JobContext } from '@lucid/jobs/job-handler';
import { removalRefusal } from '@lucid/service-kit/backups/backup-removal';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { DEFAULT_REPOSITORY, RepositoriesService } from '../repositories/repositories.service.ts';
import { BackupRemoval } from './backup-removal.service.ts';

/** Removes one backup from every repository that holds it. A second time it finds nothing, and that is fine. */
@Injectable()
export class DeleteBackupFlow {
  constructor(
    private readonly catalogue: BackupCatalogue,
    private readonly repositories: RepositoriesService,
    private readonly removal: BackupRemoval,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError BACKUP_HELD, BACKUP_LAST_VERIFIED; LEASE_HELD lets the job wait while it is in use or its repository is */
  async run(context: JobContext<BackupDeletePayload>): Promise<BackupDeleteResult> {
    const { backupId } = context.payload;
    await this.assertRemovable(context.payload);
    const names = await this.holding(backupId);
    for (const name of names) await context.acquire(`repository:${name}`);
    for (const name of names) {
      context.signal.throwIfAborted();
      const obstacle = await this.removal.remove(context, name, backupId);
      if (obstacle?.startsWith('held: ')) throw new AppError('BACKUP_HELD', `${backupId} is on hold; ${obstacle}`);
      if (obstacle !== undefined) throw new AppError('LEASE_HELD', `${backupId} is ${obstacle}`);
    }
    // What no repository has is not to be listed either.
    await this.catalogue.remove(backupId);
    return { backupId, repositories: names };
  }

  /** As the route did: since then it may have been put on hold, or the other one that was verified may have gone. */
  private async assertRemovable({ backupId, confirm }: BackupDeletePayload): Promise<void> {
    const backup = await this.catalogue.find(backupId);
    if (!backup) return;
    const neighbours = await this.catalogue.ofRepository(backup.repository ?? DEFAULT_REPOSITORY);
    const refusal = removalRefusal(backup, { now: this.clock.now(), neighbours, inUseBy: undefined, confirm });
    if (refusal) throw refusal;
  }

  /** Sorted, as whoever takes several leases must. One that the catalogue names must answer: what is there would stay. */
  private async holding(backupId: string): Promise<string[]> {
    const backup = await this.catalogue.find(backupId);
    const names = new Set([...(backup?.repositories ?? []), ...this.repositories.names()]);
    const holding: string[] = [];
    for (const name of [...names].sort()) {
      if (await this.repositories.get(name).findCommit(backupId)) holding.push(name);
    }
    return holding;
  }
}

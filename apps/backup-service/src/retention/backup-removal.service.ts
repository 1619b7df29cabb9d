import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Lease, LeaseStore } from '@lucid/core/lease';
import type { JobContext } from '@lucid/jobs/job-handler';
import { leaseHolder } from '@lucid/jobs/job-relay';
import { AuditService } from '@lucid/service-kit/audit/audit.service';
import { backupLease, jobOf } from '@lucid/service-kit/backups/backup-removal';
import { SERVICE_IDENTITY, type ServiceIdentity } from '@lucid/service-kit/service-identity';
import { InjectClock, InjectLeases } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import { isHoldActive } from './holds.service.ts';

/**
 * Removes a backup from one repository: its lease, a look at the hold in the repository itself, COMMIT, the rest, the audit trail,
 * the catalogue. May run again after it died anywhere.
 */
@Injectable()
export class BackupRemoval {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly catalogue: BackupCatalogue,
    private readonly audit: AuditService,
    @Inject(SERVICE_IDENTITY) private readonly service: ServiceIdentity,
    @InjectLeases() private readonly leases: LeaseStore,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /**
   * Undefined once it is gone, or why it stays for now: it is in use, or on hold.
   * @throws AppError REPOSITORY_OWNED, LEASE_LOST, MONGODB_UNAVAILABLE
   */
  async remove(context: JobContext, repositoryName: string, backupId: string): Promise<string | undefined> {
    const lease = await this.acquire(context, backupId);
    if (typeof lease === 'string') return lease;
    try {
      const repository = this.repositories.get(repositoryName);
      // The catalogue may not know of it; whoever puts a hold waits until this lease is free.
      const hold = await repository.holds().find(backupId);
      if (hold && isHoldActive(hold, this.clock.now())) return `held: ${hold.reason}`;
      await context.assertHeld();
      await lease.assertHeld();
      await repository.removeSnapshot(backupId);
      await this.record(context, repositoryName, backupId);
      await this.catalogue.removeFrom(backupId, repositoryName);
      await repository.holds().lift(backupId);
      return undefined;
    } finally {
      await lease.release();
    }
  }

  private async acquire({ job }: JobContext, backupId: string): Promise<Lease | string> {
    try {
      return await this.leases.acquire(backupLease(backupId), leaseHolder(job.id, job.runs));
    } catch (error) {
      if (!isAppError(error, 'LEASE_HELD')) throw error;
      return `in use: ${jobOf(error.message)}`;
    }
  }

  private async record({ job }: JobContext, repositoryName: string, backupId: string): Promise<void> {
    await this.audit.record({
      at: this.clock.now(),
      ...{ actor: job.actor.id, role: job.actor.role, action: `JOB ${job.name}` },
      resource: `/api/v1/repositories/${repositoryName}/backups/${backupId}`,
      ...{ outcome: 'succeeded', status: 200, code: null },
      ...{ correlation_id: job.correlationId, service: this.service.name },
    });
  }
}

import { type AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { LEASE_HEARTBEAT_MS, type LeaseStore } from '@lucid/core/lease';
import type { Logger } from '@lucid/core/logger';
import { currentContext } from '@lucid/core/request-context';
import { leaseHolder } from '@lucid/jobs/job-relay';
import { randomText } from '@lucid/models/ids';
import type { AuditEntry } from '@lucid/service-kit/audit/audit.repository';
import { AuditService } from '@lucid/service-kit/audit/audit.service';
import { toEngineError } from '@lucid/service-kit/http/engine-errors';
import { SERVICE_IDENTITY, type ServiceIdentity } from '@lucid/service-kit/service-identity';
import { InjectClock, InjectLeases, InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';

/** Held by whoever changes members or shards: one at a time in the whole cluster. */
export const CLUSTER_LEASE = 'cluster-configuration';

export interface ClusterChange {
  /** For the audit trail, e.g. `replica-set.remove-member`. */
  action: string;
  /** What it changes, e.g. `replica-set/members/host:port`. */
  resource: string;
  /** The run of a job, as its other leases name it: when its worker dies this one is freed with them. */
  run?: { id: string; runs: number };
}

export interface HeldLease {
  /** To be called right before a change. @throws AppError LEASE_LOST */
  assertHeld(): Promise<void>;
}

/** Runs changes of the cluster's own configuration one after the other, and writes each into the audit trail with its outcome. */
@Injectable()
export class ClusterChanges {
  constructor(
    private readonly audit: AuditService,
    @InjectLeases() private readonly leases: LeaseStore,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
    @Inject(SERVICE_IDENTITY) private readonly service: ServiceIdentity,
  ) {}

  /** @throws AppError LEASE_HELD while another change runs, and whatever `work` throws */
  async run<T>(change: ClusterChange, work: (lease: HeldLease) => Promise<T>): Promise<T> {
    const { run } = change;
    // Whoever comes second is told what runs, and where.
    const own = `${change.action} on ${this.service.instance}#${randomText(8)}`;
    const holder = run ? leaseHolder(run.id, run.runs) : own;
    const lease = await this.leases.acquire(CLUSTER_LEASE, holder);
    let lost: AppError | undefined;
    const stopBeating = this.clock.every(LEASE_HEARTBEAT_MS, () => {
      // Without a primary there is no heartbeat for a moment; only a lease that somebody else took is lost.
      lease.heartbeat().catch((error: unknown) => {
        if (isAppError(error, 'LEASE_LOST')) lost = error;
        else this.logger.warn({ err: error }, 'the lease on the cluster could not be renewed; it is tried again');
      });
    });
    const assertHeld = async (): Promise<void> => {
      if (lost) throw lost;
      await lease.assertHeld();
    };
    try {
      const result = await work({ assertHeld });
      await this.record(change, undefined);
      return result;
    } catch (error) {
      await this.record(change, error);
      throw error;
    } finally {
      stopBeating();
      await lease.release().catch((error: unknown) => this.logger.warn({ err: error }, 'the lease expires by itself'));
    }
  }

  private async record({ action, resource }: ClusterChange, thrown: unknown): Promise<void> {
    const { actor, correlationId = 'none' } = currentContext() ?? {};
    await this.audit.record({
      at: this.clock.now(),
      ...{ actor: actor?.id ?? 'system', role: actor?.role ?? 'none', action, resource },
      ...outcomeOf(thrown),
      correlation_id: correlationId,
      service: this.service.name,
    });
  }
}

function outcomeOf(thrown: unknown): Pick<AuditEntry, 'status' | 'outcome' | 'code'> {
  if (thrown === undefined) return { status: 200, outcome: 'succeeded', code: null };
  const error = isAppError(thrown) ? thrown : toEngineError(thrown);
  const { status, code } = error ?? { status: 500, code: 'INTERNAL' };
  return { status, outcome: status < 500 ? 'refused' : 'failed', code };
}

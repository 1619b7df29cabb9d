import type { Clock } from '@lucid/core/clock';
import type { BackupExpirePayload, BackupExpireResult, ExpiredBackup } from '@lucid/jobs/contracts/backup-expire';
import type { JobContext } from '@lucid/jobs/job-handler';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { DEFAULT_REPOSITORY } from '../repositories/repositories.service.ts';
import { BackupRemoval } from './backup-removal.service.ts';
import { HoldsService } from './holds.service.ts';
import { RetentionService } from './retention.service.ts';

const MOST_NAMED = 1_000;

/** Removes from one repository what the rules no longer keep, the oldest first. What it did before it died stays done. */
@Injectable()
export class ExpireBackupsFlow {
  constructor(
    private readonly retention: RetentionService,
    private readonly holds: HoldsService,
    private readonly removal: BackupRemoval,
    @InjectClock() private readonly clock: Clock,
  ) {}

  async run(context: JobContext<BackupExpirePayload>): Promise<BackupExpireResult> {
    const { repository = DEFAULT_REPOSITORY } = context.payload;
    const startedAt = this.clock.now().toISOString();
    await this.holds.reconcile(repository);
    const { decisions } = await this.retention.decide(repository);
    const expired = decisions.filter(({ keep }) => !keep).toReversed();
    const removed: ExpiredBackup[] = [];
    const postponed: ExpiredBackup[] = [];
    for (const { backupId, reasons } of expired) {
      context.signal.throwIfAborted();
      context.progress({ phase: 'expire', done: removed.length, total: expired.length, unit: 'backups' });
      const obstacle = await this.removal.remove(context, repository, backupId);
      if (obstacle === undefined) removed.push({ backupId, reason: reasons.join(', ') });
      else postponed.push({ backupId, reason: obstacle });
    }
    if (removed.length > 0) context.logger.info({ repository, removed: removed.length }, 'expired backups removed');
    return {
      repository,
      examined: decisions.length,
      kept: decisions.length - expired.length,
      removed: removed.slice(0, MOST_NAMED),
      removedCount: removed.length,
      postponed: postponed.slice(0, MOST_NAMED),
      startedAt,
      finishedAt: this.clock.now().toISOString(),
    };
  }
}

import type { SliceLog, SliceRange } from '@lucid/archive/slice-types';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { InjectClock, InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import type { ClusterTime } from '../captures/mongodb/manifest.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { RecoveryGapsService } from './recovery-gaps.service.ts';
import { RecoveryWindowsService } from './recovery-windows.service.ts';
import { expireSlices, keepFromOf } from './slice-expiry.ts';
import { SliceReplicas } from './slice-replicas.service.ts';

const EVERY_MS = 3_600_000;
/** While the backup after a gap is not there yet: it may have failed, and is asked for again. */
const UNSETTLED_MS = 60_000;
/** The figure for a Pi (MONGO_OPLOG_SIZE=128): minutes under load, and every pause of this service longer than that is a gap. */
const SMALL_OPLOG_BYTES = 128 * 1_048_576;

/** What goes along with the capture: gaps are made known, and slices that nothing needs any more are removed. */
@Injectable()
export class SliceUpkeep {
  /** Monotonic; undefined before the first look. */
  private nextLookMs: number | undefined;
  private expireMs = 0;
  /** When the replicas are compared with the log again, whatever was stored: another worker may have stored slices too. */
  private compareMs = 0;

  constructor(
    private readonly gaps: RecoveryGapsService,
    private readonly windows: RecoveryWindowsService,
    private readonly replicas: SliceReplicas,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /** @throws as `RecoveryGapsService.record` */
  record(log: SliceLog, broken: { end: ClusterTime; next: ClusterTime; reason: string }): Promise<void> {
    return this.gaps.record(log, broken);
  }

  /**
   * At the start, and every hour; every minute while a gap waits for its backup. Nothing in it is worth an interruption of the capture: it is done again.
   * @param stored the slice that is new; undefined where the capture begins
   */
  async afterSlice(log: SliceLog, stored: SliceRange | undefined, oplogLimitBytes: number | undefined): Promise<void> {
    const now = this.clock.monotonicMs();
    this.follow(log, stored, now);
    const isFirst = this.nextLookMs === undefined;
    if (this.nextLookMs !== undefined && now < this.nextLookMs) return;
    this.nextLookMs = now + EVERY_MS;
    if (isFirst) this.expireMs = now + EVERY_MS;
    if (isFirst && oplogLimitBytes !== undefined) this.warnOfSmallOplog(oplogLimitBytes);
    try {
      const { backups, isComplete } = await this.windows.look();
      if (!(await this.gaps.settle(log, backups))) this.nextLookMs = now + UNSETTLED_MS;
      // At the start the catalogue may still be read from the repositories; what a backup needs is known when all are known.
      if (now < this.expireMs || !isComplete) return;
      this.expireMs = now + EVERY_MS;
      const newest = (await log.list()).at(-1)?.to;
      const keepFrom = keepFromOf(this.clock.now(), newest, this.config.pitrRetentionDays);
      let removed = 0;
      for (const one of [log, ...this.replicas.logsOf(log)]) removed += await expireSlices(one, backups, keepFrom);
      if (removed > 0) this.logger.info({ removed }, 'oplog slices expired');
    } catch (error) {
      this.logger.warn({ err: error }, 'old oplog slices could not be looked through; it is tried again in an hour');
    }
  }

  private follow(log: SliceLog, stored: SliceRange | undefined, now: number): void {
    const isCompared = stored !== undefined && now < this.compareMs;
    if (!isCompared) this.compareMs = now + EVERY_MS;
    this.replicas.follow(log, isCompared ? stored : undefined);
  }

  private warnOfSmallOplog(oplogLimitBytes: number): void {
    if (oplogLimitBytes > SMALL_OPLOG_BYTES) return;
    this.logger.warn(
      { oplogLimitBytes },
      'the oplog is small for point-in-time recovery: each pause of backup-service can become a gap; raise MONGO_OPLOG_SIZE',
    );
  }
}

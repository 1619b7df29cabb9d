import type { SliceGap, SliceLog } from '@lucid/archive/slice-types';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { JobService } from '@lucid/jobs/job-service';
import type { Alert } from '@lucid/models/main/alerts';
import { InjectClock, InjectLogger, InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import type { Db, Timestamp } from 'mongodb';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import { toClusterTime } from '../captures/mongodb/reading-member.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import type { BaseBackup } from './recovery-window.ts';
import { requestGapBackup } from './gap-backup.ts';
import { GAP_PREFIX, gapIdAfter } from './slice-chains.ts';

/** How the id of a gap ends that a restore in place makes before it replaces anything. */
const BEGINS = '-begins';

/** A restore as the recovery windows see it. */
export interface NotedRestore {
  /** Of the job; the same in each attempt. */
  readonly restoreId: string;
  /** Does it replace what it was taken from? Beside the original it leaves the windows as they are. */
  readonly isInPlace: boolean;
}

/**
 * What ends a recovery window: a gap in the oplog, or a restore in place. Each is an object in the repository before anything
 * else; then an alert (of a gap), and the request for a full backup, with which the next window begins. All of it may run twice.
 */
@Injectable()
export class RecoveryGapsService {
  constructor(
    private readonly repositories: RepositoriesService,
    @InjectMainDatabase() private readonly database: Db,
    private readonly jobs: JobService,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /** The capture cannot go on from `end`; what it stores next comes after `next`. @throws AppError REPOSITORY_OWNED … */
  async record(log: SliceLog, broken: { end: ClusterTime; next: ClusterTime; reason: string }): Promise<void> {
    const { end, next, reason } = broken;
    // After a rollback the new chain begins before the end of the old one; what lies in both is of neither.
    const [from, to] = compareClusterTimes(end, next) <= 0 ? [end, next] : [next, end];
    const gap = { id: gapIdAfter(end), from, to, reason, foundAt: this.clock.now().toISOString() };
    await log.addGap(gap);
    await this.announce(log.stream, gap);
  }

  /**
   * Alert and request again, where the newest gap (or the end of a restore in place) has no full backup after it: the process may have died in
   * between, or the backup failed. @returns false while it has none
   */
  async settle(log: SliceLog, backups: readonly BaseBackup[]): Promise<boolean> {
    const gaps = (await log.listGaps()).filter(({ id }) => !id.endsWith(BEGINS));
    const newest = gaps.sort((a, b) => compareClusterTimes(a.to, b.to)).at(-1);
    const isOver = backups.some(
      ({ stream, tend }) => stream === log.stream && newest && compareClusterTimes(tend, newest.to) >= 0,
    );
    if (!newest || isOver) return true;
    if (newest.id.startsWith(GAP_PREFIX)) await this.announce(log.stream, newest);
    else await this.requestBackup(newest.id);
    return false;
  }

  /**
   * Parts what was before from what comes now: no restore goes from a backup before this moment to a time after it. Requests
   * a full backup. @param id the same again does nothing. @throws AppError REPOSITORY_OWNED, MONGODB_UNAVAILABLE
   */
  async closeWindow(reason: string, id?: string): Promise<void> {
    const gapId = await this.divide(reason, id);
    if (gapId !== undefined) await this.requestBackup(gapId);
  }

  /**
   * Call it before a restore replaces anything live (`begins`), and after (`ended`): only then a full backup is requested. Never
   * throws.
   */
  async noteRestore({ restoreId, isInPlace }: NotedRestore, phase: 'begins' | 'ended'): Promise<void> {
    if (!isInPlace) return;
    const id = `restored-${restoreId}-${phase}`.slice(0, 80);
    try {
      const gapId = await this.divide(`The restore ${restoreId} replaced what was there.`, id);
      if (gapId !== undefined && phase === 'ended') await this.requestBackup(gapId);
    } catch (error) {
      // No reason to hold a restore up: one that goes across it later leaves what it made as it is, with a warning.
      this.logger.warn({ err: error, restoreId }, 'the recovery window could not be closed for a restore in place');
    }
  }

  /** @returns undefined where there are no slices that could be divided */
  private async divide(reason: string, id?: string): Promise<string | undefined> {
    const admin = this.database.admin();
    const { config } = await admin.command({ replSetGetConfig: 1 });
    const log = this.repositories.get().slices(String(config.settings.replicaSetId));
    if ((await log.list()).length === 0) return undefined;
    const hello = await admin.command({ hello: 1 }, { readPreference: 'primary' });
    const now = toClusterTime(hello.lastWrite.opTime.ts as Timestamp);
    const gapId = id ?? `closed-${now.t}-${now.i}`;
    await log.addGap({ id: gapId, from: now, to: now, reason, foundAt: this.clock.now().toISOString() });
    return gapId;
  }

  private async announce(stream: string, gap: SliceGap): Promise<void> {
    this.logger.error({ stream, gap }, 'the recovery window has a gap: a full backup is requested');
    const value = { gapId: gap.id, stream, from: gap.from, to: gap.to, reason: gap.reason };
    const alerts = this.database.collection<Alert>('alerts');
    const same = { source: 'backup-service', kind: 'recovery_gap', 'value.gapId': gap.id, 'value.stream': stream };
    const alert = { time: this.clock.now(), source: 'backup-service', kind: 'recovery_gap', value };
    if (!(await alerts.findOne(same))) await alerts.insertOne(alert);
    await this.requestBackup(gap.id);
  }

  private async requestBackup(gapId: string): Promise<void> {
    if (!this.config.backupEnabled) return;
    // By the clock that dates the end of jobs: one of this host that is behind would put the next attempt off.
    const { localTime } = await this.database.command({ hello: 1 });
    await requestGapBackup(this.jobs, gapId, localTime as Date);
  }
}

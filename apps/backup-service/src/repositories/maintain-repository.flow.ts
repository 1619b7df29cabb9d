import { randomInt } from 'node:crypto';
import type { SliceCheck } from '@lucid/archive/copy-slices';
import type { MaintenanceOptions, SnapshotDefect } from '@lucid/archive/maintenance-types';
import { JOBS_COLLECTION } from '@lucid/clients/mongodb/collections';
import type { Clock } from '@lucid/core/clock';
import type {
  DamagedBackup,
  RepositoryCheckPayload,
  RepositoryCheckResult,
} from '@lucid/jobs/contracts/repository-check';
import type {
  RepositoryCollectGarbagePayload,
  RepositoryCollectGarbageResult,
} from '@lucid/jobs/contracts/repository-collect-garbage';
import type { RepositoryRepairPayload, RepositoryRepairResult } from '@lucid/jobs/contracts/repository-repair';
import { degraded, type Degraded, type JobContext } from '@lucid/jobs/job-handler';
import { FINAL_STATES } from '@lucid/jobs/job-record';
import { InjectClock, InjectControlDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Db } from 'mongodb';
import { RepositoriesService } from './repositories.service.ts';

const NAMED = 100;

/** Check, repair and garbage collection of a whole repository, as jobs. */
@Injectable()
export class MaintainRepositoryFlow {
  constructor(
    private readonly repositories: RepositoriesService,
    @InjectControlDatabase() private readonly controlDatabase: Db,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Damage makes the job degraded, never a success; the last check is kept with the repository. */
  async check(
    context: JobContext<RepositoryCheckPayload>,
  ): Promise<RepositoryCheckResult | Degraded<RepositoryCheckResult>> {
    const { repository: name, level = 'ciphertext', sample } = context.payload;
    const repository = await this.repositories.find(name);
    const startedAt = this.clock.now();
    const { signal, onProgress } = progressOf(context);
    const checked = await repository.check({
      level,
      signal,
      onProgress,
      ...(sample !== undefined && { sample: { fraction: sample, seed: randomInt(2 ** 32) } }),
    });
    const slices = level === 'manifest' ? undefined : await repository.checkSlices(signal);
    const finishedAt = this.clock.now();
    const damagedBackups = new Set(checked.damaged.map(({ snapshotId }) => snapshotId)).size;
    await this.repositories.setLastCheck(name, { at: finishedAt, level, damagedBackups, jobId: context.job.id });
    const result: RepositoryCheckResult = {
      repository: name,
      level,
      backups: checked.snapshots,
      chunks: checked.chunks,
      readChunks: checked.readChunks,
      storedBytes: checked.storedBytes,
      missingChunks: checked.missing,
      orphans: checked.orphans,
      damaged: toDamaged(checked.damaged),
      damagedBackups,
      ...toSlices(slices),
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
    };
    const isDamaged = damagedBackups > 0 || result.damagedSlices?.length || result.damagedGaps?.length;
    return isDamaged ? degraded(result) : result;
  }

  /** What stays damaged makes the job degraded. */
  async repair(
    context: JobContext<RepositoryRepairPayload>,
  ): Promise<RepositoryRepairResult | Degraded<RepositoryRepairResult>> {
    const { repository: name, from } = context.payload;
    const repository = await this.repositories.find(name);
    const source = from === undefined ? undefined : await this.repositories.find(from);
    const startedAt = this.clock.now();
    const options = { ...progressOf(context), fencingToken: context.fencingToken };
    const repaired = await repository.repair(options, source);
    // Only a replica has slices that fit: another repository seals its own.
    const replica = source?.id === repository.id ? source : undefined;
    const { repairedSlices, lostSlices, lostGaps = [] } = await repository.repairSlices(replica, context.signal);
    await this.repositories.reinspect(name);
    const result: RepositoryRepairResult = {
      repository: name,
      repairedChunks: repaired.repairedChunks,
      quarantinedChunks: repaired.quarantinedChunks,
      whole: repaired.whole.slice(0, NAMED),
      lost: toDamaged(repaired.lost),
      repairedSlices,
      lostSlices: lostSlices.slice(0, NAMED),
      lostGaps: lostGaps.slice(0, NAMED),
      startedAt: startedAt.toISOString(),
      finishedAt: this.clock.now().toISOString(),
    };
    return repaired.lost.length + lostSlices.length + lostGaps.length > 0 ? degraded(result) : result;
  }

  /** One step; the repository's lease keeps backups into it away meanwhile. */
  async collectGarbage(context: JobContext<RepositoryCollectGarbagePayload>): Promise<RepositoryCollectGarbageResult> {
    const { repository: name, dryRun = false } = context.payload;
    const repository = await this.repositories.find(name);
    const startedAt = this.clock.now();
    const collected = await repository.collectGarbage({
      ...progressOf(context),
      dryRun,
      isAlive: (snapshotId) => this.hasJob(snapshotId),
    });
    const { phase, condemnedChunks, deletedChunks, deletedBytes, keptChunks, waitingFor } = collected;
    return {
      repository: name,
      dryRun,
      ...{ phase, condemnedChunks, deletedChunks, deletedBytes, keptChunks },
      waitingFor: waitingFor.slice(0, NAMED),
      startedAt: startedAt.toISOString(),
      finishedAt: this.clock.now().toISOString(),
    };
  }

  /** Is there a job that writes this backup, or will go on with it? It named the backup in its first step, or was told it. */
  private async hasJob(backupId: string): Promise<boolean> {
    const found = await this.controlDatabase.collection(JOBS_COLLECTION).findOne(
      {
        queue: 'backup-service',
        state: { $nin: [...FINAL_STATES] },
        $or: [{ 'steps.begin.backupId': backupId }, { 'payload.backupId': backupId }],
      },
      { projection: { _id: 1 }, readConcern: { level: 'majority' } },
    );
    return found !== null;
  }
}

function progressOf(context: JobContext): Required<MaintenanceOptions> {
  return {
    assertHeld: () => context.assertHeld(),
    signal: context.signal,
    onProgress: ({ phase, done, total }) =>
      context.progress({ phase, done, total, unit: phase === 'snapshots' ? 'backups' : 'chunks' }),
  };
}

function toSlices(
  checked: SliceCheck = { slices: 0, damaged: [] },
): Required<Pick<RepositoryCheckResult, 'slices' | 'damagedSlices' | 'damagedGaps'>> {
  const { slices, damaged, damagedGaps = [] } = checked;
  return { slices, damagedSlices: damaged.slice(0, NAMED), damagedGaps: damagedGaps.slice(0, NAMED) };
}

function toDamaged(defects: readonly SnapshotDefect[]): DamagedBackup[] {
  return defects.slice(0, NAMED).map(({ snapshotId, code, chunkCount, streams }) => ({
    backupId: snapshotId,
    code,
    chunks: chunkCount,
    streams: [...streams],
  }));
}

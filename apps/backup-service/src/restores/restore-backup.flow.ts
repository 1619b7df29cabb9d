import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import {
  backupRestore,
  type BackupRestorePayload,
  type BackupRestoreResult,
  type RestorePhase,
} from '@lucid/jobs/contracts/backup-restore';
import { degraded, type Degraded, type JobContext } from '@lucid/jobs/job-handler';
import { backupLease } from '@lucid/service-kit/backups/backup-removal';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { StoredBackups } from '../backups/stored-backups.service.ts';
import type { EngineRestored, EngineRestorePlan, RestoreRun } from '../captures/restore-port.ts';
import { DocumentCache } from './document-cache.ts';
import type { RestorePart } from './engine-restorers.ts';
import { RestoreEstimates } from './restore-estimates.ts';
import { RestoreRuns } from './restore-runs.ts';
import { SafetyBackup } from './safety-backup.ts';
import { verifyLaterParts } from './verify-later-parts.ts';

/** Of a step's result, which holds 16 KiB. */
const KEPT_CHARACTERS = 12_000;

interface PlannedPart extends RestorePart {
  readonly plan: EngineRestorePlan;
}

interface RestoreFigures {
  readonly startedAt: Date;
  readonly phases: RestorePhase[];
  readonly estimatedSeconds: number;
  /** Beside those of the engines. */
  readonly warnings: readonly string[];
  readonly safetyBackupId: string | undefined;
}

/** Brings a backup back, or says with `dryRun` what that would do. */
@Injectable()
export class RestoreBackupFlow {
  constructor(
    private readonly backups: StoredBackups,
    private readonly runs: RestoreRuns,
    private readonly safetyBackup: SafetyBackup,
    private readonly documentCache: DocumentCache,
    private readonly estimates: RestoreEstimates,
    @InjectClock() private readonly clock: Clock,
  ) {}

  async run(context: JobContext<BackupRestorePayload>): Promise<BackupRestoreResult | Degraded<BackupRestoreResult>> {
    const { payload, logger } = context;
    const startedAt = this.clock.now();
    const backup = await this.backups.open(payload.backupId, payload.repository);
    const run = this.runOf(context);
    const parts: PlannedPart[] = [];
    for (const part of this.runs.partsOf(backup, payload)) {
      const planning = part.restorer.plan(part.input, payload, run);
      parts.push({ ...part, plan: await this.runs.unlessGivenUp(planning, run.signal, () => true) });
    }
    const estimatedSeconds = await this.estimates.secondsFor(parts.map(({ plan }) => plan));
    const restored = new Map<string, EngineRestored>();
    const phases: RestorePhase[] = [];
    const warnings: string[] = [];
    let safetyBackupId: string | undefined;
    if (!payload.dryRun) {
      await this.acquire(context, parts);
      await context.steps.run('later-parts-verified', () => verifyLaterParts(parts, run).then(() => true));
      if (payload.safetyBackup) safetyBackupId = await this.safetyBackup.take(context, parts);
      const lead = parts.find(({ plan }) => plan.lead)?.plan.lead;
      for (const part of parts) {
        const { engine } = part.restorer;
        const began = this.clock.monotonicMs();
        restored.set(engine, await this.restoreOnce(context, part, { ...run, ...(lead && { lead }) }));
        phases.push({ phase: engine, seconds: (this.clock.monotonicMs() - began) / 1_000 });
      }
      if (isMongodbInPlace(parts))
        warnings.push(...(await context.steps.run('cache-forgotten', () => this.documentCache.forget(run.signal))));
      logger.info({ backupId: payload.backupId, phases }, 'the backup is restored');
    }
    const figures = { startedAt, phases, estimatedSeconds, warnings, safetyBackupId };
    const result = this.toResult(payload, parts, restored, figures);
    return [...restored.values()].some(({ isDegraded }) => isDegraded) ? degraded(result) : result;
  }

  private runOf(context: JobContext<BackupRestorePayload>): RestoreRun {
    const { job, signal, logger } = context;
    return {
      ...{ restoreId: job.id, signal, logger, clock: this.clock },
      assertHeld: () => context.assertHeld(),
      progress: (progress) => context.progress(progress),
    };
  }

  /** A step keeps only so much of a result: a run that resumes shows the figures of the plan for the others. */
  private async restoreOnce(
    context: JobContext<BackupRestorePayload>,
    part: PlannedPart,
    run: RestoreRun,
  ): Promise<EngineRestored> {
    let complete: EngineRestored | undefined;
    const kept = await context.steps.run(`restored-${part.restorer.engine}`, async () => {
      complete = await this.restore(context, part, run);
      return shortened(complete);
    });
    return complete ?? kept;
  }

  private async restore(
    context: JobContext<BackupRestorePayload>,
    { restorer, input, plan }: PlannedPart,
    run: RestoreRun,
  ): Promise<EngineRestored> {
    let isReplacing = false;
    const assertHeld = async (): Promise<void> => {
      await run.assertHeld();
      // It may have been given up while the leases were looked at.
      run.signal.throwIfAborted();
      isReplacing = true;
    };
    const running = restorer.restore(input, plan, { ...run, assertHeld });
    try {
      return await this.runs.unlessGivenUp(running, run.signal, () => !isReplacing);
    } catch (error) {
      if (isLast(context, error)) await this.runs.remove(run.restoreId, running, run.signal.aborted);
      throw error;
    }
  }

  /** Two restores must not change one thing at once; the leases of the job cover only what its request names. */
  private async acquire(context: JobContext<BackupRestorePayload>, parts: readonly PlannedPart[]): Promise<void> {
    const held = new Set(backupRestore.resources(context.payload));
    const reading = backupLease(context.payload.backupId); // It is not removed meanwhile.
    const wanted = new Set([reading, ...parts.flatMap(({ plan }) => plan.resources)]);
    for (const resource of [...wanted].sort()) {
      if (!held.has(resource)) await context.acquire(resource);
    }
  }

  private toResult(
    { backupId, dryRun = false }: BackupRestorePayload,
    parts: readonly PlannedPart[],
    restored: ReadonlyMap<string, EngineRestored>,
    { startedAt, phases, estimatedSeconds, warnings: more, safetyBackupId }: RestoreFigures,
  ): BackupRestoreResult {
    const namespaces = parts.flatMap(({ plan, restorer }) => {
      const there = restored.get(restorer.engine)?.namespaces ?? [];
      const counts = new Map(there.map(({ target, documents }) => [target, documents]));
      return plan.namespaces.map((one) => ({ ...one, documents: counts.get(one.target) ?? one.documents }));
    });
    const searchIndices = [...restored.values()].flatMap((one) => [...(one.searchIndices ?? [])]);
    const warnings = [...parts.map(({ plan }) => plan), ...restored.values(), { warnings: more }].flatMap((one) => [
      ...one.warnings,
    ]);
    return {
      backupId,
      dryRun,
      engines: parts.map(({ restorer }) => restorer.engine),
      namespaces,
      documents: namespaces.reduce((sum, { documents }) => sum + documents, 0),
      plainBytes: parts.reduce((sum, { plan }) => sum + plan.bytes, 0),
      indexBuilds: namespaces.reduce((sum, { indexes }) => sum + indexes, 0),
      oplogEntries: [...restored.values()].reduce((sum, { operations }) => sum + operations, 0),
      conflicts: parts.flatMap(({ plan }) => [...(plan.conflicts ?? [])]),
      estimatedSeconds,
      versions: parts.flatMap(({ plan }) => plan.versions ?? []),
      ...(searchIndices.length > 0 && { searchIndices }),
      ...(safetyBackupId !== undefined && { safetyBackupId }),
      phases,
      startedAt: startedAt.toISOString(),
      finishedAt: this.clock.now().toISOString(),
      ...(warnings.length > 0 && { warnings }),
    };
  }
}

function shortened({ namespaces, warnings, ...kept }: EngineRestored): EngineRestored {
  let size = 0;
  const fits = (one: unknown): boolean => (size += JSON.stringify(one).length + 1) <= KEPT_CHARACTERS;
  return { ...kept, warnings: warnings.filter(fits), namespaces: namespaces.filter(fits) };
}

function isMongodbInPlace(parts: readonly PlannedPart[]): boolean {
  return parts.some(
    ({ restorer, plan }) =>
      restorer.engine === 'mongodb' && plan.namespaces.some(({ source, target }) => source === target),
  );
}

/** Will this job not be run again? Then nothing it has built may stay; an interrupted one goes on with it. */
function isLast({ job, signal }: JobContext<BackupRestorePayload>, thrown: unknown): boolean {
  const error: unknown = signal.aborted ? signal.reason : thrown;
  if (isAppError(error, 'JOB_CANCELLED')) return true;
  if (isAppError(error, 'JOB_INTERRUPTED') || isAppError(error, 'LEASE_LOST')) return false;
  return !(error instanceof AppError) || !error.retryable || job.attempts >= backupRestore.attempts;
}

import { tmpdir } from 'node:os';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { BackupDrillPayload, BackupDrillResult, DrillTarget } from '@lucid/jobs/contracts/backup-drill';
import type { JobContext } from '@lucid/jobs/job-handler';
import { backupLease } from '@lucid/service-kit/backups/backup-removal';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import { StoredBackups } from '../backups/stored-backups.service.ts';
import { ownSource } from '../captures/mongodb/mongodb-restorer.ts';
import type { RestoreInput, RestoreRun } from '../captures/restore-port.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { type Comparison, compareRestored } from './compare-restored.ts';
import { disposablePlace, type DrillPlace, scratchPlace } from './drill-place.ts';
import { DrillTargets } from './drill-targets.service.ts';

interface Timed {
  readonly restoreSeconds: number;
  readonly compareSeconds: number;
  readonly comparison: Comparison;
}

/** What says that the backup is not what it should be; anything else says that the drill could not be made. */
const FAILED_DRILL = [
  'RESTORE_MISMATCH',
  'RESTORE_REFUSED',
  'CHUNK_CORRUPT',
  'CHUNK_MISSING',
  'MANIFEST_CORRUPT',
  'OPLOG_GAP',
] as const;

/** How many backups a scheduled drill looks through for one of MongoDB. */
const CANDIDATES = 200;

/**
 * Restores a backup into a place of its own, compares it with the backup by an own reading, and throws it away. A run that resumes
 * begins again with an empty place.
 */
@Injectable()
export class DrillBackupFlow {
  constructor(
    private readonly backups: StoredBackups,
    private readonly catalogue: BackupCatalogue,
    private readonly targets: DrillTargets,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
  ) {}

  async run(context: JobContext<BackupDrillPayload>): Promise<BackupDrillResult> {
    const startedAt = this.clock.now().toISOString();
    const { payload, steps } = context;
    const backupId = payload.backupId ?? (await steps.run('backup', () => this.newest()));
    await context.acquire(backupLease(backupId)); // It is not removed meanwhile.
    const { reader, meta } = await this.backups.open(backupId);
    const manifest = meta.engines['mongodb'];
    if (manifest === undefined) {
      throw new AppError(
        'BACKUP_ENGINE_UNSUPPORTED',
        `the backup ${backupId} does not hold MongoDB, which drills restore`,
      );
    }
    const input: RestoreInput = { backupId, reader, manifest, isWhole: meta.isWhole };
    const program = payload.target === 'scratch' ? undefined : await this.program(payload.target);
    const target: DrillTarget = program === undefined ? 'scratch' : 'disposable';
    const others = Object.keys(meta.engines).filter((engine) => engine !== 'mongodb');
    const timed = await this.recorded(context, backupId, () => this.drill(context, input, program));
    const { differences: _none, warnings, ...counts } = timed.comparison;
    const notes = [...others.map((engine) => `${engine} was not restored in this drill`), ...warnings];
    return {
      ...{ backupId, target, ...counts },
      restoreSeconds: timed.restoreSeconds,
      compareSeconds: timed.compareSeconds,
      startedAt,
      finishedAt: this.clock.now().toISOString(),
      ...(notes.length > 0 && { warnings: notes }),
    };
  }

  /** Keeps with the backup how it went. */
  private async recorded(
    context: JobContext<BackupDrillPayload>,
    backupId: string,
    drill: () => Promise<Timed>,
  ): Promise<Timed> {
    try {
      const timed = await drill();
      await context.assertHeld();
      await this.catalogue.setDrilled(backupId, this.clock.now(), true, timed.restoreSeconds);
      return timed;
    } catch (error) {
      const isVerdict = FAILED_DRILL.some((code) => isAppError(error, code));
      if (isVerdict && !context.signal.aborted)
        await this.catalogue.setDrilled(backupId, this.clock.now(), false, null);
      throw error;
    }
  }

  private async drill(
    context: JobContext<BackupDrillPayload>,
    input: RestoreInput,
    program: string | undefined,
  ): Promise<Timed> {
    const { job, signal, logger } = context;
    const place = await this.open(context, input, program);
    try {
      const run: RestoreRun = {
        ...{ restoreId: job.id, signal, logger, clock: this.clock },
        assertHeld: () => context.assertHeld(),
        progress: (progress) => context.progress(progress),
      };
      const began = this.clock.monotonicMs();
      const request = { backupId: input.backupId, ...(place.renames && { renames: place.renames }) };
      const plan = await place.restorer.plan(place.input, request, run);
      await place.restorer.restore(place.input, plan, run);
      const restored = this.clock.monotonicMs();
      const { client, topology } = place;
      const targetOf = (namespace: string): string | undefined => plan.plan.targetOf(namespace);
      const comparison = await compareRestored(
        ownSource(place.input),
        { client, topology, targetOf },
        signal,
        (done, total) => context.progress({ phase: 'compare', done, total, unit: 'collections' }),
      );
      assertSame(comparison);
      const compared = this.clock.monotonicMs();
      return { restoreSeconds: (restored - began) / 1000, compareSeconds: (compared - restored) / 1000, comparison };
    } finally {
      await place.remove();
    }
  }

  private async open(
    { job, signal }: JobContext<BackupDrillPayload>,
    input: RestoreInput,
    program: string | undefined,
  ): Promise<DrillPlace> {
    if (program === undefined) {
      const { scratch, client, topology, restorer } = this.targets;
      await scratch.drop(job.id); // of a run that died
      await restorer.discard(job.id);
      return scratchPlace(job.id, scratch, ownSource(input), { client, topology, restorer, input });
    }
    const parent = this.config.drillPath ?? tmpdir();
    await this.targets.sweepFolders();
    return disposablePlace({ program, parent, clock: this.clock, signal }, input);
  }

  /** The mongod to start; undefined: there is none, and none was asked for. @throws AppError PROGRAM_MISSING */
  private async program(wanted: DrillTarget | undefined): Promise<string | undefined> {
    const found = await this.targets.findMongod();
    if (found === undefined && wanted === 'disposable') {
      throw new AppError('PROGRAM_MISSING', 'there is no mongod for a drill: set BACKUP_DRILL_MONGOD to its path');
    }
    return found;
  }

  private async newest(): Promise<string> {
    const backups = await this.catalogue.list(CANDIDATES);
    const made = backups.filter(({ engines, imported_from }) => engines?.includes('mongodb') && !imported_from);
    const found = made.find(({ is_partial }) => !is_partial) ?? made[0];
    if (!found) throw new AppError('BACKUP_NOT_FOUND', 'there is no backup of MongoDB yet that a drill could restore');
    return found._id;
  }
}

/** @throws AppError RESTORE_MISMATCH */
function assertSame({ differences }: Comparison): void {
  if (differences.length === 0) return;
  const shown = differences.slice(0, 10).join('; ');
  const more = differences.length > 10 ? `; and ${differences.length - 10} more` : '';
  throw new AppError('RESTORE_MISMATCH', `what was restored is not the backup: ${shown}${more}`);
}

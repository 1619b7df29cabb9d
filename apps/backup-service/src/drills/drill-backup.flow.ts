import { tmpdir } from 'node:os';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { BackupEngine } from '@lucid/jobs/contracts/backup-create';
import type {
  BackupDrillPayload,
  BackupDrillResult,
  DrillTarget,
  NotDrilledEngine,
} from '@lucid/jobs/contracts/backup-drill';
import type { JobContext } from '@lucid/jobs/job-handler';
import { backupLease } from '@lucid/service-kit/backups/backup-removal';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import { type StoredBackup, StoredBackups } from '../backups/stored-backups.service.ts';
import { ownSource } from '../captures/mongodb/mongodb-restorer.ts';
import type { RestoreInput, RestoreRun } from '../captures/restore-port.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { AssuranceRecords } from '../verification/assurance-records.service.ts';
import { type Comparison, compareRestored } from './compare-restored.ts';
import { DrillChoice } from './drill-choice.service.ts';
import { disposablePlace, type DrillPlace, scratchPlace } from './drill-place.ts';
import { DrillTargets } from './drill-targets.service.ts';
import type { DrilledPart } from './engine-drill.ts';

interface MongodbDrilled {
  readonly part: DrilledPart;
  readonly comparison: Comparison;
}

interface Drilled {
  readonly parts: readonly DrilledPart[];
  readonly notDrilled: readonly NotDrilledEngine[];
  readonly comparison: Comparison | undefined;
}

/** What says that the backup is not what it should be; anything else says that the drill could not be made. */
const FAILED_DRILL = [
  'RESTORE_MISMATCH',
  'RESTORE_REFUSED',
  'CHUNK_CORRUPT',
  'CHUNK_MISSING',
  'MANIFEST_CORRUPT',
  'OPLOG_GAP',
  'RDB_INVALID',
] as const;
/** The same of an engine beside MongoDB: a server that cannot take it (too old, too small) is no verdict on the backup. */
const FAILED_PART = FAILED_DRILL.filter((code) => code !== 'RESTORE_REFUSED');

/**
 * Restores a backup into a place of its own, compares it with the backup by an own reading, and throws it away. A run that resumes
 * begins again with an empty place.
 */
@Injectable()
export class DrillBackupFlow {
  constructor(
    private readonly backups: StoredBackups,
    private readonly choice: DrillChoice,
    private readonly records: AssuranceRecords,
    private readonly targets: DrillTargets,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
  ) {}

  async run(context: JobContext<BackupDrillPayload>): Promise<BackupDrillResult> {
    const startedAt = this.clock.now().toISOString();
    const { job, payload, steps } = context;
    // Also of one that is cancelled, and so does not come to where the run before was.
    if (job.runs > 1) await this.targets.removeWhatIsLeft(job.id);
    const backupId = payload.backupId ?? (await steps.run('backup', () => this.choice.newest()));
    const from =
      payload.repository ?? (payload.backupId === undefined ? await this.choice.nextCopy(backupId) : undefined);
    await context.acquire(backupLease(backupId)); // It is not removed meanwhile.
    const stored = await this.backups.open(backupId, from);
    const program = payload.target === 'scratch' ? undefined : await this.program(payload.target);
    const target: DrillTarget = program === undefined ? 'scratch' : 'disposable';
    const { parts, notDrilled, comparison } = await this.recorded(context, stored, () =>
      this.drillAll(context, stored, program),
    );
    const { collections = 0, indexes = 0, documents = 0, uncomparedDocuments = 0 } = comparison ?? {};
    const notes = parts.flatMap(({ warnings }) => [...warnings]);
    return {
      ...{ backupId, target, repository: stored.repositoryName, collections, indexes, documents, uncomparedDocuments },
      ...{ restoreSeconds: restoreSecondsOf(parts), compareSeconds: sum(parts.map((part) => part.compareSeconds)) },
      engines: parts.map(({ differences: _none, warnings: _notes, ...figures }) => figures),
      notDrilled: [...notDrilled],
      startedAt,
      finishedAt: this.clock.now().toISOString(),
      ...(notes.length > 0 && { warnings: notes }),
    };
  }

  /** Keeps with the backup how it went. */
  private async recorded(
    context: JobContext<BackupDrillPayload>,
    { repository, repositoryName, reader }: StoredBackup,
    drill: () => Promise<Drilled>,
  ): Promise<Drilled> {
    const copy = { repository, repositoryName, backupId: reader.manifest.id };
    try {
      const drilled = await drill();
      await context.assertHeld();
      await this.records.drilled(copy, true, restoreSecondsOf(drilled.parts));
      return drilled;
    } catch (error) {
      const isVerdict = FAILED_DRILL.some((code) => isAppError(error, code));
      if (isVerdict && !context.signal.aborted) await this.records.drilled(copy, false, null);
      throw error;
    }
  }

  /** Each engine that the backup holds and this host can drill, MongoDB first. @throws AppError BACKUP_ENGINE_UNSUPPORTED: none */
  private async drillAll(
    context: JobContext<BackupDrillPayload>,
    { reader, meta }: StoredBackup,
    program: string | undefined,
  ): Promise<Drilled> {
    const parts: DrilledPart[] = [];
    const notDrilled: NotDrilledEngine[] = [];
    let comparison: Comparison | undefined;
    const engines = Object.entries(meta.engines) as [BackupEngine, RestoreInput['manifest']][];
    for (const [engine, manifest] of engines.sort(([a], [b]) => Number(b === 'mongodb') - Number(a === 'mongodb'))) {
      const input: RestoreInput = { backupId: reader.manifest.id, reader, manifest, isWhole: meta.isWhole };
      try {
        if (engine === 'mongodb') {
          const drilled = await this.drill(context, input, program);
          comparison = drilled.comparison;
          parts.push(drilled.part);
        } else {
          parts.push(await this.drillOther(context, engine, input));
        }
      } catch (error) {
        const isOfDrill = engine === 'mongodb' || FAILED_PART.some((code) => isAppError(error, code));
        if (isOfDrill || context.signal.aborted || !(error instanceof AppError)) throw error;
        context.logger.warn({ err: error, engine }, 'the drill goes on without an engine');
        notDrilled.push({ engine, reason: error.message });
      }
    }
    if (parts.length > 0) return { parts, notDrilled, comparison };
    const reasons = notDrilled.map(({ engine, reason }) => `${engine}: ${reason}`).join('; ');
    throw new AppError('BACKUP_ENGINE_UNSUPPORTED', `nothing of this backup can be drilled here (${reasons})`);
  }

  private async drillOther(
    context: JobContext<BackupDrillPayload>,
    engine: BackupEngine,
    input: RestoreInput,
  ): Promise<DrilledPart> {
    const drill = { input, run: this.runOf(context) };
    const { target } = context.payload;
    if (engine === 'redis' && target === 'scratch') throw notHere('a Redis has no room of its own for a drill');
    if (engine === 'elasticsearch' && target === 'disposable') throw notHere('no Elasticsearch is started for a drill');
    const part = await (engine === 'redis' ? this.targets.drillRedis(drill) : this.targets.drillElasticsearch(drill));
    assertSame(part);
    return part;
  }

  private runOf(context: JobContext<BackupDrillPayload>): RestoreRun {
    const { job, signal, logger } = context;
    return {
      ...{ restoreId: job.id, signal, logger, clock: this.clock },
      assertHeld: () => context.assertHeld(),
      progress: (progress) => context.progress(progress),
    };
  }

  private async drill(
    context: JobContext<BackupDrillPayload>,
    input: RestoreInput,
    program: string | undefined,
  ): Promise<MongodbDrilled> {
    const { signal } = context;
    const place = await this.open(context, input, program);
    try {
      const run = this.runOf(context);
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
      const { documents: compared, differences, warnings } = comparison;
      const target: DrillTarget = program === undefined ? 'scratch' : 'disposable';
      const [restoreSeconds, compareSeconds] = [restored - began, this.clock.monotonicMs() - restored].map(
        (ms) => ms / 1_000,
      ) as [number, number];
      const part: DrilledPart = {
        ...{ engine: 'mongodb', target, compared, restoreSeconds, compareSeconds, differences, warnings },
      };
      return { part, comparison };
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
}

/** @throws AppError RESTORE_MISMATCH */
function assertSame({ differences }: Pick<DrilledPart, 'differences'>): void {
  if (differences.length === 0) return;
  const shown = differences.slice(0, 10).join('; ');
  const more = differences.length > 10 ? `; and ${differences.length - 10} more` : '';
  throw new AppError('RESTORE_MISMATCH', `what was restored is not the backup: ${shown}${more}`);
}

function notHere(reason: string): AppError {
  return new AppError('BACKUP_ENGINE_UNSUPPORTED', reason);
}

/** The measured recovery time: one engine after the other, as a restore does it. */
function restoreSecondsOf(parts: readonly DrilledPart[]): number {
  return sum(parts.map(({ restoreSeconds }) => restoreSeconds));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

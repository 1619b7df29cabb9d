import type { Repository } from '@lucid/archive/repository';
import type { CommitRecord } from '@lucid/archive/snapshot-types';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { BACKUP_ENGINES, type BackupCreatePayload, type BackupCreateResult } from '@lucid/jobs/contracts/backup-create';
import type { JobContext } from '@lucid/jobs/job-handler';
import { newId } from '@lucid/models/ids';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import type { CaptureOutcome, CaptureScope } from '../captures/capture-port.ts';
import { Captures } from '../captures/captures.service.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { DEFAULT_REPOSITORY, RepositoriesService } from '../repositories/repositories.service.ts';
import { readBackupMeta, toCatalogueEntry, toSnapshotMeta, type BackupMeta } from './backup-record.ts';

/** How often a capture begins again because the member it read changed under it. */
const MAX_RESTARTS = 5;

interface Begun {
  backupId: string;
  /** RFC 3339. */
  startedAt: string;
}

/**
 * Makes one backup: captures into a snapshot, commits it, enters it into the catalogue. A run that resumes finds the chunks
 * of the one before; if the snapshot is committed already it only finishes the rest.
 */
@Injectable()
export class CreateBackupFlow {
  constructor(
    private readonly captures: Captures,
    private readonly repositories: RepositoriesService,
    private readonly catalogue: BackupCatalogue,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
  ) {}

  async run(context: JobContext<BackupCreatePayload>): Promise<BackupCreateResult> {
    const { payload, steps } = context;
    if (!this.config.backupEnabled)
      throw new AppError('BACKUP_DISABLED', 'backups are switched off: BACKUP_ENABLED is false');
    const repository = this.repositories.get(payload.repository);
    checkSettings(payload, repository);
    const begun = await steps.run<Begun>('begin', () =>
      Promise.resolve({ backupId: newId('bkp'), startedAt: this.clock.now().toISOString() }),
    );
    const commit = (await repository.findCommit(begun.backupId)) ?? (await this.capture(context, repository, begun));
    const meta = readBackupMeta(await repository.readSnapshot(begun.backupId));
    const name = payload.repository ?? DEFAULT_REPOSITORY;
    await this.catalogue.put(toCatalogueEntry(name, meta, commit));
    return toResult(begun, meta, commit);
  }

  /** Captures until a run comes through without the member changing under it, and commits. */
  private async capture(
    context: JobContext<BackupCreatePayload>,
    repository: Repository,
    begun: Begun,
  ): Promise<CommitRecord> {
    for (let restarts = 0; ; restarts += 1) {
      try {
        return await this.captureOnce(context, repository, begun);
      } catch (error) {
        if (!isAppError(error, 'CAPTURE_RESTARTED') || restarts === MAX_RESTARTS) throw error;
        context.logger.warn({ err: error, restarts }, 'the capture begins again; what is stored is not read twice');
      }
    }
  }

  private async captureOnce(
    context: JobContext<BackupCreatePayload>,
    repository: Repository,
    { backupId, startedAt }: Begun,
  ): Promise<CommitRecord> {
    const { fencingToken, signal, logger, payload, job } = context;
    const writer = await repository.beginSnapshot({
      id: backupId,
      fencingToken,
      assertHeld: () => context.assertHeld(),
    });
    try {
      const captured = await this.captures.capture(payload.engines, scopeOf(payload), writer, {
        signal,
        logger,
        clock: this.clock,
        onProgress: (progress) => context.progress(progress),
      });
      signal.throwIfAborted();
      context.progress({ phase: 'commit', done: 0, total: 1, unit: 'snapshots' });
      const meta = toMeta(job.id, payload, startedAt, captured);
      await writer.commit(toSnapshotMeta(meta));
    } finally {
      await writer.abort();
    }
    const commit = await repository.findCommit(backupId);
    if (!commit) throw new AppError('MANIFEST_CORRUPT', `the backup ${backupId} is not there after its commit`);
    return commit;
  }
}

function scopeOf({ database, collections }: BackupCreatePayload): CaptureScope {
  if (collections && database === undefined) {
    throw new AppError('VALIDATION_FAILED', 'collections need the database they are in: set `database`');
  }
  return { ...(database !== undefined && { database }), ...(collections && { collections }) };
}

/** A repository is encrypted or plain, compressed or not, for its whole life; a request that differs is refused. */
function checkSettings({ encryption, compression }: BackupCreatePayload, repository: Repository): void {
  const isEncrypted = repository.encryption !== 'none';
  const isCompressed = repository.compression !== 'none';
  const differs = (asked: boolean | undefined, present: boolean): boolean => asked !== undefined && asked !== present;
  if (differs(encryption, isEncrypted) || differs(compression, isCompressed)) {
    throw new AppError(
      'REPOSITORY_MISMATCH',
      `the repository was made with encryption ${repository.encryption} and compression ${repository.compression}, for its whole life`,
    );
  }
}

function toMeta(
  jobId: string,
  payload: BackupCreatePayload,
  startedAt: string,
  captured: ReadonlyMap<string, CaptureOutcome>,
): BackupMeta {
  const outcomes = [...captured.values()];
  const times = outcomes.map(({ consistentAt }) => consistentAt.getTime());
  return {
    version: 1,
    jobId,
    label: payload.label ?? null,
    isWhole: payload.collections === undefined,
    startedAt,
    consistentAt: new Date(Math.max(...times)).toISOString(),
    namespaces: outcomes.flatMap(({ namespaces }) => namespaces),
    documents: outcomes.reduce((sum, { documents }) => sum + documents, 0),
    warnings: [...missingEngines(payload, captured), ...outcomes.flatMap(({ warnings }) => warnings)],
    engines: Object.fromEntries([...captured].map(([engine, { manifest }]) => [engine, manifest])),
  };
}

/** Who asks for everything is told what everything does not hold yet. */
function missingEngines(payload: BackupCreatePayload, captured: ReadonlyMap<string, CaptureOutcome>): string[] {
  if (payload.engines || payload.database !== undefined) return [];
  const missing = BACKUP_ENGINES.filter((engine) => !captured.has(engine));
  return missing.length === 0 ? [] : [`${missing.join(' and ')} cannot be captured yet and are not in this backup`];
}

function toResult({ backupId, startedAt }: Begun, meta: BackupMeta, commit: CommitRecord): BackupCreateResult {
  const { plainBytes, storedBytes, newChunks, reusedChunks } = commit;
  return {
    backupId,
    ...{ plainBytes, storedBytes, newChunks, reusedChunks },
    documents: meta.documents,
    collections: meta.namespaces.length,
    startedAt,
    finishedAt: commit.committedAt,
    ...(meta.warnings.length > 0 && { warnings: meta.warnings }),
  };
}

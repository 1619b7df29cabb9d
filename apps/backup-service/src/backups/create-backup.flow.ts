import type { Repository } from '@lucid/archive/repository';
import type { CommitRecord } from '@lucid/archive/snapshot-types';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import {
  backupCreate,
  repositoriesOf,
  type BackupCreatePayload,
  type BackupCreateResult,
} from '@lucid/jobs/contracts/backup-create';
import { degraded, type Degraded, type JobContext } from '@lucid/jobs/job-handler';
import { newId } from '@lucid/models/ids';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import { Captures, type CapturedEngines } from '../captures/captures.service.ts';
import { WriteBlocks } from '../captures/mongodb/write-blocks.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { RestoreConnection } from '../mongodb-users.ts';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import {
  readBackupMeta,
  toCatalogueEntry,
  toSnapshotMeta,
  type BackupMeta,
  type BackupOrigin,
} from './backup-record.ts';
import { FanOutWriter, type FanOutTarget } from './fan-out-writer.ts';
import { assertSettings, scopeOf, toBackupMeta, type BegunBackup } from './new-backup.ts';

/** How often a capture begins again because the member it read changed under it. */
const MAX_RESTARTS = 5;

interface Target {
  readonly name: string;
  readonly repository: Repository;
  readonly fencingToken: number;
}

interface Committed {
  readonly name: string;
  readonly repository: Repository;
  readonly commit: CommitRecord;
}

/**
 * Makes one backup: captures into a snapshot (in one repository, or several from one read), commits it, enters it into the
 * catalogue. A run that resumes finds the chunks of the one before; if the snapshot is committed already it only finishes the rest.
 */
@Injectable()
export class CreateBackupFlow {
  constructor(
    private readonly captures: Captures,
    private readonly repositories: RepositoriesService,
    private readonly catalogue: BackupCatalogue,
    private readonly restoring: RestoreConnection,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @param origin what asked for it, where that was a schedule: stored with the backup */
  async run(
    context: JobContext<BackupCreatePayload>,
    origin?: BackupOrigin,
  ): Promise<BackupCreateResult | Degraded<BackupCreateResult>> {
    const { steps } = context;
    if (!this.config.backupEnabled)
      throw new AppError('BACKUP_DISABLED', 'backups are switched off: BACKUP_ENABLED is false');
    const { targets, missing } = await this.targets(context);
    const begun = await steps.run<BegunBackup>('begin', () =>
      Promise.resolve({
        backupId: newId('bkp'),
        startedAt: this.clock.now().toISOString(),
        ...(origin && { origin }),
      }),
    );
    // Two captures at once would delete each other's snapshots on the server, and one beside a restore would meet its swap.
    if (includesElasticsearch(context.payload))
      for (const what of ['indices', 'snapshots']) await context.acquire(`elasticsearch:${what}`);
    const earlier = await committedIn(targets, begun.backupId);
    if (earlier.length === 0) await this.capture(context, targets, begun);
    const committed = earlier.length === 0 ? await committedIn(targets, begun.backupId) : earlier;
    return this.finish(begun, [...targets.map(({ name }) => name), ...missing], committed);
  }

  /**
   * The repositories with their leases. One of several that is away is no reason to make no backup; the first attempts wait for it.
   * @throws AppError REPOSITORY_NOT_FOUND, REPOSITORY_MISMATCH, LEASE_HELD, what keeps the last one away
   */
  private async targets(
    context: JobContext<BackupCreatePayload>,
  ): Promise<{ targets: Target[]; missing: readonly string[] }> {
    const targets: Target[] = [];
    const missing = new Map<string, unknown>();
    for (const name of repositoriesOf(context.payload)) {
      try {
        targets.push(await this.target(context, name));
      } catch (error) {
        if (isAppError(error, 'LEASE_HELD') || isAppError(error, 'REPOSITORY_MISMATCH')) throw error;
        context.signal.throwIfAborted();
        context.logger.error({ err: error, repository: name }, 'a repository cannot take the backup');
        missing.set(name, error);
      }
    }
    const [first] = missing.values();
    const mayLack = targets.length > 0 && !this.isTriedAgain(context, first);
    if (missing.size > 0 && !mayLack) throw first;
    return { targets, missing: [...missing.keys()] };
  }

  private isTriedAgain({ job }: JobContext<BackupCreatePayload>, error: unknown): boolean {
    return error instanceof AppError && error.retryable && job.attempts < backupCreate.attempts;
  }

  private async target(context: JobContext<BackupCreatePayload>, name: string): Promise<Target> {
    const repository = await this.repositories.find(name);
    assertSettings(context.payload, repository);
    // Asked now: a store that went away is not noticed by what is remembered of it.
    await repository.owner();
    const resource = `repository:${name}`;
    const isHeld = backupCreate.resources(context.payload).includes(resource);
    const fencingToken = isHeld ? context.fencingToken : (await context.acquire(resource)).fencingToken;
    return { name, repository, fencingToken };
  }

  /** Captures until a run comes through without the member changing under it, and commits. */
  private async capture(
    context: JobContext<BackupCreatePayload>,
    targets: readonly Target[],
    begun: BegunBackup,
  ): Promise<void> {
    for (let restarts = 0; ; restarts += 1) {
      try {
        return await this.captureOnce(context, targets, begun);
      } catch (error) {
        if (!isAppError(error, 'CAPTURE_RESTARTED') || restarts === MAX_RESTARTS) throw error;
        context.logger.warn({ err: error, restarts }, 'the capture begins again; what is stored is not read twice');
      }
    }
  }

  private async captureOnce(
    context: JobContext<BackupCreatePayload>,
    targets: readonly Target[],
    begun: BegunBackup,
  ): Promise<void> {
    const { signal, payload, job } = context;
    const writer = await openWriter(context, targets, begun.backupId);
    try {
      const captured = await this.captureEngines(context, writer);
      signal.throwIfAborted();
      context.progress({ phase: 'commit', done: 0, total: 1, unit: 'snapshots' });
      await writer.commit(toSnapshotMeta(toBackupMeta(job.id, payload, begun, captured)));
      context.progress({ phase: 'commit', done: 1, total: 1, unit: 'snapshots' });
    } finally {
      await writer.abort();
    }
    for (const [repository, error] of writer.failures)
      context.logger.error({ err: error, repository }, 'a repository does not hold the backup');
  }

  private captureEngines(context: JobContext<BackupCreatePayload>, writer: FanOutWriter): Promise<CapturedEngines> {
    const { signal, logger, payload, job } = context;
    const blocks = new WriteBlocks(this.restoring.client, this.config.controlDatabase);
    const request = {
      engines: payload.engines,
      scope: scopeOf(payload),
      consistency: payload.consistency ?? 'converged',
      holdWrites: () => blocks.hold(job.id),
      mayLack: job.attempts >= backupCreate.attempts,
    };
    const { clock } = this;
    return this.captures.capture(request, writer, {
      ...{ signal, logger, clock },
      onProgress: (progress) => context.progress(progress),
    });
  }

  private async finish(
    begun: BegunBackup,
    asked: readonly string[],
    committed: readonly Committed[],
  ): Promise<BackupCreateResult | Degraded<BackupCreateResult>> {
    const [first] = committed;
    if (!first) throw new AppError('MANIFEST_CORRUPT', `the backup ${begun.backupId} is not there after its commit`);
    const meta = readBackupMeta(await first.repository.readSnapshot(begun.backupId));
    await this.catalogue.put(toCatalogueEntry(first.name, meta, first.commit));
    const names = committed.map(({ name }) => name);
    for (const name of names.slice(1)) await this.catalogue.addRepository(begun.backupId, name);
    const failed = asked.filter((name) => !names.includes(name));
    const warnings = [...meta.warnings, ...failed.map((name) => `the repository ${name} does not hold the backup`)];
    const result = toResult(begun, meta, first.commit, names);
    const isDegraded = failed.length > 0 || (meta.isDegraded ?? false);
    const complete = { ...result, ...(warnings.length > 0 && { warnings }) };
    return isDegraded ? degraded(complete) : complete;
  }
}

async function openWriter(
  context: JobContext<BackupCreatePayload>,
  targets: readonly Target[],
  id: string,
): Promise<FanOutWriter> {
  const opened: FanOutTarget[] = [];
  const assertHeld = (): Promise<void> => context.assertHeld();
  const { signal } = context;
  try {
    for (const { name, repository, fencingToken } of targets) {
      opened.push({
        repository: name,
        writer: await repository.beginSnapshot({ id, fencingToken, assertHeld, signal }),
      });
    }
  } catch (error) {
    for (const { writer } of opened) await writer.abort();
    throw error;
  }
  return new FanOutWriter(opened as [FanOutTarget, ...FanOutTarget[]]);
}

function includesElasticsearch({ engines, database }: BackupCreatePayload): boolean {
  return engines?.includes('elasticsearch') ?? database === undefined;
}

/** Where the backup is committed already. */
async function committedIn(targets: readonly Target[], backupId: string): Promise<Committed[]> {
  const committed: Committed[] = [];
  for (const { name, repository } of targets) {
    const commit = await repository.findCommit(backupId);
    if (commit) committed.push({ name, repository, commit });
  }
  return committed;
}

function toResult(
  { backupId, startedAt }: BegunBackup,
  meta: BackupMeta,
  commit: CommitRecord,
  repositories: string[],
): BackupCreateResult {
  const { plainBytes, storedBytes, newChunks, reusedChunks } = commit;
  return {
    backupId,
    repositories,
    ...{ plainBytes, storedBytes, newChunks, reusedChunks },
    documents: meta.documents,
    collections: meta.namespaces.length,
    skewSeconds: meta.consistency?.skewSeconds ?? 0,
    startedAt,
    finishedAt: commit.committedAt,
  };
}

import type { Repository } from '@lucid/archive/repository';
import type { CommitRecord } from '@lucid/archive/snapshot-types';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { BackupImportPayload, BackupImportResult } from '@lucid/jobs/contracts/backup-import';
import type { JobContext } from '@lucid/jobs/job-handler';
import { newId } from '@lucid/models/ids';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import { type BackupMeta, readBackupMeta, toCatalogueEntry, toSnapshotMeta } from '../backups/backup-record.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { DEFAULT_REPOSITORY, RepositoriesService } from '../repositories/repositories.service.ts';
import type { DumpSource } from './dump-source.ts';
import { type ImportedDump, importDump } from './import-dump.ts';
import { ImportsService } from './imports.service.ts';

interface Begun {
  backupId: string;
  /** RFC 3339. */
  startedAt: string;
}

/**
 * Makes a backup of a dump. A run that resumes reads the dump again and finds the chunks of the one before; if the snapshot is
 * committed already it only finishes the rest.
 */
@Injectable()
export class ImportBackupFlow {
  constructor(
    private readonly imports: ImportsService,
    private readonly repositories: RepositoriesService,
    private readonly catalogue: BackupCatalogue,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
  ) {}

  async run(context: JobContext<BackupImportPayload>): Promise<BackupImportResult> {
    if (!this.config.backupEnabled)
      throw new AppError('BACKUP_DISABLED', 'backups are switched off: BACKUP_ENABLED is false');
    const { payload, steps } = context;
    const name = payload.repository ?? DEFAULT_REPOSITORY;
    const repository = this.repositories.get(name);
    const begun = await steps.run<Begun>('begin', () =>
      Promise.resolve({ backupId: newId('bkp'), startedAt: this.clock.now().toISOString() }),
    );
    const commit = (await repository.findCommit(begun.backupId)) ?? (await this.import(context, repository, begun));
    const meta = readBackupMeta(await repository.readSnapshot(begun.backupId));
    await this.catalogue.put(toCatalogueEntry(name, meta, commit));
    return toResult(begun, meta, commit);
  }

  private async import(
    context: JobContext<BackupImportPayload>,
    repository: Repository,
    begun: Begun,
  ): Promise<CommitRecord> {
    const { payload, signal, fencingToken } = context;
    let done = 0;
    let total: number | null = null;
    const { dump, sizeBytes } = await this.imports.open(payload.path, (bytes) => {
      done += bytes;
      context.progress({ phase: 'import', done, total, unit: 'bytes' });
    });
    total = sizeBytes;
    try {
      const { backupId: id } = begun;
      const assertHeld = (): Promise<void> => context.assertHeld();
      const writer = await repository.beginSnapshot({ id, fencingToken, assertHeld });
      try {
        const imported = await importDump(dump, writer, signal);
        signal.throwIfAborted();
        context.progress({ phase: 'commit', done: 0, total: 1, unit: 'snapshots' });
        await writer.commit(toSnapshotMeta(toMeta(context, begun, dump, imported)));
      } finally {
        await writer.abort();
      }
    } finally {
      await dump.close();
    }
    const commit = await repository.findCommit(begun.backupId);
    if (!commit) throw new AppError('MANIFEST_CORRUPT', `the backup ${begun.backupId} is not there after its commit`);
    return commit;
  }
}

function toMeta(
  { job, payload }: JobContext<BackupImportPayload>,
  { startedAt }: Begun,
  dump: DumpSource,
  { manifest, namespaces, documents, consistentAt, warnings }: ImportedDump,
): BackupMeta {
  return {
    version: 1,
    jobId: job.id,
    label: payload.label ?? null,
    // mongodump takes an oplog only with everything.
    isWhole: dump.namespaces.some(({ role }) => role === 'oplog'),
    startedAt,
    consistentAt: (consistentAt ?? new Date(startedAt)).toISOString(),
    namespaces,
    documents,
    warnings,
    importedFrom: `${dump.format} ${payload.path}`,
    engines: { mongodb: manifest },
  };
}

function toResult({ backupId, startedAt }: Begun, meta: BackupMeta, commit: CommitRecord): BackupImportResult {
  const { plainBytes, storedBytes, newChunks, reusedChunks } = commit;
  return {
    backupId,
    format: meta.importedFrom?.startsWith('folder') ? 'folder' : 'archive',
    ...{ plainBytes, storedBytes, newChunks, reusedChunks },
    documents: meta.documents,
    collections: meta.namespaces.length,
    startedAt,
    finishedAt: commit.committedAt,
    ...(meta.warnings.length > 0 && { warnings: meta.warnings }),
  };
}

import type { Repository } from '@lucid/archive/repository';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { BackupCopyPayload, BackupCopyResult } from '@lucid/jobs/contracts/repository-copy-backup';
import type { JobContext } from '@lucid/jobs/job-handler';
import { backupLease } from '@lucid/service-kit/backups/backup-removal';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { readBackupMeta, toCatalogueEntry } from '../backups/backup-record.ts';
import { RepositoriesService } from './repositories.service.ts';

/** Copies a backup into another repository. What a run that died has stored is found by the next. */
@Injectable()
export class CopyBackupFlow {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly catalogue: BackupCatalogue,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError BACKUP_NOT_FOUND, REPOSITORY_NOT_FOUND, RESIDENCY_REFUSED, REPOSITORY_OWNED, CHUNK_MISSING, CHUNK_CORRUPT */
  async run(context: JobContext<BackupCopyPayload>): Promise<BackupCopyResult> {
    const { backupId, repository: name, from } = context.payload;
    const startedAt = this.clock.now();
    const target = await this.repositories.find(name);
    this.repositories.assertMayHoldData(name);
    await context.acquire(backupLease(backupId)); // It is not removed meanwhile.
    const source = await this.source(backupId, name, from);
    const copied = await source.repository.copySnapshot(backupId, target, {
      fencingToken: context.fencingToken,
      assertHeld: () => context.assertHeld(),
      signal: context.signal,
      onProgress: ({ chunks, totalChunks }) =>
        context.progress({ phase: 'copy', done: chunks, total: totalChunks, unit: 'chunks' }),
    });
    const hold = await source.repository.holds().find(backupId);
    if (hold) await target.holds().put(backupId, hold);
    await this.enter(backupId, name, target);
    return {
      backupId,
      from: source.name,
      repository: name,
      ...copied,
      startedAt: startedAt.toISOString(),
      finishedAt: this.clock.now().toISOString(),
    };
  }

  private async source(
    backupId: string,
    target: string,
    from: string | undefined,
  ): Promise<{ name: string; repository: Repository }> {
    const names = from === undefined ? this.repositories.names().filter((name) => name !== target) : [from];
    for (const name of names) {
      const repository = await this.repositories.find(name);
      if (await repository.findCommit(backupId)) return { name, repository };
    }
    throw new AppError('BACKUP_NOT_FOUND', `no repository to copy from holds the backup ${backupId}`);
  }

  private async enter(backupId: string, name: string, target: Repository): Promise<void> {
    if (await this.catalogue.find(backupId)) return this.catalogue.addRepository(backupId, name);
    const reader = await target.readSnapshot(backupId);
    await this.catalogue.put(toCatalogueEntry(name, readBackupMeta(reader), reader.commit));
  }
}

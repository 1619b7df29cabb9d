import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { isAppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { StoredBackups } from '../backups/stored-backups.service.ts';
import type { MongodbManifest } from '../captures/mongodb/manifest.ts';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import { type BaseBackup, type RecoveryWindow, type StreamGap, windowsOf } from './recovery-window.ts';
import { readChains } from './slice-chains.ts';

export interface Recoverable {
  /** Oldest first within each replica set. */
  readonly windows: readonly RecoveryWindow[];
  readonly gaps: readonly StreamGap[];
}

/** To which moments MongoDB can be brought back, from the backups of all repositories and the slices of the default one. */
@Injectable()
export class RecoveryWindowsService {
  /** What never changes of a backup; null: it begins no window. */
  private readonly known = new Map<string, BaseBackup | null>();

  constructor(
    private readonly catalogue: BackupCatalogue,
    private readonly backups: StoredBackups,
    private readonly repositories: RepositoriesService,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /** As the repository has it now. @throws AppError MANIFEST_CORRUPT (the record of a gap) */
  async read(): Promise<Recoverable> {
    const repository = this.repositories.get();
    const { backups } = await this.look();
    const windows: RecoveryWindow[] = [];
    const gaps: StreamGap[] = [];
    for (const stream of await repository.listSliceStreams()) {
      const stored = await readChains(repository.slices(stream));
      windows.push(...windowsOf(stream, backups, stored));
      gaps.push(...stored.gaps.map((gap) => ({ ...gap, stream })));
    }
    return { windows, gaps };
  }

  /**
   * Backups of everything in MongoDB, in no order. One that cannot be read is left out (its verification finds it), and a repository
   * that is away is too: then it is not complete.
   */
  async look(): Promise<{ backups: BaseBackup[]; isComplete: boolean }> {
    const names = this.repositories.names();
    const ids = (await Promise.all(names.map((name) => this.catalogue.idsOf(name)))).flat();
    const backups: BaseBackup[] = [];
    let isComplete = names.length === this.repositories.list().length;
    for (const id of ids) {
      const base = await this.baseOf(id);
      if (base === undefined) isComplete = false;
      else if (base) backups.push(base);
    }
    for (const id of this.known.keys()) if (!ids.includes(id)) this.known.delete(id);
    return { backups, isComplete };
  }

  /** Null: it begins no window. Undefined: that is not known. */
  private async baseOf(id: string): Promise<BaseBackup | null | undefined> {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    try {
      const { meta } = await this.backups.open(id);
      const manifest = meta.engines['mongodb'] as unknown as MongodbManifest | undefined;
      const base = manifest?.isFull === true ? { id, stream: manifest.replicaSet.id, tend: manifest.tend } : null;
      this.known.set(id, base);
      return base;
    } catch (error) {
      if (!isAppError(error, 'BACKUP_NOT_FOUND'))
        this.logger.warn({ err: error, backupId: id }, 'a backup cannot be read');
      return undefined;
    }
  }
}

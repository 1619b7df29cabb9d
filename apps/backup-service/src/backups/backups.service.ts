import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import type { Logger } from '@lucid/core/logger';
import { getBackup, listBackups, type BackupView } from '@lucid/service-kit/backups/backup-view';
import type { Page, PageQuery } from '@lucid/service-kit/http/page';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DEFAULT_REPOSITORY, RepositoriesService } from '../repositories/repositories.service.ts';
import { HoldsService } from '../retention/holds.service.ts';
import { readBackupMeta, toCatalogueEntry } from './backup-record.ts';

/** Shows backups, and keeps the catalogue in step with the repository. */
@Injectable()
export class BackupsService implements OnApplicationBootstrap {
  constructor(
    private readonly catalogue: BackupCatalogue,
    private readonly repositories: RepositoriesService,
    private readonly holds: HoldsService,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /** The repository is the truth: what it holds is listed, what it does not hold is not. A damaged backup is named and left out. */
  async onApplicationBootstrap(): Promise<void> {
    const repository = this.repositories.get();
    const listed = await repository.listSnapshots();
    for (const snapshot of listed) {
      if (await this.catalogue.find(snapshot.id)) continue;
      try {
        const reader = await repository.readSnapshot(snapshot.id);
        await this.catalogue.put(toCatalogueEntry(DEFAULT_REPOSITORY, readBackupMeta(reader), reader.commit));
      } catch (error) {
        this.logger.error({ err: error, backupId: snapshot.id }, 'a backup of the repository cannot be read');
      }
    }
    const present = new Set(listed.map(({ id }) => id));
    for (const id of await this.catalogue.idsOf(DEFAULT_REPOSITORY)) {
      // Asked again one by one: another worker may have committed it since the listing.
      if (!present.has(id) && !(await repository.findCommit(id))) await this.catalogue.remove(id);
    }
    for (const name of this.repositories.names()) await this.holds.reconcile(name);
  }

  list(query: PageQuery): Promise<Page<BackupView>> {
    return listBackups(this.catalogue, query);
  }

  get(id: string): Promise<BackupView> {
    return getBackup(this.catalogue, id);
  }
}

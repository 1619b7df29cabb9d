import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import type { Logger } from '@lucid/core/logger';
import { getBackup, listBackups, type BackupView } from '@lucid/service-kit/backups/backup-view';
import type { Page, PageQuery } from '@lucid/service-kit/http/page';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { rebuildCatalogue } from '../repositories/rebuild-catalogue.ts';
import { DEFAULT_REPOSITORY, RepositoriesService } from '../repositories/repositories.service.ts';
import { HoldsService } from '../retention/holds.service.ts';

/** Shows backups, and brings the catalogue in step with the repositories at the start. */
@Injectable()
export class BackupsService implements OnApplicationBootstrap {
  constructor(
    private readonly catalogue: BackupCatalogue,
    private readonly repositories: RepositoriesService,
    private readonly holds: HoldsService,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /** The start waits for `default` only: others may be far away, or be opened later. */
  async onApplicationBootstrap(): Promise<void> {
    const later = (name: string): void => {
      this.reconcile(name).catch((error: unknown) => {
        this.logger.error({ err: error, repository: name }, 'the catalogue is not in step with the repository');
      });
    };
    this.repositories.onOpened(later);
    const names = this.repositories.names();
    await this.reconcile(DEFAULT_REPOSITORY);
    names.filter((name) => name !== DEFAULT_REPOSITORY).forEach(later);
  }

  private async reconcile(name: string): Promise<void> {
    const { catalogue, logger } = this;
    await rebuildCatalogue(name, this.repositories.get(name), catalogue, { logger });
    await this.holds.reconcile(name);
  }

  /** @throws AppError REPOSITORY_NOT_FOUND */
  assertRepository(name: string | undefined): void {
    if (name !== undefined) this.repositories.describe(name);
  }

  list(query: PageQuery): Promise<Page<BackupView>> {
    return listBackups(this.catalogue, query);
  }

  get(id: string): Promise<BackupView> {
    return getBackup(this.catalogue, id);
  }
}

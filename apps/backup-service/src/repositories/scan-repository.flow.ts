import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import type { RepositoryScanPayload, RepositoryScanResult } from '@lucid/jobs/contracts/repository-scan';
import { degraded, type Degraded, type JobContext } from '@lucid/jobs/job-handler';
import { Injectable } from '@nestjs/common';
import { HoldsService } from '../retention/holds.service.ts';
import { rebuildCatalogue } from './rebuild-catalogue.ts';
import { RepositoriesService } from './repositories.service.ts';

/** Rebuilds the catalogue from a repository. */
@Injectable()
export class ScanRepositoryFlow {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly catalogue: BackupCatalogue,
    private readonly holds: HoldsService,
  ) {}

  async run(
    context: JobContext<RepositoryScanPayload>,
  ): Promise<RepositoryScanResult | Degraded<RepositoryScanResult>> {
    const { repository: name } = context.payload;
    const repository = await this.repositories.find(name);
    const result = await rebuildCatalogue(name, repository, this.catalogue, {
      logger: context.logger,
      signal: context.signal,
      onProgress: (done, total) => context.progress({ phase: 'scan', done, total, unit: 'backups' }),
    });
    await this.holds.reconcile(name);
    return result.unreadable.length > 0 ? degraded(result) : result;
  }
}

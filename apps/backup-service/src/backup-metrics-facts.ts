import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import type { Clock } from '@lucid/core/clock';
import { backupRestore } from '@lucid/jobs/contracts/backup-restore';
import { JobService } from '@lucid/jobs/job-service';
import type { Backup } from '@lucid/models/main/backups';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { BackupFacts } from './backup-metrics-figures.ts';
import { RecoveryWindowsService } from './recovery-windows/recovery-windows.service.ts';
import { RepositoriesService } from './repositories/repositories.service.ts';
import { SampleProgressRepository } from './verification/sample-progress.ts';

const RESTORES = 50;

/** Gathers what the metrics of backups are made of. */
@Injectable()
export class BackupMetricsFacts {
  constructor(
    private readonly catalogue: BackupCatalogue,
    private readonly repositories: RepositoriesService,
    private readonly windows: RecoveryWindowsService,
    private readonly jobs: JobService,
    private readonly samples: SampleProgressRepository,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError MONGODB_UNAVAILABLE … */
  async read(): Promise<BackupFacts> {
    const backups = new Map<string, Backup[]>();
    for (const name of this.repositories.names()) backups.set(name, await this.catalogue.ofRepository(name));
    const { items: restores } = await this.jobs.list({ name: backupRestore.name, state: 'succeeded', limit: RESTORES });
    const sampled = await this.samples.list();
    const sampledAt = new Map([...sampled].map(([name, { ranAt }]) => [name, ranAt]));
    return { backups, sampledAt, restores, windowEnd: await this.windowEnd(), now: this.clock.now() };
  }

  /** A slice that cannot be read leaves no window; it must not take the other figures along. */
  private async windowEnd(): Promise<Date | undefined> {
    const { windows } = await this.windows.read().catch(() => ({ windows: [] }));
    const end = Math.max(0, ...windows.map((window) => window.end.t));
    return end > 0 ? new Date(end * 1000) : undefined;
  }
}

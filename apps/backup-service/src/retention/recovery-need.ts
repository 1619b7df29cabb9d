import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import type { Clock } from '@lucid/core/clock';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { compareClusterTimes, type ClusterTime } from '../captures/mongodb/manifest.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { toRfc3339, type RecoveryWindow } from '../recovery-windows/recovery-window.ts';
import { RecoveryWindowsService } from '../recovery-windows/recovery-windows.service.ts';
import { DEFAULT_REPOSITORY } from '../repositories/repositories.service.ts';
import { RetentionService } from './retention.service.ts';

const SECONDS_PER_DAY = 86_400;

/**
 * The backups without which a moment since `keepFrom` could not be brought back any more: of each window that reaches it, the newest
 * that is not later, or else the first. Later ones only make a restore quicker.
 */
export function neededByWindows(windows: readonly RecoveryWindow[], keepFrom: ClusterTime): Map<string, string> {
  const needed = new Map<string, string>();
  for (const { start, end, backups } of windows) {
    if (compareClusterTimes(end, keepFrom) < 0) continue;
    const base = backups.findLast(({ tend }) => compareClusterTimes(tend, keepFrom) <= 0) ?? backups[0];
    if (base) needed.set(base.id, `needed by the recovery window since ${toRfc3339(Math.max(start.t, keepFrom.t))}`);
  }
  return needed;
}

/** Of what windows need, what this repository must keep: another one than the default may let its copy go while the default has the backup. */
export async function neededIn(
  repository: string,
  needed: ReadonlyMap<string, string>,
  holdersOf: (id: string) => Promise<readonly string[]>,
): Promise<ReadonlyMap<string, string>> {
  if (repository === DEFAULT_REPOSITORY) return needed;
  const kept = new Map(needed);
  for (const id of needed.keys()) if ((await holdersOf(id)).includes(DEFAULT_REPOSITORY)) kept.delete(id);
  return kept;
}

/** Keeps what point-in-time recovery begins with, for as long as it is promised. */
@Injectable()
export class RecoveryNeed implements OnModuleInit {
  constructor(
    private readonly retention: RetentionService,
    private readonly windows: RecoveryWindowsService,
    private readonly catalogue: BackupCatalogue,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.retention.addNeed(async (repository) => {
      if (!this.config.pitrEnabled) return new Map();
      const { windows } = await this.windows.read();
      // Of two clocks the earlier one, as for the rules: it keeps more.
      const now = Math.min(this.clock.now().getTime(), (await this.catalogue.databaseTime()).getTime());
      const seconds = Math.floor(now / 1_000);
      const keepFrom = { t: seconds - this.config.pitrRetentionDays * SECONDS_PER_DAY, i: 0 };
      return neededIn(repository, neededByWindows(windows, keepFrom), async (id) => {
        const { repositories = [] } = (await this.catalogue.find(id)) ?? {};
        return repositories;
      });
    });
  }
}

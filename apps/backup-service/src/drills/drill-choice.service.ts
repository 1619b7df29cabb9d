import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import { RepositoriesService } from '../repositories/repositories.service.ts';

/** How many backups a scheduled drill looks through for one of MongoDB. */
const CANDIDATES = 200;

/** What a drill takes that names no backup. */
@Injectable()
export class DrillChoice {
  constructor(
    private readonly catalogue: BackupCatalogue,
    private readonly repositories: RepositoriesService,
  ) {}

  /** Of the repositories that hold the backup and can be read, the one that was not drilled for longest. */
  async nextCopy(backupId: string): Promise<string | undefined> {
    const { repository = '', repositories = [repository] } = (await this.catalogue.find(backupId)) ?? {};
    const lastDrills = await this.catalogue.lastDrills();
    const timeOf = (name: string): number => lastDrills.get(name)?.getTime() ?? 0;
    const there = repositories.filter((name) => this.repositories.names().includes(name));
    return there.sort((a, b) => timeOf(a) - timeOf(b))[0];
  }

  /** @throws AppError BACKUP_NOT_FOUND */
  async newest(): Promise<string> {
    const backups = await this.catalogue.list(CANDIDATES);
    const made = backups.filter(({ engines, imported_from }) => engines?.includes('mongodb') && !imported_from);
    const found = made.find(({ is_partial }) => !is_partial) ?? made[0];
    if (!found) throw new AppError('BACKUP_NOT_FOUND', 'there is no backup of MongoDB yet that a drill could restore');
    return found._id;
  }
}

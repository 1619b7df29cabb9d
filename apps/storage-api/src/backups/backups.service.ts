import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { getBackup, listBackups, type BackupView } from '@lucid/service-kit/backups/backup-view';
import type { Page, PageQuery } from '@lucid/service-kit/http/page';
import { Injectable } from '@nestjs/common';

/** Shows the backups of the catalogue; making and restoring them is backup-service's work. */
@Injectable()
export class BackupsService {
  constructor(private readonly catalogue: BackupCatalogue) {}

  list(query: PageQuery): Promise<Page<BackupView>> {
    return listBackups(this.catalogue, query);
  }

  get(id: string): Promise<BackupView> {
    return getBackup(this.catalogue, id);
  }
}

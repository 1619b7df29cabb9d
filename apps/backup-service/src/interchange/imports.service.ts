import { lstat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { BackupImportPayload } from '@lucid/jobs/contracts/backup-import';
import { InjectClock, InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import { openDumpArchive } from './dump-archive-source.ts';
import { openDumpFolder } from './dump-folder-source.ts';
import type { DumpSource } from './dump-source.ts';
import { DUMP_NAME, ImportFolder, type StoredDump } from './import-folder.ts';

/** Dumps that wait to be imported. */
@Injectable()
export class ImportsService implements OnModuleInit {
  constructor(
    private readonly repositories: RepositoriesService,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.config.importPath === undefined) return;
    const removed = await this.folder().sweep(this.clock.now());
    if (removed > 0) this.logger.info({ removed }, 'removed uploads that broke off');
  }

  list(): Promise<StoredDump[]> {
    return this.folder().list();
  }

  /**
   * Is this an import that could be made? The path must be there, below the folder.
   * @throws AppError IMPORTS_DISABLED, NOT_FOUND, VALIDATION_FAILED, BACKUP_DISABLED, REPOSITORY_NOT_FOUND
   */
  async assertPossible({ path, repository }: BackupImportPayload): Promise<void> {
    await this.folder().locate(path);
    if (!this.config.backupEnabled)
      throw new AppError('BACKUP_DISABLED', 'backups are switched off: BACKUP_ENABLED is false');
    if (repository !== undefined) this.repositories.describe(repository);
  }

  /**
   * Stores an upload. Its beginning is checked to be that of an archive.
   * @throws AppError IMPORTS_DISABLED, VALIDATION_FAILED, CONFLICT, DUMP_INVALID, STORAGE_FULL
   */
  async upload(name: string, source: Readable): Promise<StoredDump> {
    const folder = this.folder();
    if (!DUMP_NAME.test(name)) {
      throw new AppError('VALIDATION_FAILED', 'the name of a dump has 1 to 100 letters, digits, dots, - and _');
    }
    return folder.store(name, source, async (path) => {
      const dump = await openDumpArchive(path, this.config.controlDatabase);
      await dump.close();
    });
  }

  /** Opens what stands at the path, an archive or a folder. @throws AppError NOT_FOUND, VALIDATION_FAILED, DUMP_INVALID */
  async open(path: string, onBytes: (bytes: number) => void): Promise<{ dump: DumpSource; sizeBytes: number | null }> {
    const located = await this.folder().locate(path);
    const stats = await lstat(located);
    const { controlDatabase } = this.config;
    if (stats.isDirectory()) return { dump: await openDumpFolder(located, controlDatabase, onBytes), sizeBytes: null };
    if (!stats.isFile()) throw new AppError('DUMP_INVALID', `${path} is neither a file nor a folder`);
    return { dump: await openDumpArchive(located, controlDatabase, onBytes), sizeBytes: stats.size };
  }

  private folder(): ImportFolder {
    if (this.config.importPath === undefined) {
      throw new AppError(
        'IMPORTS_DISABLED',
        'this service has no folder for imports: let BACKUP_IMPORT_PATH name one and start it again',
      );
    }
    return new ImportFolder(this.config.importPath);
  }
}

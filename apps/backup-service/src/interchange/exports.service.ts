import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import { openBackupSource } from './backup-source.ts';
import { exportArchive } from './export-archive.ts';
import type { ExportQuery } from './exports.dto.ts';

const CHUNK_BYTES = 256 * 1024;

/** Backups as files for mongorestore. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly catalogue: BackupCatalogue,
    private readonly repositories: RepositoriesService,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /**
   * The archive as a stream that reads no faster than it is read. An error after its beginning destroys it: whoever reads it gets a
   * file that is cut off, which mongorestore refuses.
   * @throws AppError BACKUP_NOT_FOUND, BACKUP_ENGINE_UNSUPPORTED, BACKUP_SCOPE_EMPTY, VALIDATION_FAILED
   */
  async open(backupId: string, { namespaces, gzip = false }: ExportQuery, signal: AbortSignal): Promise<Readable> {
    const backup = await this.catalogue.find(backupId);
    if (!backup) throw new AppError('BACKUP_NOT_FOUND', `there is no backup ${backupId.slice(0, 100)}`);
    const { source, manifest } = await openBackupSource(this.repositories.get(backup.repository), backupId);
    const archive = exportArchive(source, {
      ...(namespaces && { namespaces }),
      serverVersion: manifest.serverVersion,
      signal,
    });
    const plain = Readable.from(archive, { objectMode: false, highWaterMark: CHUNK_BYTES });
    const done = (error: unknown): void => {
      if (error && !signal.aborted) this.logger.error({ err: error, backupId }, 'an export broke off');
    };
    if (!gzip) {
      plain.once('error', done);
      return plain;
    }
    return pipeline(plain, createGzip({ level: constants.Z_BEST_SPEED, chunkSize: CHUNK_BYTES }), done);
  }
}

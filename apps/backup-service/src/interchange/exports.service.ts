import { randomUUID } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { type Lease, LEASE_HEARTBEAT_MS, type LeaseStore } from '@lucid/core/lease';
import type { Logger } from '@lucid/core/logger';
import { backupLease } from '@lucid/service-kit/backups/backup-removal';
import { InjectClock, InjectLeases, InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { StoredBackups } from '../backups/stored-backups.service.ts';
import { exportRdb } from '../captures/redis/export-rdb.ts';
import type { KeySelection } from '../captures/redis/key-selection.ts';
import { readRedisManifest } from '../captures/redis/manifest.ts';
import { mongodbSource } from './backup-source.ts';
import { exportArchive } from './export-archive.ts';
import type { ExportQuery } from './exports.dto.ts';

const CHUNK_BYTES = 256 * 1024;

/** Backups as files for mongorestore and redis-server. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly backups: StoredBackups,
    @InjectLeases() private readonly leases: LeaseStore,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /**
   * The archive as a stream that reads no faster than it is read. An error after its beginning destroys it: whoever reads it gets a
   * file that is cut off, which mongorestore refuses.
   * @throws AppError BACKUP_NOT_FOUND, BACKUP_ENGINE_UNSUPPORTED, BACKUP_SCOPE_EMPTY, VALIDATION_FAILED, LEASE_HELD (something else reads
   * the backup)
   */
  async open(backupId: string, { namespaces, gzip = false }: ExportQuery, signal: AbortSignal): Promise<Readable> {
    const backup = await this.backups.open(backupId);
    const { source, manifest } = mongodbSource(backup, backupId);
    const { serverVersion } = manifest;
    const archive = exportArchive(source, { ...(namespaces && { namespaces }), serverVersion, signal });
    return this.stream(backupId, archive, { gzip, signal });
  }

  /**
   * Redis as an RDB file, under the same rules: one that is cut off fails redis-check-rdb.
   * @throws AppError as `open`
   */
  async openRdb(backupId: string, selection: KeySelection, signal: AbortSignal): Promise<Readable> {
    const { reader, meta } = await this.backups.open(backupId);
    const manifest = meta.engines['redis'];
    if (manifest === undefined)
      throw new AppError('BACKUP_ENGINE_UNSUPPORTED', `the backup ${backupId} does not hold Redis`);
    const rdb = exportRdb(reader, readRedisManifest(manifest), selection, signal);
    return this.stream(backupId, rdb, { gzip: false, signal });
  }

  private async stream(
    backupId: string,
    content: AsyncGenerator<Buffer>,
    { gzip, signal }: { gzip: boolean; signal: AbortSignal },
  ): Promise<Readable> {
    const lease = await this.leases.acquire(backupLease(backupId), `export-${randomUUID()}`);
    const plain = Readable.from(this.holding(lease, content), { objectMode: false, highWaterMark: CHUNK_BYTES });
    const done = (error: unknown): void => {
      if (error && !signal.aborted) this.logger.error({ err: error, backupId }, 'an export broke off');
    };
    if (!gzip) {
      plain.once('error', done);
      return plain;
    }
    return pipeline(plain, createGzip({ level: constants.Z_BEST_SPEED, chunkSize: CHUNK_BYTES }), done);
  }

  /** Nobody removes the backup while it is read. One that nobody began to read is let go 30 s later. */
  private async *holding(lease: Lease, archive: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    const ended = new AbortController();
    const beating = this.beat(lease, ended.signal);
    try {
      yield* archive;
    } finally {
      ended.abort();
      await beating;
      await lease.release().catch(() => undefined); // it ends by itself
    }
  }

  private async beat(lease: Lease, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.clock.sleep(LEASE_HEARTBEAT_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      // Without the lease the backup may go, and then a chunk is missing: the archive says so by being cut off.
      await lease.heartbeat().catch((error: unknown) => this.logger.warn({ err: error }, 'an export lost its lease'));
    }
  }
}

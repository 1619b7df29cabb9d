import { DOCUMENT_DATABASE } from '@lucid/clients/redis/cache-databases';
import { createCacheClient } from '@lucid/clients/redis/cache-client';
import { wholeDatabasePatterns } from '@lucid/clients/redis/document-keys';
import { forgetDocuments } from '@lucid/clients/redis/forget-documents';
import { isAppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import { redisUri } from '@lucid/service-kit/settings';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';

/** The cache of documents, which must not outlive the documents that a restore in place replaced. */
@Injectable()
export class DocumentCache {
  constructor(
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /** Forgets every cached document and API response; may run twice. @returns a warning where Redis cannot be reached */
  async forget(signal: AbortSignal): Promise<string[]> {
    const isCluster = this.config.redisClusterEnabled;
    const redis = createCacheClient({ uri: redisUri(this.config), isCluster, database: DOCUMENT_DATABASE });
    try {
      const forgotten = await forgetDocuments(redis, wholeDatabasePatterns(isCluster), signal);
      this.logger.info({ forgotten }, 'cached documents are forgotten');
      return [];
    } catch (error) {
      signal.throwIfAborted();
      if (!isAppError(error, 'REDIS_UNAVAILABLE')) throw error;
      this.logger.warn({ err: error }, 'cached documents could not be forgotten');
      return ['Redis could not be reached: documents cached before the restore are served for up to an hour'];
    } finally {
      redis.disconnect();
    }
  }
}

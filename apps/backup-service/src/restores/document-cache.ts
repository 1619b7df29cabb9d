import { createRedis, toRedisAppError } from '@lucid/clients/redis/connection';
import type { Logger } from '@lucid/core/logger';
import { redisUri } from '@lucid/service-kit/settings';
import { InjectLogger } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';

/** Cached documents and API responses (requirements §5). */
const DOCUMENT_DATABASE = 3;
const KEYS_A_STEP = 1_000;

/** The cache of documents, which must not outlive the documents that a restore in place replaced. */
@Injectable()
export class DocumentCache {
  constructor(
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  /** Forgets every cached document; may run twice. @returns a warning where Redis cannot be reached */
  async forget(signal: AbortSignal): Promise<string[]> {
    const redis = createRedis({ uri: redisUri(this.config), purpose: 'cache', database: DOCUMENT_DATABASE });
    let forgotten = 0;
    try {
      for await (const keys of redis.scanStream({ count: KEYS_A_STEP })) {
        signal.throwIfAborted();
        if ((keys as string[]).length > 0) forgotten += await redis.unlink(...(keys as string[]));
      }
      this.logger.info({ forgotten }, 'cached documents are forgotten');
      return [];
    } catch (error) {
      signal.throwIfAborted();
      if (!toRedisAppError(error)) throw error;
      this.logger.warn({ err: error }, 'cached documents could not be forgotten');
      return ['Redis could not be reached: documents cached before the restore are served for up to an hour'];
    } finally {
      redis.disconnect();
    }
  }
}

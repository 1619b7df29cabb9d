import { Client as ElasticsearchClient } from '@elastic/elasticsearch';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { mongodbTls } from '@lucid/service-kit/engines/engine-providers';
import { redisUri } from '@lucid/service-kit/settings';
import type { Provider } from '@nestjs/common';
import { readBackupMeta } from '../backups/backup-record.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { captureUri } from '../mongodb-users.ts';
import { DEFAULT_REPOSITORY, RepositoriesService } from '../repositories/repositories.service.ts';
import { Captures } from './captures.service.ts';
import { ElasticsearchCapture } from './elasticsearch/elasticsearch-capture.ts';
import type { MongodbManifest } from './mongodb/manifest.ts';
import { MongodbCapture } from './mongodb/mongodb-capture.ts';
import { RedisCapture } from './redis/redis-capture.ts';

/** The member that the newest backup of MongoDB was read from: its natural order repeats, and so do the chunks. */
async function lastReadingMember(
  catalogue: BackupCatalogue,
  repositories: RepositoriesService,
): Promise<string | undefined> {
  const [newest] = await catalogue.list(1);
  if (!newest || newest.repository !== DEFAULT_REPOSITORY) return undefined;
  try {
    const meta = readBackupMeta(await repositories.get().readSnapshot(newest._id));
    return (meta.engines['mongodb'] as unknown as MongodbManifest | undefined)?.readingMember || undefined;
  } catch {
    // Only a preference: a backup that cannot be read is found by its verification, not here.
    return undefined;
  }
}

/** Every engine that can be captured. */
export const capturesProvider: Provider = {
  provide: Captures,
  useFactory: (
    config: BackupConfig,
    catalogue: BackupCatalogue,
    repositories: RepositoriesService,
    elasticsearch: ElasticsearchClient,
  ) =>
    new Captures([
      new MongodbCapture({
        uri: captureUri(config),
        tls: mongodbTls(config),
        controlDatabase: config.controlDatabase,
        readLimit: config.backupReadLimit,
        preferredMember: () => lastReadingMember(catalogue, repositories),
      }),
      new RedisCapture({ uri: redisUri(config) }),
      new ElasticsearchCapture({
        client: elasticsearch,
        prefix: config.elasticsearchIndexPrefix,
        snapshotPath: config.elasticsearchSnapshotPath,
      }),
    ]),
  inject: [BACKUP_CONFIG, BackupCatalogue, RepositoriesService, ElasticsearchClient],
};

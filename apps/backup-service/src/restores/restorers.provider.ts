import { Client as ElasticsearchClient } from '@elastic/elasticsearch';
import { allModels } from '@lucid/models/all-models';
import { mongodbTls } from '@lucid/service-kit/engines/engine-providers';
import { redisUri } from '@lucid/service-kit/settings';
import type { Provider } from '@nestjs/common';
import { ElasticsearchRestorer } from '../captures/elasticsearch/elasticsearch-restorer.ts';
import { MongodbRestorer } from '../captures/mongodb/mongodb-restorer.ts';
import { RedisRestorer } from '../captures/redis/redis-restorer.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { ownUsers, RestoreConnection, restoreUri } from '../mongodb-users.ts';
import { PointInTimeService } from '../recovery-windows/point-in-time.service.ts';
import { RecoveryGapsService } from '../recovery-windows/recovery-gaps.service.ts';
import { EngineRestorers } from './engine-restorers.ts';

/** Every engine that can be restored, MongoDB first. */
export const restorersProvider: Provider = {
  provide: EngineRestorers,
  useFactory: (
    config: BackupConfig,
    { client }: RestoreConnection,
    elasticsearch: ElasticsearchClient,
    times: PointInTimeService,
    gaps: RecoveryGapsService,
  ) =>
    new EngineRestorers([
      new MongodbRestorer({
        client,
        uri: restoreUri(config),
        tls: mongodbTls(config),
        controlDatabase: config.controlDatabase,
        mainDatabase: config.mongodbDatabase,
        ownUsers: ownUsers(config),
        sourceAt: (input, request, signal) => times.sourceAt(input, request, signal),
        noteRestore: (restore, phase) => gaps.noteRestore(restore, phase),
      }),
      new ElasticsearchRestorer({
        client: elasticsearch,
        prefix: config.elasticsearchIndexPrefix,
        snapshotPath: config.elasticsearchSnapshotPath,
        searched: { client, database: config.mongodbDatabase, models: allModels() },
      }),
      new RedisRestorer({ uri: redisUri(config) }),
    ]),
  inject: [BACKUP_CONFIG, RestoreConnection, ElasticsearchClient, PointInTimeService, RecoveryGapsService],
};

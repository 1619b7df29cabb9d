import { mongodbTls } from '@lucid/service-kit/engines/engine-providers';
import { mongodbUri } from '@lucid/service-kit/settings';
import type { Provider } from '@nestjs/common';
import { MongoClient } from 'mongodb';
import { MongodbRestorer } from '../captures/mongodb/mongodb-restorer.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { EngineRestorers } from './engine-restorers.ts';

/** Every engine that can be restored, MongoDB first. */
export const restorersProvider: Provider = {
  provide: EngineRestorers,
  useFactory: (config: BackupConfig, client: MongoClient) =>
    new EngineRestorers([
      new MongodbRestorer({
        client,
        uri: mongodbUri(config),
        tls: mongodbTls(config),
        controlDatabase: config.controlDatabase,
        mainDatabase: config.mongodbDatabase,
      }),
    ]),
  inject: [BACKUP_CONFIG, MongoClient],
};

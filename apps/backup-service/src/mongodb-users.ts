import { createMongoClient } from '@lucid/clients/mongodb/connection';
import { mongodbTls } from '@lucid/service-kit/engines/engine-providers';
import { mongodbUri } from '@lucid/service-kit/settings';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { MongoClient } from 'mongodb';
import type { UserName } from './captures/mongodb/restore-users.ts';
import { BACKUP_CONFIG, type BackupConfig } from './config.ts';

/** As whom MongoDB is read: BACKUP_CAPTURE_URI, whose user needs `lucidBackup` alone, else MONGODB_URI. */
export function captureUri(config: BackupConfig): string {
  return config.captureUri ?? mongodbUri(config);
}

/** As whom restores write: BACKUP_RESTORE_URI, whose user needs `lucidRestore` alone, else MONGODB_URI. */
export function restoreUri(config: BackupConfig): string {
  return config.restoreUri ?? mongodbUri(config);
}

/** Everybody as whom this service comes to MongoDB; a user that a certificate names is not among them. */
export function ownUsers(config: BackupConfig): UserName[] {
  const uris = new Set([mongodbUri(config), captureUri(config), restoreUri(config)]);
  return [...uris].flatMap((uri) => {
    const { credentials } = new MongoClient(uri).options;
    return credentials?.username ? [{ user: credentials.username, db: credentials.source }] : [];
  });
}

/** The client of restores, of drills, and of what holds user writes; that of the service where no other user is named. */
@Injectable()
export class RestoreConnection implements OnApplicationShutdown {
  readonly client: MongoClient;
  private readonly own: MongoClient | undefined;

  constructor(client: MongoClient, @Inject(BACKUP_CONFIG) config: BackupConfig) {
    if (config.restoreUri !== undefined) {
      const tls = mongodbTls(config);
      this.own = createMongoClient({ uri: config.restoreUri, appName: 'lucid-restore', ...(tls && { tls }) });
    }
    this.client = this.own ?? client;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.own?.close();
  }
}

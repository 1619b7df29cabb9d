import { createMongoClient } from '@lucid/clients/mongodb/connection';
import { mongodbTls } from '@lucid/service-kit/engines/engine-providers';
import { InjectConfig } from '@lucid/service-kit/tokens';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { MongoClient, type Db } from 'mongodb';
import type { StorageConfig } from '../config.ts';

/** Enough for one report at a time; a member that is asked must not be loaded by it. */
const POOL_SIZE = 2;

/**
 * Connections to single members, for what each of them knows alone: its disk, its connections, how often its indexes were used. They
 * are opened when first needed and kept. The user and the TLS settings are those of the service.
 */
@Injectable()
export class MemberConnections implements OnApplicationShutdown {
  private readonly clients = new Map<string, MongoClient>();

  constructor(
    private readonly client: MongoClient,
    @InjectConfig() private readonly config: StorageConfig,
  ) {}

  /** @param host `host:port` as the set's configuration has it; nothing is sent to it yet */
  to(host: string, database: string): Db {
    const known = this.clients.get(host) ?? this.open(host);
    this.clients.set(host, known);
    return known.db(database);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([...this.clients.values()].map((client) => client.close()));
  }

  private open(host: string): MongoClient {
    const { credentials, tls: isTls, tlsCAFile, tlsCertificateKeyFile } = this.client.options;
    const query = new URLSearchParams({ directConnection: 'true' });
    if (isTls) query.set('tls', 'true');
    if (tlsCAFile !== undefined) query.set('tlsCAFile', tlsCAFile);
    if (tlsCertificateKeyFile !== undefined) query.set('tlsCertificateKeyFile', tlsCertificateKeyFile);
    if (credentials) query.set('authSource', credentials.source);
    if (credentials && credentials.mechanism !== 'DEFAULT') query.set('authMechanism', credentials.mechanism);
    const user = credentials?.username ? `${encodeURIComponent(credentials.username)}${passwordOf(credentials)}@` : '';
    const tls = mongodbTls(this.config);
    return createMongoClient({
      ...{
        uri: `mongodb://${user}${host}/?${query.toString()}`,
        appName: 'lucid-storage-api-member',
        poolSize: POOL_SIZE,
      },
      ...(tls && { tls }),
    });
  }
}

function passwordOf({ password }: { password?: string }): string {
  return password ? `:${encodeURIComponent(password)}` : '';
}

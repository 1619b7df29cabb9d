import { AppError } from '@lucid/core/app-error';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import type { EngineTls } from '../engine-tls.ts';
import { toMongoAppError } from './errors.ts';

export { toMongoAppError } from './errors.ts';

export interface MongoConnectionConfig {
  uri: string;
  /** Shown in the server's log and in `currentOp`. */
  appName: string;
  /** Database of `client.db()`; the URI's own when left out. */
  database?: string;
  /** Connections to one member at most; 100 when left out. */
  poolSize?: number;
  tls?: EngineTls;
}

const SELECTION_TIMEOUT_MS = 5_000;
const WRITE_CONCERN_TIMEOUT_MS = 15_000;

/**
 * A client that has not connected yet; its first operation does. Writes are acknowledged by a majority and, like reads, tried
 * once more by the driver. An operation without a reachable primary ends after 5 s; a member that hangs is noticed by the
 * monitor, which then breaks its connections, so sockets have no timeout of their own (an index build may be silent for long).
 */
export function createMongoClient(config: MongoConnectionConfig): MongoClient {
  const options: MongoClientOptions = {
    appName: config.appName,
    maxPoolSize: config.poolSize ?? 100,
    serverSelectionTimeoutMS: SELECTION_TIMEOUT_MS,
    connectTimeoutMS: SELECTION_TIMEOUT_MS,
    heartbeatFrequencyMS: 5_000,
    waitQueueTimeoutMS: 10_000,
    retryWrites: true,
    retryReads: true,
    writeConcern: { w: 'majority', wtimeoutMS: WRITE_CONCERN_TIMEOUT_MS },
    ignoreUndefined: true,
    ...(config.tls && { tls: true, minVersion: 'TLSv1.3', ...config.tls }),
  };
  try {
    return new MongoClient(withDatabase(config.uri, config.database), options);
  } catch (cause) {
    throw new AppError(
      'CONFIG_INVALID',
      'MONGODB_URI cannot be read; it looks like mongodb://host:27017/?replicaSet=lucid-rs',
      {
        cause,
      },
    );
  }
}

/** @throws AppError MONGODB_UNAVAILABLE (also for wrong credentials, then not retryable), CONFIG_INVALID */
export async function connectMongo(config: MongoConnectionConfig): Promise<MongoClient> {
  const client = createMongoClient(config);
  try {
    await client.connect();
    await pingMongo(client);
    return client;
  } catch (error) {
    await client.close().catch(() => undefined);
    throw toMongoAppError(error) ?? error;
  }
}

/** Does a primary answer? @throws AppError MONGODB_UNAVAILABLE, TIMEOUT */
export async function pingMongo(client: MongoClient): Promise<void> {
  try {
    await client.db('admin').command({ ping: 1 });
  } catch (error) {
    throw toMongoAppError(error) ?? error;
  }
}

/** Puts the database between the hosts and the options; credentials then still come from `authSource` or `admin`. */
function withDatabase(uri: string, database: string | undefined): string {
  if (database === undefined) return uri;
  const match = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(\?.*)?$/.exec(uri);
  if (!match) return uri;
  const [, hosts = '', previous = '', query = ''] = match;
  const keepsSource = query.includes('authSource=') || !hosts.includes('@');
  const source = keepsSource ? query : `${query === '' ? '?' : `${query}&`}authSource=${previous || 'admin'}`;
  return `${hosts}/${encodeURIComponent(database)}${source}`;
}

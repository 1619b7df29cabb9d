import type { Redis } from 'ioredis';
import { Cluster, type ClusterOptions, type RedisOptions } from 'ioredis';
import type { EngineTls } from '../engine-tls.ts';
import type { Logger } from '@lucid/core/logger';
import { createRedis, toRedisAppError } from './connection.ts';
import { parseRedisSeeds } from './resp/redis-address.ts';

/** The cache's Redis: one server, or a cluster of them. */
export type CacheClient = Redis | Cluster;

export interface CacheClientConfig {
  /** `redis://` or `rediss://`; of a Redis Cluster any nodes (`one:6379,two:6379`), one of which must be up: it tells of all. */
  readonly uri: string;
  readonly isCluster: boolean;
  /** Of one Redis; a cluster has only 0, and prefixes (`cache-databases.ts`). */
  readonly database: number;
  readonly tls?: EngineTls;
  readonly logger?: Logger;
  /**
   * Milliseconds after which a command has failed. With it a client does not wait for a connection, and on one Redis commands of one turn
   * of the event loop go out together: for callers that would rather do without the cache.
   */
  readonly hurryMs?: number;
}

const COMMAND_TIMEOUT_MS = 5_000;
const SLOTS_REFRESH_MS = 30_000;
/** Then what waits for a cluster is told that it is away, and the next who wants it connects again. */
const CLUSTER_ATTEMPTS = 3;

/** A cache that is away says so within a second; whoever needs it later asks again. */
const PATIENT: RedisOptions = {
  maxRetriesPerRequest: 1,
  retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 4), 500),
};

/** A client that connects with its first command, and again for as long as the process lives. */
export function createCacheClient(config: CacheClientConfig): CacheClient {
  return config.isCluster ? createCluster(config) : createSingle(config);
}

/** A cluster's client gives up after a while; this makes it try again. To be called before it is used. @throws where it is away */
export async function ensureConnected(client: CacheClient): Promise<void> {
  if (client.status === 'end') await client.connect();
}

/** The servers that hold the keys: the one Redis, or each primary of the cluster. @throws AppError REDIS_UNAVAILABLE */
export async function primariesOf(client: CacheClient): Promise<Redis[]> {
  if (!(client instanceof Cluster)) return [client];
  try {
    await ensureConnected(client);
    await client.ping(); // Connects, where it has not yet.
    return client.nodes('master');
  } catch (error) {
    throw toRedisAppError(error) ?? error;
  }
}

function createSingle({ uri, database, tls, logger, hurryMs }: CacheClientConfig): Redis {
  const options = hurryMs === undefined ? PATIENT : hurried(hurryMs);
  return createRedis({ uri, purpose: 'cache', database, tls, logger, options });
}

function hurried(commandTimeout: number): RedisOptions {
  return {
    commandTimeout,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
  };
}

function createCluster({ uri, tls, logger, hurryMs }: CacheClientConfig): Cluster {
  const seeds = parseRedisSeeds(uri, tls);
  const [{ username, password, tls: asked }] = seeds;
  const options: ClusterOptions = {
    lazyConnect: true,
    slotsRefreshTimeout: COMMAND_TIMEOUT_MS,
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    clusterRetryStrategy: (times) =>
      hurryMs === undefined && times > CLUSTER_ATTEMPTS ? null : Math.min(50 * 2 ** Math.min(times, 6), 2_000),
    // Certificates are made for names, so names are what is connected to.
    ...(asked && { dnsLookup: (address, done) => done(null, address) }),
    // Without automatic pipelines: in one, ioredis does not follow a slot to its new shard.
    ...(hurryMs !== undefined && { enableOfflineQueue: false, maxRedirections: 2 }),
    redisOptions: {
      connectionName: 'lucid-cache',
      connectTimeout: COMMAND_TIMEOUT_MS,
      commandTimeout: hurryMs ?? COMMAND_TIMEOUT_MS,
      username,
      password,
      ...(asked && { tls: { minVersion: 'TLSv1.3', ...asked } }),
    },
  };
  const startNodes = seeds.map(({ host, port }) => ({ host, port }));
  const cluster = new Cluster(startNodes, options);
  // Without a listener ioredis prints to the console. Commands carry their own errors; this is only for the log.
  cluster.on('error', (error: Error) => logger?.warn({ err: error, purpose: 'cache' }, 'redis connection'));
  return cluster;
}

import type { EngineTls } from '@lucid/clients/engine-tls';
import { connectRedis, toRedisAppError } from '@lucid/clients/redis/connection';
import { parseRedisSeeds, type RedisAddress } from '@lucid/clients/redis/resp/redis-address';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { Redis } from 'ioredis';
import { serverInfo, type ServerInfo } from './server-info.ts';

export interface RedisTarget {
  /** `redis://` or `rediss://`; its database number does not count. Of a Redis Cluster: any of its nodes, or several (`one:6379,two:6379`). */
  readonly uri: string;
  readonly tls?: EngineTls;
}

/** A server that takes writes: the only one, or the primary of one shard. */
export interface RedisServer {
  readonly address: RedisAddress;
  readonly client: Redis;
  /** First and last slot of each range; of a single server none. */
  readonly slots: readonly (readonly [from: number, to: number])[];
}

/** The servers behind one URI; in the order of their slots. */
export interface RedisServers {
  readonly all: readonly RedisServer[];
  readonly isCluster: boolean;
}

/**
 * Connects to the server, or to each primary of its cluster, for as long as `action` runs; an abort cuts the connections and ends it with
 * its reason. @throws AppError REDIS_UNAVAILABLE, and what `action` throws
 */
export async function withServers<T>(
  target: RedisTarget,
  { signal, clock }: { signal: AbortSignal; clock: Clock },
  action: (servers: RedisServers) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const open: Redis[] = [];
  const abort = (): void => open.forEach((client) => client.disconnect());
  signal.addEventListener('abort', abort, { once: true });
  const connect = async (address: RedisAddress): Promise<Redis> => {
    const uri = uriOf(address);
    const client = await connectRedis(
      { uri, purpose: 'cache', database: 0, ...(address.tls && { tls: address.tls }) },
      clock,
    );
    open.push(client);
    return client;
  };
  try {
    return await action(await findServers(parseRedisSeeds(target.uri, target.tls), connect));
  } catch (error) {
    throw signal.aborted ? signal.reason : (toRedisAppError(error) ?? error);
  } finally {
    signal.removeEventListener('abort', abort);
    abort();
  }
}

/** What all servers together hold; version and kind are those of the first. */
export async function infoOf({ all, isCluster }: RedisServers): Promise<ServerInfo> {
  const infos: ServerInfo[] = [];
  for (const { client } of all) infos.push(await serverInfo(client));
  const keyspace = new Map<number, number>();
  for (const [database, keys] of infos.flatMap((info) => [...info.keyspace])) {
    keyspace.set(database, (keyspace.get(database) ?? 0) + keys);
  }
  const oldest = infos.reduce((one, other) => (other.rdbVersion < one.rdbVersion ? other : one));
  const evictedKeys = infos.reduce((sum, info) => sum + info.evictedKeys, 0);
  return { ...oldest, isCluster, keyspace, evictedKeys };
}

type Connect = (address: RedisAddress) => Promise<Redis>;

/** The first that answers: each node of a cluster tells of all. @throws what the last one threw */
async function connectFirst(
  [address, ...others]: readonly [RedisAddress, ...RedisAddress[]],
  connect: Connect,
): Promise<{ address: RedisAddress; client: Redis }> {
  try {
    return { address, client: await connect(address) };
  } catch (error) {
    const [next, ...rest] = others;
    if (!next || !isAppError(error, 'REDIS_UNAVAILABLE')) throw error;
    return connectFirst([next, ...rest], connect);
  }
}

async function findServers(seeds: readonly [RedisAddress, ...RedisAddress[]], connect: Connect): Promise<RedisServers> {
  const { address, client } = await connectFirst(seeds, connect);
  if (!(await isCluster(client))) return { all: [{ address, client, slots: [] }], isCluster: false };
  const ranges = new Map<string, { address: RedisAddress; slots: [number, number][] }>();
  const listed = (await client.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
  for (const [from, to, [host, port]] of [...listed].sort(([a], [b]) => a - b)) {
    const one = { address: { ...address, host: host || address.host, port }, slots: [] };
    const found = ranges.get(`${host}:${port}`) ?? one;
    found.slots.push([from, to]);
    ranges.set(`${host}:${port}`, found);
  }
  if (ranges.size === 0) throw new AppError('REDIS_UNAVAILABLE', 'The Redis Cluster has no slots assigned.');
  const all: RedisServer[] = [];
  for (const { address: primary, slots } of ranges.values()) {
    all.push({ address: primary, slots, client: await connect(primary) });
  }
  return { all, isCluster: true };
}

async function isCluster(client: Redis): Promise<boolean> {
  try {
    return /^cluster_enabled:1/m.test(await client.info('cluster'));
  } catch (error) {
    // A user who may not ask is served as by a single server.
    if (error instanceof Error && error.message.startsWith('NOPERM')) return false;
    throw error;
  }
}

function uriOf({ host, port, username = '', password, tls }: RedisAddress): string {
  const login = password === undefined ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`;
  return `${tls ? 'rediss' : 'redis'}://${login}${host.includes(':') ? `[${host}]` : host}:${port}`;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { runProgram } from '@lucid/clients/process/run-program';
import { eventually } from '@lucid/testing/eventually';
import { Cluster, Redis } from 'ioredis';
import { freePorts } from '../../scripts/engines/free-ports.ts';
import { findRedisServer } from '../../scripts/engines/programs.ts';

/** A Redis of its own for a spec: with FLUSHALL, any setting, and nobody else's keys. */
export interface OwnRedis {
  readonly uri: string;
  readonly port: number;
  readonly client: Redis;
  readonly daemon: Daemon;
  readonly folder: string;
  /** Kills it and starts it again on the same port, with what it has on disk; the ready server's client reconnects by itself. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one, on a free port unless one is given; `settings` are pairs of a name and a value, as on the command line. */
export async function startOwnRedis(
  settings: readonly string[] = [],
  password?: string,
  wanted?: number,
): Promise<OwnRedis> {
  const program = await redisServer();
  const port = wanted ?? (await freePorts(1))[0] ?? 0;
  const folder = await mkdtemp(join(tmpdir(), 'lucid-redis-'));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--daemonize', 'no'];
  const quick = ['--repl-diskless-sync-delay', '0', ...(password === undefined ? [] : ['--requirepass', password])];
  const uri = `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`;
  const client = new Redis(uri, { lazyConnect: true, maxRetriesPerRequest: 1 });
  client.on('error', () => undefined); // the rejected calls say the same
  const isReady = async (): Promise<boolean> => (await client.ping()) === 'PONG';
  const logFile = join(folder, 'redis.log');
  const start = (): Promise<Daemon> =>
    startDaemon(program, [...args, ...quick, ...settings], { logFile, cwd: folder, isReady });
  let daemon = await start();
  const stop = async (): Promise<void> => {
    client.disconnect();
    await daemon.stop(2_000);
    await rm(folder, { recursive: true, force: true });
  };
  const restart = async (): Promise<void> => {
    await daemon.stop(0);
    daemon = await start();
  };
  return {
    ...{ uri, port, client, folder, stop, restart },
    get daemon() {
      return daemon;
    },
  };
}

export function redisServer(): Promise<string> {
  return findRedisServer({ say: () => undefined, signal: new AbortController().signal });
}

/** A real Redis Cluster of three shards with a replica each. */
export interface OwnRedisCluster {
  /** Of one of its nodes. */
  readonly uri: string;
  readonly nodes: readonly OwnRedis[];
  readonly client: Cluster;
  stop(): Promise<void>;
}

const NODES = 6;

export async function startOwnRedisCluster(settings: readonly string[] = []): Promise<OwnRedisCluster> {
  const asNode = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '5000', ...settings];
  // All at once, so that no two are given the same; without a port of its own the bus takes the node's and ten thousand.
  const ports = await freePorts(2 * NODES);
  const started = await Promise.allSettled(
    ports.slice(0, NODES).map((port, at) => {
      const bus = ['--cluster-port', String(ports[NODES + at])];
      return startOwnRedis([...asNode, ...bus], undefined, port);
    }),
  );
  const nodes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stopNodes = (): Promise<unknown> => Promise.all(nodes.map((node) => node.stop()));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await stopNodes();
    throw failed.reason;
  }
  const cli = join(dirname(await redisServer()), 'redis-cli');
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await runProgram(cli, ['--cluster', 'create', ...hosts, '--cluster-replicas', '1', '--cluster-yes']);
  await eventually('every node to see the cluster', async () => {
    const states = await Promise.all(nodes.map(({ client }) => client.cluster('INFO')));
    return states.every((state) => state.includes('cluster_state:ok'));
  });
  const client = new Cluster(nodes.map(({ port }) => ({ host: '127.0.0.1', port })));
  const stop = async (): Promise<void> => {
    client.disconnect();
    await stopNodes();
  };
  return { uri: nodes[0]?.uri ?? '', nodes, client, stop };
}

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { Redis } from 'ioredis';
import { freePorts } from './free-ports.ts';
import { repositoryPath } from './repository-path.ts';
import type { Scratch } from './scratch.ts';
import type { StartedEngine } from './started-engine.ts';

export type RedisRole = 'cache' | 'queue';

/** The variable that names each of the two. */
export const REDIS_VARIABLES: Record<RedisRole, string> = { cache: 'REDIS_URI', queue: 'REDIS_QUEUE_URI' };

/** What a development machine needs otherwise than configs/redis: less memory, no threads of its own, our own paths. */
export function redisOverrides(port: number, folder: string, password: string): string[] {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${folder}`,
    `requirepass ${password}`,
    'maxmemory 256mb',
    'io-threads 1',
    'daemonize no',
    'logfile ""',
    'pidfile ""',
  ];
}

/** Starts the Redis instances asked for, on free ports, each with its production file and a password. */
export async function startRedis(
  server: string,
  roles: readonly RedisRole[],
  scratch: Scratch,
  signal: AbortSignal,
): Promise<StartedEngine> {
  const program = await scratch.reach(server, 'redis-server');
  const ports = await freePorts(roles.length);
  const started = await Promise.all(
    roles.map((role, index) => startOne(program, role, ports[index] ?? 0, { scratch, signal })),
  );
  return { env: Object.assign({}, ...started.map((one) => one.env)), daemons: started.map((one) => one.daemon) };
}

interface Place {
  scratch: Scratch;
  signal: AbortSignal;
}

async function startOne(
  program: string,
  role: RedisRole,
  port: number,
  { scratch, signal }: Place,
): Promise<{ env: Record<string, string>; daemon: Daemon }> {
  const folder = await scratch.folder('redis', role);
  const password = randomBytes(18).toString('hex');
  const production = await readFile(repositoryPath('configs', 'redis', `redis-${role}.conf`), 'utf8');
  const text = [production, ...redisOverrides(port, folder, password), ''].join('\n');
  const config = await scratch.file(join(folder, 'redis.conf'), text);
  const uri = `redis://:${password}@127.0.0.1:${port}`;
  const logFile = join(folder, 'redis.log');
  const isReady = (): Promise<boolean> => answers(uri);
  const daemon = await startDaemon(program, [config], { logFile, cwd: folder, ...scratch.runAs, isReady, signal });
  return { env: { [REDIS_VARIABLES[role]]: uri }, daemon };
}

async function answers(uri: string): Promise<boolean> {
  const client = new Redis(uri, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined); // the rejected call says the same
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } finally {
    client.disconnect();
  }
}

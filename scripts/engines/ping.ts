import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';

export interface PingResult {
  name: string;
  isUp: boolean;
  detail: string;
}

const TIMEOUT_MS = 5_000;

/** Asks every engine that the variables name; never rejects. */
export async function ping(env: Record<string, string>): Promise<PingResult[]> {
  const asks: [string, string | undefined, (uri: string) => Promise<string>][] = [
    ['mongodb', env.MONGODB_URI, pingMongodb],
    ['redis-cache', env.REDIS_URI, pingRedis],
    ['redis-queue', env.REDIS_QUEUE_URI, pingRedis],
    ['elasticsearch', env.ELASTICSEARCH_URI, pingElasticsearch],
  ];
  return Promise.all(
    asks.map(async ([name, uri, ask]) => {
      if (!uri) return { name, isUp: false, detail: 'no address' };
      try {
        return { name, isUp: true, detail: await ask(uri) };
      } catch (error) {
        return { name, isUp: false, detail: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}

async function pingMongodb(uri: string): Promise<string> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: TIMEOUT_MS });
  try {
    const status = await client.db('admin').command({ replSetGetStatus: 1 });
    return status.members
      .map((member: { name: string; stateStr: string }) => `${member.name} ${member.stateStr}`)
      .join(', ');
  } finally {
    await client.close();
  }
}

async function pingRedis(uri: string): Promise<string> {
  const client = new Redis(uri, { lazyConnect: true, connectTimeout: TIMEOUT_MS, retryStrategy: () => null });
  client.on('error', () => undefined); // the rejected call says the same
  try {
    await client.connect();
    const [, version = '?'] = /redis_version:(\S+)/.exec(await client.info('server')) ?? [];
    const [, policy = '?'] = /maxmemory_policy:(\S+)/.exec(await client.info('memory')) ?? [];
    return `${client.options.host}:${client.options.port} ${version} ${policy}`;
  } finally {
    client.disconnect();
  }
}

async function pingElasticsearch(uri: string): Promise<string> {
  const { username, password, origin, host } = new URL(uri);
  const authorization = `Basic ${Buffer.from(`${username}:${decodeURIComponent(password)}`).toString('base64')}`;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await fetch(`${origin}/_cluster/health`, { headers: { authorization }, signal });
  if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  const { status } = (await answer.json()) as { status: string };
  return `${host} ${status}`;
}

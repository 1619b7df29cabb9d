import { AppError } from '@lucid/core/app-error';
import type { Getting } from './debian.ts';
import type { ElasticsearchProgram } from './elasticsearch.ts';
import { elasticsearchFromPackage, javaHome, mongodFromPackage, redisFromPackage } from './packages.ts';
import { findElasticsearchHome, findVersion } from './programs-on-path.ts';

const OLDEST_MONGODB = 6.0;
const OLDEST_REDIS = 7.0;

export async function findMongod(getting: Getting): Promise<string> {
  const found = await findVersion('mongod', /db version v(\d+\.\d+)/, OLDEST_MONGODB);
  return found ?? fromPackage('MongoDB', `no mongod ${OLDEST_MONGODB}+`, () => mongodFromPackage(getting));
}

export async function findRedisServer(getting: Getting): Promise<string> {
  const found = await findVersion('redis-server', /v=(\d+\.\d+)/, OLDEST_REDIS);
  return found ?? fromPackage('Redis', `no redis-server ${OLDEST_REDIS}+`, () => redisFromPackage(getting));
}

export async function findElasticsearch(getting: Getting): Promise<ElasticsearchProgram> {
  const home = await findElasticsearchHome();
  if (home) return { home, javaHome: await javaHome(getting) };
  return fromPackage('Elasticsearch', 'no elasticsearch 8.11+', () => elasticsearchFromPackage(getting));
}

async function fromPackage<T>(engine: string, onPath: string, get: () => Promise<T>): Promise<T> {
  try {
    return await get();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const tried = `the environment names none; no Docker engine answers; ${onPath} on the PATH; package: ${reason}`;
    throw new AppError('ENGINES_MISSING', `${engine} cannot be had here. Tried: ${tried}`, { cause: error });
  }
}

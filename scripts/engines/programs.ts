import { AppError } from '@lucid/core/app-error';
import type { ElasticsearchProgram } from './elasticsearch.ts';
import { elasticsearchFromPackage, javaHome, mongodFromPackage, redisFromPackage, type Say } from './packages.ts';
import { findElasticsearchHome, findVersion } from './programs-on-path.ts';

const OLDEST_MONGODB = 6.0;
const OLDEST_REDIS = 7.0;

export async function findMongod(say: Say): Promise<string> {
  const found = await findVersion('mongod', /db version v(\d+\.\d+)/, OLDEST_MONGODB);
  return found ?? fromPackage('MongoDB', `no mongod ${OLDEST_MONGODB}+`, () => mongodFromPackage(say));
}

export async function findRedisServer(say: Say): Promise<string> {
  const found = await findVersion('redis-server', /v=(\d+\.\d+)/, OLDEST_REDIS);
  return found ?? fromPackage('Redis', `no redis-server ${OLDEST_REDIS}+`, () => redisFromPackage(say));
}

export async function findElasticsearch(say: Say): Promise<ElasticsearchProgram> {
  const home = await findElasticsearchHome();
  if (home) return { home, javaHome: await javaHome(say) };
  return fromPackage('Elasticsearch', 'no elasticsearch 8.11+', () => elasticsearchFromPackage(say));
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

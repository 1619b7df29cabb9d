import { primariesOf } from '@lucid/clients/redis/cache-client';
import { toRedisAppError } from '@lucid/clients/redis/connection';
import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import type { CacheStatsDto } from './cache-stats.dto.ts';
import { CacheDatabases } from './cache-databases.service.ts';
import { DocumentCache } from './document-cache.ts';
import { figure, type Info, keyspaceOf, parseInfo, ratio } from './server-figures.ts';

const PURPOSES: Readonly<Record<number, string>> = {
  0: 'session tokens, rate limits',
  1: 'authentication data, JWTs',
  2: 'node metrics, PoOT scores',
  3: 'documents, API responses',
};

/** What the servers of the cache say about themselves. */
@Injectable()
export class CacheStatsService {
  constructor(
    private readonly databases: CacheDatabases,
    private readonly documents: DocumentCache,
  ) {}

  /** @throws AppError REDIS_UNAVAILABLE */
  async stats(): Promise<CacheStatsDto> {
    const infos = await this.infos();
    const sum = (name: string): number => infos.reduce((total, info) => total + figure(info, name), 0);
    const hits = sum('keyspace_hits');
    const misses = sum('keyspace_misses');
    return {
      ...{ isCluster: this.databases.isCluster, version: infos[0]?.get('redis_version') ?? '', servers: infos.length },
      uptimeSeconds: Math.min(...infos.map((info) => figure(info, 'uptime_in_seconds'))),
      ...{ hits, misses, hitRate: ratio(hits, hits + misses) },
      operationsPerSecond: sum('instantaneous_ops_per_sec'),
      commands: sum('total_commands_processed'),
      ...{ evictedKeys: sum('evicted_keys'), expiredKeys: sum('expired_keys') },
      clients: {
        ...{ connected: sum('connected_clients'), blocked: sum('blocked_clients') },
        ...{ limit: sum('maxclients'), rejected: sum('rejected_connections') },
      },
      memory: {
        ...{ usedBytes: sum('used_memory'), peakBytes: sum('used_memory_peak'), residentBytes: sum('used_memory_rss') },
        ...{ limitBytes: sum('maxmemory'), policy: infos[0]?.get('maxmemory_policy') ?? '' },
        fragmentation: ratio(sum('used_memory_rss'), sum('used_memory')),
      },
      replication: infos.map((info) => ({
        ...{ role: info.get('role') ?? '', replicas: figure(info, 'connected_slaves') },
        ...{ offset: figure(info, 'master_repl_offset'), farthestBehindBytes: farthestBehind(info) },
      })),
      persistence: infos.map((info) => ({
        ...{ isLoading: info.get('loading') === '1', hasAppendOnlyFile: info.get('aof_enabled') === '1' },
        isLastSaveOk: info.get('rdb_last_bgsave_status') === 'ok' && info.get('aof_last_write_status') !== 'err',
        lastSaveAt: new Date(figure(info, 'rdb_last_save_time') * 1_000).toISOString(),
        changesSinceSave: figure(info, 'rdb_changes_since_last_save'),
      })),
      databases: databasesOf(infos),
      documents: this.documents.figures(),
    };
  }

  private async infos(): Promise<Info[]> {
    try {
      const primaries = await primariesOf(this.databases.open().client);
      if (primaries.length === 0)
        throw new AppError('REDIS_UNAVAILABLE', 'the Redis Cluster has no primary that answers');
      return await Promise.all(primaries.map(async (primary) => parseInfo(await primary.info())));
    } catch (error) {
      throw toRedisAppError(error) ?? error;
    }
  }
}

function databasesOf(infos: readonly Info[]): CacheStatsDto['databases'] {
  const found = new Map<number, CacheStatsDto['databases'][number]>();
  for (const { database, keys, expiring, averageTtlSeconds } of infos.flatMap(keyspaceOf)) {
    const before = found.get(database);
    found.set(database, {
      ...{ database, purpose: PURPOSES[database] ?? null, averageTtlSeconds },
      keys: keys + (before?.keys ?? 0),
      expiring: expiring + (before?.expiring ?? 0),
    });
  }
  return [...found.values()].sort((a, b) => a.database - b.database);
}

/** `slave0:ip=…,port=…,state=online,offset=…,lag=…`; `null` without replicas. */
function farthestBehind(info: Info): number | null {
  const offsets = [...info].flatMap(([name, value]) => {
    const offset = /^slave\d+$/.test(name) ? /offset=(\d+)/.exec(value)?.[1] : undefined;
    return offset === undefined ? [] : [Number(offset)];
  });
  return offsets.length === 0 ? null : Math.max(0, figure(info, 'master_repl_offset') - Math.min(...offsets));
}

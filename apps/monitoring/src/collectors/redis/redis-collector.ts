import type { Collected, Collector } from '../collector.ts';
import { SampleSet, type Labels } from '../samples.ts';
import { REDIS_METRICS } from './redis-metrics.ts';
import { hitRatio, onlineReplicas, parseInfo, parsePairs } from './redis-info.ts';

const DEADLINE_MS = 4_000;

/** Metric → field of INFO, where the figure needs no arithmetic. */
const FIELDS = {
  redis_uptime_in_seconds: 'uptime_in_seconds',
  redis_connected_clients: 'connected_clients',
  redis_blocked_clients: 'blocked_clients',
  redis_max_clients: 'maxclients',
  redis_memory_used_bytes: 'used_memory',
  redis_memory_used_peak_bytes: 'used_memory_peak',
  redis_memory_used_rss_bytes: 'used_memory_rss',
  redis_memory_max_bytes: 'maxmemory',
  redis_mem_fragmentation_ratio: 'mem_fragmentation_ratio',
  redis_commands_processed_total: 'total_commands_processed',
  redis_connections_received_total: 'total_connections_received',
  redis_rejected_connections_total: 'rejected_connections',
  redis_net_input_bytes_total: 'total_net_input_bytes',
  redis_net_output_bytes_total: 'total_net_output_bytes',
  redis_keyspace_hits_total: 'keyspace_hits',
  redis_keyspace_misses_total: 'keyspace_misses',
  redis_evicted_keys_total: 'evicted_keys',
  redis_expired_keys_total: 'expired_keys',
  redis_loading_dump_file: 'loading',
  redis_rdb_changes_since_last_save: 'rdb_changes_since_last_save',
} as const satisfies Partial<Record<keyof typeof REDIS_METRICS, string>>;

type Info = ReadonlyMap<string, string>;

/** One INFO of one Redis. It answers while the server loads its data, which is what tells loading from dead. */
export class RedisCollector implements Collector {
  readonly name: string;
  readonly engine = 'redis';
  readonly deadlineMs = DEADLINE_MS;
  readonly freshForMs = 0;
  readonly up: { metric: string; labels: Labels };

  constructor(
    private readonly redis: { info(): Promise<string> },
    readonly database: 'cache' | 'queue',
  ) {
    this.name = `redis-${database}`;
    this.up = { metric: 'redis_up', labels: { database } };
  }

  async collect(): Promise<Collected> {
    const info = parseInfo(await this.redis.info());
    return { samples: toSamples(info, this.database), health: isHealthy(info) ? 1 : 0.5, problems: [] };
  }
}

function toSamples(info: Info, database: string): SampleSet<typeof REDIS_METRICS>['samples'] {
  const set = new SampleSet(REDIS_METRICS);
  const labels = { database };
  for (const [metric, field] of Object.entries(FIELDS)) {
    set.add(metric as keyof typeof FIELDS, info.get(field), labels);
  }
  set.add('redis_instance_info', 1, {
    database,
    redis_version: info.get('redis_version') ?? '',
    role: info.get('role') ?? '',
    redis_mode: info.get('redis_mode') ?? '',
  });
  const hits = Number(info.get('keyspace_hits') ?? 0);
  set.add('redis_keyspace_hit_ratio', hitRatio(hits, Number(info.get('keyspace_misses') ?? 0)), labels);
  set.add('redis_connected_slaves', onlineReplicas(info), labels);
  set.add('redis_rdb_last_bgsave_status', okAsNumber(info.get('rdb_last_bgsave_status')), labels);
  set.add('redis_aof_last_write_status', okAsNumber(info.get('aof_last_write_status')), labels);
  for (const [name, value] of info) {
    if (!/^db\d+$/.test(name)) continue;
    const pairs = parsePairs(value);
    set.add('redis_db_keys', pairs.get('keys'), { database, db: name });
    set.add('redis_db_keys_expiring', pairs.get('expires'), { database, db: name });
  }
  return set.samples;
}

function okAsNumber(status: string | undefined): number | undefined {
  return status === undefined ? undefined : Number(status === 'ok');
}

/** Not while it loads, after a failed save (writes are then refused or may be lost), or as a replica without its primary. */
function isHealthy(info: Info): boolean {
  const saves = info.get('rdb_last_bgsave_status') !== 'err' && info.get('aof_last_write_status') !== 'err';
  const follows = info.get('role') !== 'slave' || info.get('master_link_status') === 'up';
  return info.get('loading') !== '1' && saves && follows;
}

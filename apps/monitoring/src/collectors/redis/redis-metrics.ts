import { counter, gauge, type MetricDeclarations } from '../samples.ts';

/**
 * The figures of Redis under the names of oliver006/redis_exporter, which its dashboards know, and the hit ratio. `database`
 * tells the two instances apart: cache, queue.
 */
export const REDIS_METRICS = {
  redis_up: gauge('1 when Redis answered the last collection, 0 when it did not', 'database'),
  redis_instance_info: gauge(
    'Always 1; version, role and mode as labels',
    'database',
    'redis_version',
    'role',
    'redis_mode',
  ),
  redis_uptime_in_seconds: gauge('Seconds since the server started', 'database'),
  redis_connected_clients: gauge('Connections of clients', 'database'),
  redis_blocked_clients: gauge('Clients waiting in a blocking call', 'database'),
  redis_max_clients: gauge('Connections at most', 'database'),
  redis_memory_used_bytes: gauge('Memory taken by data and overhead', 'database'),
  redis_memory_used_peak_bytes: gauge('Greatest memory taken since the start', 'database'),
  redis_memory_used_rss_bytes: gauge('Memory as the operating system counts it', 'database'),
  redis_memory_max_bytes: gauge('Limit of memory; 0 for none', 'database'),
  redis_mem_fragmentation_ratio: gauge('Resident memory over used memory', 'database'),
  redis_commands_processed_total: counter('Commands processed since the start', 'database'),
  redis_connections_received_total: counter('Connections accepted since the start', 'database'),
  redis_rejected_connections_total: counter('Connections refused for lack of room since the start', 'database'),
  redis_net_input_bytes_total: counter('Bytes received since the start', 'database'),
  redis_net_output_bytes_total: counter('Bytes sent since the start', 'database'),
  redis_keyspace_hits_total: counter('Look-ups that found their key since the start', 'database'),
  redis_keyspace_misses_total: counter('Look-ups that found no key since the start', 'database'),
  redis_keyspace_hit_ratio: gauge('Hits over look-ups since the start, 0 to 1', 'database'),
  redis_evicted_keys_total: counter('Keys evicted for lack of memory since the start', 'database'),
  redis_expired_keys_total: counter('Keys expired since the start', 'database'),
  redis_db_keys: gauge('Keys of a numbered database', 'database', 'db'),
  redis_db_keys_expiring: gauge('Keys of a numbered database that have a time to live', 'database', 'db'),
  redis_connected_slaves: gauge('Replicas that are in step', 'database'),
  redis_loading_dump_file: gauge('1 while the server loads its data', 'database'),
  redis_rdb_last_bgsave_status: gauge('1 when the last RDB save succeeded', 'database'),
  redis_rdb_changes_since_last_save: gauge('Changes since the last RDB save', 'database'),
  redis_aof_last_write_status: gauge('1 when the last write of the append-only file succeeded', 'database'),
} as const satisfies MetricDeclarations;

import { counter, gauge, histogram, type MetricDeclarations } from '../samples.ts';

/**
 * The figures of MongoDB. The first four names are fixed; the others are those of percona/mongodb_exporter (its
 * `mongodb_mongod_…` names, which its dashboards know) where it has one. `member` is the server that was asked: after a
 * change of primary the counters go on as a series of their own.
 */
export const MONGODB_METRICS = {
  mongodb_connections: gauge('Connections of clients by state: current, available, active', 'member', 'state'),
  mongodb_operations_total: counter('Operations since the server started, by type', 'member', 'type'),
  mongodb_query_duration_seconds: histogram(
    'Duration of operations as the server measured them, by type: read, write, command, transaction',
    'member',
    'type',
  ),
  mongodb_collection_size_bytes: gauge(
    'Size of the documents of a collection, uncompressed; small ones beyond the 200 largest are summed as overflow',
    'database',
    'collection',
  ),
  mongodb_up: gauge('1 when MongoDB answered the last collection, 0 when it did not'),
  mongodb_collection_storage_bytes: gauge('Space a collection takes on disk, compressed', 'database', 'collection'),
  mongodb_collection_index_bytes: gauge('Space the indexes of a collection take on disk', 'database', 'collection'),
  mongodb_collection_documents: gauge('Documents of a collection, as its metadata says', 'database', 'collection'),
  mongodb_oplog_window_seconds: gauge('Time between the oldest and the newest entry of the oplog'),
  mongodb_filesystem_size_bytes: gauge('Size of the file system that holds the data files', 'member'),
  mongodb_filesystem_used_bytes: gauge('Space taken on the file system that holds the data files', 'member'),
  mongodb_mongod_instance_uptime_seconds: gauge('Seconds since the server started', 'member'),
  mongodb_mongod_connections_metrics_created_total: counter('Connections made since the server started', 'member'),
  mongodb_mongod_op_counters_repl_total: counter('Replicated operations applied since the start', 'member', 'type'),
  mongodb_mongod_memory: gauge('Memory of the server in MiB: resident, virtual', 'member', 'type'),
  mongodb_mongod_wiredtiger_cache_bytes: gauge('Bytes in the WiredTiger cache: total, dirty', 'member', 'type'),
  mongodb_mongod_wiredtiger_cache_max_bytes: gauge('Greatest size of the WiredTiger cache', 'member'),
  mongodb_mongod_global_lock_current_queue: gauge('Operations waiting for a lock: reader, writer', 'member', 'type'),
  mongodb_mongod_network_bytes_total: counter('Bytes over the network: in_bytes, out_bytes', 'member', 'state'),
  mongodb_mongod_network_metrics_num_requests_total: counter('Requests received since the start', 'member'),
  mongodb_mongod_metrics_cursor_open: gauge('Open cursors: total, pinned, noTimeout', 'member', 'state'),
  mongodb_mongod_metrics_cursor_timed_out_total: counter('Cursors that timed out since the start', 'member'),
  mongodb_mongod_asserts_total: counter('Assertions since the start, by type', 'member', 'type'),
  mongodb_mongod_metrics_ttl_deleted_documents_total: counter('Documents removed by TTL indexes', 'member'),
  mongodb_mongod_replset_number_of_members: gauge('Members of the replica set', 'set'),
  mongodb_mongod_replset_member_health: gauge(
    '1 when the member is reachable from the one asked',
    'set',
    'name',
    'state',
  ),
  mongodb_mongod_replset_member_state: gauge(
    'State of the member as its number (1 primary, 2 secondary)',
    'set',
    'name',
    'state',
  ),
  mongodb_mongod_replset_member_replication_lag: gauge(
    'Seconds the member is behind the primary',
    'set',
    'name',
    'state',
  ),
  mongodb_mongod_replset_oplog_head_timestamp: gauge('Time of the newest entry of the oplog, Unix seconds'),
  mongodb_mongod_replset_oplog_tail_timestamp: gauge('Time of the oldest entry of the oplog, Unix seconds'),
} as const satisfies MetricDeclarations;

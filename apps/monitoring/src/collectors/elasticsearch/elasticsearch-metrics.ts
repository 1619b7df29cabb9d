import { counter, gauge, type MetricDeclarations } from '../samples.ts';

/**
 * The figures of Elasticsearch under the names of prometheus-community/elasticsearch_exporter. Two of its counters have no
 * `_total`: they keep its name, which dashboards ask for, and are declared as gauges, which a counter's name must not be.
 */
export const ELASTICSEARCH_METRICS = {
  elasticsearch_up: gauge('1 when Elasticsearch answered the last collection, 0 when it did not'),
  elasticsearch_cluster_health_status: gauge('1 for the colour the cluster has, 0 for the others', 'cluster', 'color'),
  elasticsearch_cluster_health_number_of_nodes: gauge('Nodes of the cluster', 'cluster'),
  elasticsearch_cluster_health_number_of_data_nodes: gauge('Nodes that hold data', 'cluster'),
  elasticsearch_cluster_health_active_shards: gauge('Active shards, replicas included', 'cluster'),
  elasticsearch_cluster_health_active_primary_shards: gauge('Active primary shards', 'cluster'),
  elasticsearch_cluster_health_unassigned_shards: gauge('Shards without a node', 'cluster'),
  elasticsearch_cluster_health_relocating_shards: gauge('Shards that move', 'cluster'),
  elasticsearch_cluster_health_initializing_shards: gauge('Shards that start', 'cluster'),
  elasticsearch_cluster_health_number_of_pending_tasks: gauge('Cluster changes that wait', 'cluster'),
  elasticsearch_indices_docs_primary: gauge('Documents of an index', 'index'),
  elasticsearch_indices_store_size_bytes_primary: gauge('Size of the primary shards of an index on disk', 'index'),
  elasticsearch_index_stats_search_query_total: counter('Queries of an index since its shards started', 'index'),
  elasticsearch_index_stats_search_query_time_seconds_total: counter(
    'Time spent in queries of an index; over the number of queries: their mean latency',
    'index',
  ),
  elasticsearch_index_stats_indexing_index_total: counter('Documents indexed since the shards started', 'index'),
  elasticsearch_index_stats_indexing_index_time_seconds_total: counter('Time spent indexing', 'index'),
  elasticsearch_indices_search_query_total: counter('Queries of a node since it started', 'name'),
  elasticsearch_indices_search_query_time_seconds: gauge('Time spent in queries since the node started', 'name'),
  elasticsearch_indices_indexing_index_total: counter('Documents indexed by a node since it started', 'name'),
  elasticsearch_jvm_memory_used_bytes: gauge('Memory of the JVM in use', 'name', 'area'),
  elasticsearch_jvm_memory_max_bytes: gauge('Memory of the JVM at most', 'name', 'area'),
  elasticsearch_filesystem_data_size_bytes: gauge('Size of the file systems that hold data', 'name'),
  elasticsearch_filesystem_data_available_bytes: gauge('Space left on the file systems that hold data', 'name'),
  elasticsearch_breakers_tripped: gauge('Times a circuit breaker refused since the node started', 'name', 'breaker'),
  elasticsearch_thread_pool_rejected_total: counter(
    'Tasks a thread pool refused since the node started',
    'name',
    'type',
  ),
} as const satisfies MetricDeclarations;

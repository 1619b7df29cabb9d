import { figureAt, type Labels, type SampleSet } from '../samples.ts';
import { toLatencyHistogram, type ServerLatencies } from './latency-histogram.ts';
import type { MONGODB_METRICS } from './mongodb-metrics.ts';

/** `serverStatus`: every section of it may be missing in some version or role. */
export type ServerStatus = { host: string; opLatencies?: Record<string, ServerLatencies | undefined> };

/** Section of opLatencies → label `type`. */
const LATENCY_TYPES = { reads: 'read', writes: 'write', commands: 'command', transactions: 'transaction' } as const;
const OPERATIONS = ['insert', 'query', 'update', 'delete', 'getmore', 'command'];

type Figure = readonly [metric: keyof typeof MONGODB_METRICS, path: string, labels?: Labels];

/** Where each figure stands, and the labels it gets besides `member`. */
const FIGURES: readonly Figure[] = [
  ...['current', 'available', 'active'].map((state): Figure => [
    'mongodb_connections',
    `connections.${state}`,
    { state },
  ]),
  ...OPERATIONS.map((type): Figure => ['mongodb_operations_total', `opcounters.${type}`, { type }]),
  ...OPERATIONS.map((type): Figure => ['mongodb_mongod_op_counters_repl_total', `opcountersRepl.${type}`, { type }]),
  ...['resident', 'virtual'].map((type): Figure => ['mongodb_mongod_memory', `mem.${type}`, { type }]),
  ...['total', 'pinned', 'noTimeout'].map((state): Figure => [
    'mongodb_mongod_metrics_cursor_open',
    `metrics.cursor.open.${state}`,
    { state },
  ]),
  ...['regular', 'warning', 'msg', 'user'].map((type): Figure => [
    'mongodb_mongod_asserts_total',
    `asserts.${type}`,
    { type },
  ]),
  ['mongodb_mongod_connections_metrics_created_total', 'connections.totalCreated'],
  ['mongodb_mongod_instance_uptime_seconds', 'uptime'],
  ['mongodb_mongod_wiredtiger_cache_bytes', 'wiredTiger.cache.bytes currently in the cache', { type: 'total' }],
  ['mongodb_mongod_wiredtiger_cache_bytes', 'wiredTiger.cache.tracked dirty bytes in the cache', { type: 'dirty' }],
  ['mongodb_mongod_wiredtiger_cache_max_bytes', 'wiredTiger.cache.maximum bytes configured'],
  ['mongodb_mongod_global_lock_current_queue', 'globalLock.currentQueue.readers', { type: 'reader' }],
  ['mongodb_mongod_global_lock_current_queue', 'globalLock.currentQueue.writers', { type: 'writer' }],
  ['mongodb_mongod_network_bytes_total', 'network.bytesIn', { state: 'in_bytes' }],
  ['mongodb_mongod_network_bytes_total', 'network.bytesOut', { state: 'out_bytes' }],
  ['mongodb_mongod_network_metrics_num_requests_total', 'network.numRequests'],
  ['mongodb_mongod_metrics_cursor_timed_out_total', 'metrics.cursor.timedOut'],
  ['mongodb_mongod_metrics_ttl_deleted_documents_total', 'metrics.ttl.deletedDocuments'],
];

/** Its name in the replica set, as the series of the members have it; alone it has only its own name. */
export function memberOf(status: ServerStatus): string {
  return String(figureAt(status, 'repl.me') ?? status.host);
}

/** Adds the figures of one server. */
export function addServerStatus(set: SampleSet<typeof MONGODB_METRICS>, status: ServerStatus): void {
  const member = memberOf(status);
  for (const [metric, path, labels] of FIGURES) set.add(metric, figureAt(status, path), { member, ...labels });
  for (const [section, type] of Object.entries(LATENCY_TYPES)) {
    const latencies = status.opLatencies?.[section];
    if (latencies) set.addHistogram('mongodb_query_duration_seconds', toLatencyHistogram(latencies), { member, type });
  }
}

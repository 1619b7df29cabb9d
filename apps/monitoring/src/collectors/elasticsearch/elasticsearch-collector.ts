import type { Client, estypes } from '@elastic/elasticsearch';
import type { Collected, Collector } from '../collector.ts';
import { runParts } from '../parts.ts';
import { figureAt, SampleSet, type Labels } from '../samples.ts';
import { OVERFLOW, splitTop } from '../top-entries.ts';
import { ELASTICSEARCH_METRICS } from './elasticsearch-metrics.ts';

const DEADLINE_MS = 4_000;
const COLORS = ['green', 'yellow', 'red'] as const;
/** The thread pools that serve requests; the others are the cluster's own business. */
const THREAD_POOLS = ['search', 'write', 'get'];

type Samples = SampleSet<typeof ELASTICSEARCH_METRICS>;

/** The state of the cluster, its nodes, and the indices that carry the prefix of the suite. */
export class ElasticsearchCollector implements Collector {
  readonly name = 'elasticsearch';
  readonly engine = 'elasticsearch';
  readonly deadlineMs = DEADLINE_MS;
  readonly freshForMs = 0;
  readonly up = { metric: 'elasticsearch_up', labels: {} };

  /** @param database the prefix of the suite's indices */
  constructor(
    private readonly client: Client,
    readonly database: string,
  ) {}

  async collect(signal: AbortSignal): Promise<Collected> {
    const set = new SampleSet(ELASTICSEARCH_METRICS);
    const options = { requestTimeout: DEADLINE_MS, maxRetries: 0, signal };
    const health = await this.client.cluster.health({}, options);
    addClusterHealth(set, health);
    const problems = await runParts({
      nodes: async () => {
        const { nodes } = await this.client.nodes.stats({ metric: NODE_SECTIONS }, options);
        for (const node of Object.values(nodes)) addNode(set, node);
      },
      indices: async () => {
        const request = { index: `${this.database}_*`, metric: INDEX_SECTIONS, expand_wildcards: 'open' } as const;
        const { indices } = await this.client.indices.stats(request, options);
        addIndices(set, indices ?? {});
      },
    });
    return { samples: set.samples, health: health.status.toLowerCase() === 'green' ? 1 : 0.5, problems };
  }
}

const NODE_SECTIONS = ['indices', 'jvm', 'fs', 'breaker', 'thread_pool'];
const INDEX_SECTIONS = ['docs', 'store', 'search', 'indexing'];

function addClusterHealth(set: Samples, health: estypes.ClusterHealthResponse): void {
  const cluster = health.cluster_name;
  for (const color of COLORS) {
    const value = Number(health.status.toLowerCase() === color);
    set.add('elasticsearch_cluster_health_status', value, { cluster, color });
  }
  set.add('elasticsearch_cluster_health_number_of_nodes', health.number_of_nodes, { cluster });
  set.add('elasticsearch_cluster_health_number_of_data_nodes', health.number_of_data_nodes, { cluster });
  set.add('elasticsearch_cluster_health_active_shards', health.active_shards, { cluster });
  set.add('elasticsearch_cluster_health_active_primary_shards', health.active_primary_shards, { cluster });
  set.add('elasticsearch_cluster_health_unassigned_shards', health.unassigned_shards, { cluster });
  set.add('elasticsearch_cluster_health_relocating_shards', health.relocating_shards, { cluster });
  set.add('elasticsearch_cluster_health_initializing_shards', health.initializing_shards, { cluster });
  set.add('elasticsearch_cluster_health_number_of_pending_tasks', health.number_of_pending_tasks, { cluster });
}

type Figure = readonly [metric: keyof typeof ELASTICSEARCH_METRICS, path: string, scale?: number, labels?: Labels];

const FROM_MILLISECONDS = 1 / 1000;

/** Where each figure of a node stands, what it is multiplied by, and the labels it gets besides `name`. */
const NODE_FIGURES: readonly Figure[] = [
  ['elasticsearch_indices_search_query_total', 'indices.search.query_total'],
  ['elasticsearch_indices_search_query_time_seconds', 'indices.search.query_time_in_millis', FROM_MILLISECONDS],
  ['elasticsearch_indices_indexing_index_total', 'indices.indexing.index_total'],
  ['elasticsearch_jvm_memory_used_bytes', 'jvm.mem.heap_used_in_bytes', 1, { area: 'heap' }],
  ['elasticsearch_jvm_memory_used_bytes', 'jvm.mem.non_heap_used_in_bytes', 1, { area: 'non-heap' }],
  ['elasticsearch_jvm_memory_max_bytes', 'jvm.mem.heap_max_in_bytes', 1, { area: 'heap' }],
  ['elasticsearch_filesystem_data_size_bytes', 'fs.total.total_in_bytes'],
  ['elasticsearch_filesystem_data_available_bytes', 'fs.total.available_in_bytes'],
  ...THREAD_POOLS.map((type): Figure => [
    'elasticsearch_thread_pool_rejected_total',
    `thread_pool.${type}.rejected`,
    1,
    { type },
  ]),
];

function addNode(set: Samples, node: estypes.NodesStats): void {
  const name = node.name ?? '';
  for (const [metric, path, scale = 1, labels] of NODE_FIGURES) {
    const value = figureAt(node, path);
    set.add(metric, value === undefined ? undefined : Number(value) * scale, { name, ...labels });
  }
  for (const [breaker, { tripped }] of Object.entries(node.breakers ?? {})) {
    set.add('elasticsearch_breakers_tripped', tripped, { name, breaker });
  }
}

/** Metric of an index → where its figure stands. Searches count on replicas too, documents and size once. */
const INDEX_FIGURES: readonly Figure[] = [
  ['elasticsearch_indices_docs_primary', 'primaries.docs.count'],
  ['elasticsearch_indices_store_size_bytes_primary', 'primaries.store.size_in_bytes'],
  ['elasticsearch_index_stats_search_query_total', 'total.search.query_total'],
  ['elasticsearch_index_stats_search_query_time_seconds_total', 'total.search.query_time_in_millis', FROM_MILLISECONDS],
  ['elasticsearch_index_stats_indexing_index_total', 'primaries.indexing.index_total'],
  [
    'elasticsearch_index_stats_indexing_index_time_seconds_total',
    'primaries.indexing.index_time_in_millis',
    FROM_MILLISECONDS,
  ],
];

/** The largest indices by name, all others as one. */
export function addIndices(set: Samples, indices: Readonly<Record<string, unknown>>, limit?: number): void {
  const size = (stats: unknown): number => Number(figureAt(stats, 'primaries.store.size_in_bytes') ?? 0);
  const [top, rest] = splitTop(Object.entries(indices), ([, stats]) => size(stats), limit);
  for (const [metric, path, scale = 1] of INDEX_FIGURES) {
    const valueOf = (stats: unknown): number => Number(figureAt(stats, path) ?? 0) * scale;
    for (const [index, stats] of top) set.add(metric, valueOf(stats), { index });
    if (rest.length === 0) continue;
    const sum = rest.reduce((total, [, stats]) => total + valueOf(stats), 0);
    set.add(metric, sum, { index: OVERFLOW });
  }
}

import { ELASTICSEARCH_METRICS } from '../collectors/elasticsearch/elasticsearch-metrics.ts';
import { MONGODB_METRICS } from '../collectors/mongodb/mongodb-metrics.ts';
import { REDIS_METRICS } from '../collectors/redis/redis-metrics.ts';
import { COLLECTION_METRICS } from './collection-metrics.ts';

/** Every metric this service collects. */
export const CATALOGUE = {
  ...COLLECTION_METRICS,
  ...MONGODB_METRICS,
  ...REDIS_METRICS,
  ...ELASTICSEARCH_METRICS,
} as const;

export type MetricName = keyof typeof CATALOGUE;

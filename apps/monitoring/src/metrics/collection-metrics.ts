import type { Snapshot } from '../collectors/collector.ts';
import { gauge, SampleSet, type MetricDeclarations, type Sample } from '../collectors/samples.ts';

/** What is told of every engine alike, and of the collections themselves. */
export const COLLECTION_METRICS = {
  database_health_status: gauge(
    'Health of a database: 1 healthy, 0.5 degraded (it answers, but a member, a replica or a save is missing), 0 down',
    'engine',
    'database',
  ),
  lucid_monitoring_collection_timestamp_seconds: gauge('When a collector last ended, Unix time', 'collector'),
  lucid_monitoring_collection_duration_seconds: gauge('How long the last collection took', 'collector'),
  lucid_monitoring_collection_part_failed: gauge(
    '1 for each part of the last collection that could not be had, such as for a missing right',
    'collector',
    'part',
  ),
} as const satisfies MetricDeclarations;

/** All samples of the last collections: the engines' own, and what is known of each from its outcome. */
export function allSamples(snapshots: readonly Snapshot[]): Sample[] {
  const set = new SampleSet<MetricDeclarations>(COLLECTION_METRICS);
  for (const { collector, up, health, collectedAt, durationMs, problems } of snapshots) {
    if (collector.up) set.add(collector.up.metric, Number(up), collector.up.labels);
    set.add('database_health_status', health, { engine: collector.engine, database: collector.database });
    const labels = { collector: collector.name };
    set.add('lucid_monitoring_collection_timestamp_seconds', collectedAt.getTime() / 1000, labels);
    set.add('lucid_monitoring_collection_duration_seconds', durationMs / 1000, labels);
    for (const { part } of problems) set.add('lucid_monitoring_collection_part_failed', 1, { ...labels, part });
  }
  return [...set.samples, ...snapshots.flatMap((snapshot) => snapshot.samples)];
}

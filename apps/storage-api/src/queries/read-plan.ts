import type { Document } from 'mongodb';
import { isPlain } from './query-shape.ts';

/** What a plan comes to, for a reader. */
export interface PlanSummary {
  /** From the last one to run to the first: `SORT`, `FETCH`, `IXSCAN`. */
  stages: string[];
  indexes: string[];
  docsExamined: number | null;
  keysExamined: number | null;
  returned: number | null;
  executionMs: number | null;
  warnings: PlanWarning[];
}

export interface PlanWarning {
  code: 'COLLSCAN' | 'IN_MEMORY_SORT' | 'SPILLED_TO_DISK' | 'EXAMINES_MANY' | 'SKIPS_MANY' | 'NOT_FINISHED';
  message: string;
}

/** Fields of an explain that hold the stages below: https://www.mongodb.com/docs/manual/reference/explain-results/ */
const BELOW = [
  'queryPlan',
  'inputStage',
  'inputStages',
  'thenStage',
  'elseStage',
  'outerStage',
  'innerStage',
  'shards',
  'winningPlan',
];
/** Of the server, not of the plan. */
const OF_SERVER = new Set([
  'serverInfo',
  'serverParameters',
  '$clusterTime',
  'operationTime',
  'ok',
  'command',
  '$configServerState',
  '$gleStats',
  'lastCommittedOpTime',
]);
const MANY = 10;
const FEW_DOCUMENTS = 100;
const MAX_DEPTH = 50;

/** The plan without what it says of the server it ran on. */
export function withoutServer(explain: Document): Document {
  return Object.fromEntries(
    Object.entries(explain)
      .filter(([key]) => !OF_SERVER.has(key))
      .map(([key, value]) => [key, key === 'shards' && isPlain(value) ? mapValues(value) : value]),
  );
}

function mapValues(shards: Document): Document {
  return Object.fromEntries(
    Object.entries(shards).map(([name, one]) => [name, isPlain(one) ? withoutServer(one) : one]),
  );
}

/** Of a find or an aggregation, of a replica set or of shards. */
export function summarize(explain: Document): PlanSummary {
  const parts = partsOf(explain);
  const found: Document[] = [];
  for (const { queryPlanner } of parts) collect(queryPlanner?.['winningPlan'], found, 0);
  const pipeline = parts.flatMap(({ laterStages }) => laterStages);
  const stages = [...pipeline.toReversed(), ...found.map((stage) => String(stage['stage']))];
  const stats = parts.map(({ executionStats }) => executionStats).filter((one) => one !== undefined);
  const sum = (field: string): number | null =>
    stats.length === 0 ? null : stats.reduce((total, one) => total + Number(one[field] ?? 0), 0);
  const summary = {
    stages,
    indexes: [
      ...new Set(found.map((stage) => stage['indexName'] as unknown).filter((name) => typeof name === 'string')),
    ],
    ...{ docsExamined: sum('totalDocsExamined'), keysExamined: sum('totalKeysExamined'), returned: sum('nReturned') },
    executionMs: stats.length === 0 ? null : Math.max(...stats.map((one) => Number(one['executionTimeMillis'] ?? 0))),
  };
  return { ...summary, warnings: warningsOf(summary, explain, stats) };
}

interface Part {
  queryPlanner: Document | undefined;
  executionStats: Document | undefined;
  /** Of a pipeline, after what the query planner does. */
  laterStages: string[];
}

function partsOf(explain: Document): Part[] {
  const shards: unknown = explain['shards'];
  if (isPlain(shards)) return Object.values(shards).flatMap((one) => (isPlain(one) ? partsOf(one) : []));
  const stages: unknown = explain['stages'];
  if (!Array.isArray(stages)) return [partOf(explain, [])];
  const [first, ...later] = stages as Document[];
  const cursor: unknown = first?.['$cursor'];
  const names = later.map((stage) => Object.keys(stage).find((key) => key.startsWith('$')) ?? 'unknown');
  return [partOf(isPlain(cursor) ? cursor : {}, names)];
}

function partOf(explain: Document, laterStages: string[]): Part {
  const { queryPlanner, executionStats } = explain as { queryPlanner?: Document; executionStats?: Document };
  return { queryPlanner, executionStats, laterStages };
}

function collect(plan: unknown, found: Document[], depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(plan)) plan.forEach((one) => collect(one, found, depth + 1));
  if (!isPlain(plan)) return;
  if (typeof plan['stage'] === 'string') found.push(plan);
  for (const field of BELOW) collect(plan[field], found, depth + 1);
}

function warningsOf(
  { stages, docsExamined, returned }: Omit<PlanSummary, 'warnings'>,
  explain: Document,
  stats: readonly Document[],
): PlanWarning[] {
  const warnings: PlanWarning[] = [];
  const add = (code: PlanWarning['code'], message: string): number => warnings.push({ code, message });
  if (stages.includes('COLLSCAN'))
    add('COLLSCAN', 'every document of the collection is read: no index serves the filter');
  if (stages.includes('SORT') || stages.includes('$sort'))
    add(
      'IN_MEMORY_SORT',
      'the order is made in memory: an index with the fields of the sort after those of equality would have it',
    );
  if (isAnywhere(explain, 'usedDisk', 0)) add('SPILLED_TO_DISK', 'memory did not suffice: the server wrote to disk');
  if (
    docsExamined !== null &&
    returned !== null &&
    docsExamined > FEW_DOCUMENTS &&
    docsExamined > MANY * Math.max(1, returned)
  )
    add('EXAMINES_MANY', `${String(docsExamined)} documents are read for ${String(returned)} that are returned`);
  if (stages.includes('SKIP'))
    add('SKIPS_MANY', 'what is skipped is read all the same: go on after the last one seen instead');
  if (stats.some((one) => one['executionSuccess'] === false))
    add('NOT_FINISHED', 'it was not run to its end; the figures are of a part');
  return warnings;
}

function isAnywhere(value: unknown, field: string, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((one) => isAnywhere(one, field, depth + 1));
  if (!isPlain(value)) return false;
  return value[field] === true || Object.values(value).some((one) => isAnywhere(one, field, depth + 1));
}

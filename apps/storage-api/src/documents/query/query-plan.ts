import type { Document } from 'mongodb';

/** What a plan tells of how much it reads. */
export interface PlanVerdict {
  readonly isServed: boolean;
  /**
   * Other values in the same places may read more: it uses a partial or sparse index, which they may not be able to use, or a range of the
   * filter that holds one value here, or none.
   */
  readonly dependsOnValues: boolean;
  /** Where nothing serves for sure: of each plan the ranges that it goes through. It serves if these hold few keys. */
  readonly candidates: readonly (readonly IndexRange[])[];
}

/** A range of an index, which may be nearly all of it. */
export interface IndexRange {
  readonly field: string;
  /** Undefined for an index that only some queries can use, in a time series, and where the documents themselves lie in this order. */
  readonly index: string | undefined;
}

export interface JudgedQuery {
  readonly hasFilter: boolean;
  /** Fields that the filter bounds by a range (`rangedFields`). */
  readonly ranged?: readonly string[];
  /** It ends when a page is full, or when whoever reads it leaves; a count does not. */
  readonly isPage: boolean;
}

/** They read all that is below them before they give the first document. */
const BLOCKING = new Set(['SORT', 'AND_HASH', 'AND_SORTED']);
const EVERYTHING = /^(?:\[MinKey, MaxKey\]|\[MaxKey, MinKey\])$/;

/**
 * Reads the answer of `explain` (https://www.mongodb.com/docs/manual/reference/explain-results/): is there a plan in which every way to the
 * documents is bounded by an index? Not only the winner counts, because MongoDB tries the candidates and so finds out which one is
 * quick. Single values are bounds. A range alone is none, because it may hold every key: it is one where the plan returns what it
 * reads, so that a page ends it, and where it is found to hold few keys. A query without a filter is bounded by its page, as long as nothing must
 * be sorted first.
 */
export function judgePlan(explained: Document, { hasFilter, isPage, ranged = [] }: JudgedQuery): PlanVerdict {
  const plans = plansOf(explained).map((plan) => stagesOf(plan));
  const bounded = plans.filter((stages) =>
    hasFilter ? stages.every(isBounded) : !stages.some(({ stage }) => stage === 'SORT'),
  );
  const served = bounded.filter(
    (stages) => !hasFilter || rangesOf(stages).length === 0 || (isPage && stages.every(returnsWhatItReads)),
  );
  const dependsOnValues = served.some((stages) =>
    stages.some((stage) => stage['isPartial'] === true || stage['isSparse'] === true || isRangeOfOne(stage, ranged)),
  );
  const isServed = served.length > 0;
  const series = seriesOf(explained);
  const named = (stages: readonly Document[]): IndexRange[] => rangesOf(stages).map((range) => inSeries(range, series));
  return { isServed, dependsOnValues, candidates: isServed ? [] : bounded.map(named) };
}

/** The winner and the rejected ones. Of several shards each has its own; they are told apart by nothing, and any may serve. */
function plansOf(value: unknown): Document[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(plansOf);
  const { winningPlan, rejectedPlans } = value as Document;
  if (typeof winningPlan === 'object' && winningPlan !== null) {
    const shards: unknown = (winningPlan as Document)['shards'];
    if (Array.isArray(shards)) return shards.flatMap(plansOf);
    return [winningPlan as Document, ...(Array.isArray(rejectedPlans) ? (rejectedPlans as Document[]) : [])];
  }
  return Object.values(value).flatMap(plansOf);
}

function stagesOf(value: unknown): Document[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(stagesOf);
  const own = typeof (value as Document)['stage'] === 'string' ? [value as Document] : [];
  const { queryPlan, inputStage, inputStages, thenStage, elseStage, innerStage, outerStage } = value as Document;
  const inner = [queryPlan, inputStage, inputStages, thenStage, elseStage, innerStage, outerStage];
  return [...own, ...inner.flatMap(stagesOf)];
}

function isBounded(stage: Document): boolean {
  if (isInOrderOfIds(stage)) return stage['minRecord'] !== undefined || stage['maxRecord'] !== undefined;
  if (stage['stage'] !== 'IXSCAN') return true;
  const [first] = boundsOf(stage);
  return first !== undefined && !coversAll(first.intervals);
}

/** Of a collection that lies by its `_id`, where it is bounded (clustered, or the buckets of a time series). */
function isInOrderOfIds({ stage }: Document): boolean {
  return stage === 'COLLSCAN' || stage === 'CLUSTERED_IXSCAN';
}

/** Everything, everything but a few values (`$ne`), or every text (a pattern that is not anchored). */
function coversAll(intervals: readonly string[]): boolean {
  const [first = '', last = ''] = [intervals[0], intervals.at(-1)];
  if (first.startsWith('[MinKey') && last.endsWith('MaxKey]')) return true;
  if (first.startsWith('[MaxKey') && last.endsWith('MinKey]')) return true;
  return intervals.some((interval) => interval === '["", {})' || interval === '({}, ""]');
}

/** Ways to the documents that a range bounds. Places and hashes have bounds of their own making, which are no ranges of values. */
function rangesOf(stages: readonly Document[]): IndexRange[] {
  return stages.flatMap((stage): IndexRange[] => {
    const { minRecord, maxRecord, indexName, keyPattern, isPartial } = stage;
    if (isInOrderOfIds(stage))
      return JSON.stringify(minRecord) === JSON.stringify(maxRecord) ? [] : [{ field: '_id', index: undefined }];
    if (stage['stage'] !== 'IXSCAN') return [];
    const [first] = boundsOf(stage);
    if (!first || typeof (keyPattern as Document)[first.field] === 'string' || first.intervals.every(isPoint))
      return [];
    return [{ field: first.field, index: isPartial === true ? undefined : String(indexName) }];
  });
}

interface Series {
  readonly timeField: string;
  readonly metaField?: string;
}

/** How the fields of a time series are called, whose plan is one of its buckets. */
function seriesOf(value: unknown): Series | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { $_internalUnpackBucket: unpacked } = value as { $_internalUnpackBucket?: Series };
  if (unpacked) return unpacked;
  for (const inner of Object.values(value)) {
    const found = seriesOf(inner);
    if (found) return found;
  }
  return undefined;
}

/** As the measurements have it: buckets are told apart by their `meta`, and else by time (`_id`, `control.min.…`). */
function inSeries({ field, index }: IndexRange, series: Series | undefined): IndexRange {
  if (!series) return { field, index };
  const { timeField, metaField } = series;
  const isMeta = metaField !== undefined && /^meta(\.|$)/.test(field);
  return { field: isMeta ? `${metaField}${field.slice('meta'.length)}` : timeField, index: undefined };
}

/** Whatever it reads is a document of the answer, but for a few at the edges of its ranges. */
function returnsWhatItReads(stage: Document): boolean {
  if (BLOCKING.has(String(stage['stage']))) return false;
  const { filter } = stage as { filter?: Document };
  // What is said of `_id` is shown as a filter too where the documents lie in this order.
  if (filter && !(isInOrderOfIds(stage) && Object.keys(filter).every((key) => key === '_id'))) return false;
  const bounds = boundsOf(stage);
  const range = bounds.findIndex(({ intervals }) => !intervals.every(isPoint));
  // Behind a range, values are looked for below each of its keys.
  return range < 0 || bounds.slice(range + 1).every(({ intervals }) => EVERYTHING.test(intervals.join()));
}

function isRangeOfOne(stage: Document, ranged: readonly string[]): boolean {
  if (stage['stage'] === 'EOF') return ranged.length > 0;
  if (isInOrderOfIds(stage)) return ranged.includes('_id') && rangesOf([stage]).length === 0;
  const [first] = boundsOf(stage);
  return first !== undefined && ranged.includes(first.field) && first.intervals.every(isPoint);
}

/** In the order of the index. A wildcard index begins with the path of the field, which bounds nothing. */
function boundsOf(stage: Document): { field: string; intervals: string[] }[] {
  return Object.entries((stage['indexBounds'] ?? {}) as Document)
    .filter(([field, intervals]) => field !== '$_path' && Array.isArray(intervals))
    .map(([field, intervals]) => ({ field, intervals: (intervals as unknown[]).map(String) }));
}

/** One value, as `[x, x]`. */
function isPoint(interval: string): boolean {
  const inner = interval.slice(1, -1);
  const value = inner.slice(0, (inner.length - 2) / 2);
  return interval.startsWith('[') && interval.endsWith(']') && inner === `${value}, ${value}`;
}

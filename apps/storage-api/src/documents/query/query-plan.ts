import type { Document } from 'mongodb';

/** What a plan tells of how much it reads. */
export interface PlanVerdict {
  readonly isServed: boolean;
  /** It uses a partial or sparse index, which another value in the same place may not be able to use. */
  readonly dependsOnValues: boolean;
}

/**
 * Reads the answer of `explain` (https://www.mongodb.com/docs/manual/reference/explain-results/): is there a plan in which every way to the
 * documents is bounded by an index? Not only the winner counts, because MongoDB tries the candidates and so finds out which one is
 * quick. A query without a filter is bounded by its limit, as long as nothing must be sorted first.
 */
export function judgePlan(explained: Document, hasFilter: boolean): PlanVerdict {
  const plans = plansOf(explained).map((plan) => stagesOf(plan));
  const served = plans.filter((stages) =>
    hasFilter ? stages.every(isBounded) : !stages.some(({ stage }) => stage === 'SORT'),
  );
  const dependsOnValues = served.some((stages) =>
    stages.some((stage) => stage['isPartial'] === true || stage['isSparse'] === true),
  );
  return { isServed: served.length > 0, dependsOnValues };
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
  switch (stage['stage']) {
    case 'COLLSCAN':
    case 'CLUSTERED_IXSCAN':
      return stage['minRecord'] !== undefined || stage['maxRecord'] !== undefined;
    case 'IXSCAN': {
      const first: unknown = Object.values((stage['indexBounds'] ?? {}) as Document)[0];
      return Array.isArray(first) && !coversAll(first.map(String));
    }
    default:
      return true;
  }
}

/** Everything, everything but a few values (`$ne`), or every text (a pattern that is not anchored). */
function coversAll(intervals: string[]): boolean {
  const [first = '', last = ''] = [intervals[0], intervals.at(-1)];
  if (first.startsWith('[MinKey') && last.endsWith('MaxKey]')) return true;
  if (first.startsWith('[MaxKey') && last.endsWith('MinKey]')) return true;
  return intervals.some((interval) => interval === '["", {})' || interval === '({}, ""]');
}

import { fingerprintOf, shapeOfCommand, type CommandShape } from './command-shape.ts';
import type { ProfileEntry } from './profile-entries.ts';
import { readUse, type QueryUse } from './query-use.ts';

/** Queries that differ in values only, taken together. */
export interface SlowQuery extends CommandShape {
  fingerprint: string;
  namespace: string;
  count: number;
  totalMs: number;
  p50Ms: number;
  p95Ms: number;
  maxMs: number;
  docsExamined: number;
  keysExamined: number;
  returned: number;
  /** Documents examined for each one that was returned or changed. */
  examinedPerReturned: number;
  planSummaries: { plan: string; count: number }[];
  sortsInMemory: boolean;
  usesDisk: boolean;
  firstSeen: Date;
  lastSeen: Date;
}

/** A group, and what an index would serve of it. */
export interface AnalysedQuery {
  query: SlowQuery;
  use: QueryUse | undefined;
}

interface Group {
  readonly namespace: string;
  readonly shape: CommandShape;
  readonly use: QueryUse | undefined;
  readonly millis: number[];
  readonly plans: Map<string, number>;
  docsExamined: number;
  keysExamined: number;
  returned: number;
  sortsInMemory: boolean;
  usesDisk: boolean;
  firstSeen: Date;
  lastSeen: Date;
}

const MAX_GROUPS = 2_000;

/** Adds entries up; holds numbers and shapes, and no value of the data. */
export class SlowQueryGroups {
  private readonly groups = new Map<string, Group>();
  /** Entries of further groups, once there are too many. */
  leftOut = 0;

  add(entry: ProfileEntry): void {
    const shape = shapeOfCommand(entry.op, entry.command, entry.originatingCommand);
    const fingerprint = fingerprintOf(entry.ns, shape);
    const known = this.groups.get(fingerprint);
    if (!known && this.groups.size >= MAX_GROUPS) {
      this.leftOut += 1;
      return;
    }
    const group = known ?? newGroup(entry, shape);
    this.groups.set(fingerprint, group);
    group.millis.push(entry.millis);
    group.docsExamined += entry.docsExamined ?? 0;
    group.keysExamined += entry.keysExamined ?? 0;
    group.returned += returnedOf(entry);
    group.sortsInMemory ||= entry.hasSortStage === true;
    group.usesDisk ||= entry.usedDisk === true;
    if (entry.ts < group.firstSeen) group.firstSeen = entry.ts;
    if (entry.ts > group.lastSeen) group.lastSeen = entry.ts;
    const plan = entry.planSummary ?? 'none';
    group.plans.set(plan, (group.plans.get(plan) ?? 0) + 1);
  }

  list(): AnalysedQuery[] {
    return [...this.groups].map(([fingerprint, group]) => ({ use: group.use, query: summed(fingerprint, group) }));
  }
}

function newGroup({ ns, op, ts, command, originatingCommand }: ProfileEntry, shape: CommandShape): Group {
  return {
    ...{ namespace: ns, shape, use: readUse(op, originatingCommand ?? command), millis: [], plans: new Map() },
    ...{ docsExamined: 0, keysExamined: 0, returned: 0, sortsInMemory: false, usesDisk: false },
    ...{ firstSeen: ts, lastSeen: ts },
  };
}

function returnedOf({ nreturned, nMatched, ndeleted, ninserted }: ProfileEntry): number {
  return nreturned ?? nMatched ?? ndeleted ?? ninserted ?? 0;
}

function summed(fingerprint: string, group: Group): SlowQuery {
  const { namespace, shape, plans, docsExamined, keysExamined, returned, sortsInMemory, usesDisk } = group;
  const millis = group.millis.toSorted((left, right) => left - right);
  return {
    ...{ fingerprint, namespace, ...shape, count: millis.length, docsExamined, keysExamined, returned },
    totalMs: millis.reduce((sum, one) => sum + one, 0),
    ...{ p50Ms: percentile(millis, 0.5), p95Ms: percentile(millis, 0.95), maxMs: millis.at(-1) ?? 0 },
    examinedPerReturned: Math.round((docsExamined / Math.max(1, returned)) * 10) / 10,
    planSummaries: [...plans].map(([plan, count]) => ({ plan, count })).sort((left, right) => right.count - left.count),
    ...{ sortsInMemory, usesDisk, firstSeen: group.firstSeen, lastSeen: group.lastSeen },
  };
}

/** Nearest rank: https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

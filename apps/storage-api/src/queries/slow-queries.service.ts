import { createHash } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { decodeCursor, encodeCursor, toPage } from '@lucid/service-kit/http/page';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { collectionName } from '../collections/collection-names.ts';
import { MAX_ENTRIES, ProfileEntries, type ProfileQuery } from './profile-entries.ts';
import { ProfilerMembers } from './profiler-members.ts';
import type { SlowQueriesDto, SlowQueriesQuery, SlowQuerySort } from './slow-queries.dto.ts';
import { SlowQueryGroups, type AnalysedQuery, type SlowQuery } from './slow-query-groups.ts';

const HOUR_MS = 3_600_000;

export interface QueryAnalysis {
  groups: AnalysedQuery[];
  entriesRead: number;
  isTruncated: boolean;
}

/** What the profiler saw, by fingerprint. No value of the data leaves it. */
@Injectable()
export class SlowQueriesService {
  constructor(
    private readonly entries: ProfileEntries,
    private readonly profiler: ProfilerMembers,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError BAD_CURSOR, VALIDATION_FAILED, NAMESPACE_INVALID */
  async list(query: SlowQueriesQuery): Promise<SlowQueriesDto> {
    const { limit, sort, collection, minMs: minMillis } = query;
    if (collection !== undefined) collectionName(collection);
    const list = listOf(query);
    const after = decodeCursor(list, query.cursor);
    const { from, to, value } = after ? positionOf(after.at) : { ...this.rangeOf(query), value: undefined };
    const { groups, entriesRead, isTruncated } = await this.analyse({ from, to, collection, minMillis });
    const sorted = groups.map((group) => group.query).sort((left, right) => compare(left, right, sort));
    const rest = after && value !== undefined ? sorted.filter((item) => isAfter(item, sort, value, after.id)) : sorted;
    const cursorOf = (last: SlowQuery): string =>
      encodeCursor(list, { at: [from.getTime(), to.getTime(), valueOf(last, sort)].join(' '), id: last.fingerprint });
    const { level: profilerLevel } = await this.profiler.ofPrimary();
    return { ...toPage(rest, limit, (item) => item, cursorOf), from, to, entriesRead, isTruncated, profilerLevel };
  }

  /** Bounded: the newest `MAX_ENTRIES` of the time. */
  async analyse(query: ProfileQuery): Promise<QueryAnalysis> {
    const groups = new SlowQueryGroups();
    let entriesRead = 0;
    for await (const entry of this.entries.read(query, MAX_ENTRIES + 1)) {
      entriesRead += 1;
      if (entriesRead <= MAX_ENTRIES) groups.add(entry);
    }
    const isTruncated = entriesRead > MAX_ENTRIES || groups.leftOut > 0;
    return { groups: groups.list(), entriesRead: Math.min(entriesRead, MAX_ENTRIES), isTruncated };
  }

  private rangeOf({ from, to }: SlowQueriesQuery): { from: Date; to: Date } {
    const end = to ?? this.clock.now();
    const begin = from ?? new Date(end.getTime() - HOUR_MS);
    if (begin <= end) return { from: begin, to: end };
    const errors = [{ pointer: '/from', code: 'RANGE', message: 'from must not be after to' }];
    throw new AppError('VALIDATION_FAILED', 'from must not be after to', { errors });
  }
}

/** A cursor belongs to what was asked. */
function listOf({ sort, collection, minMs, from, to }: SlowQueriesQuery): string {
  const asked = JSON.stringify([sort, collection, minMs, from?.getTime(), to?.getTime()]);
  return `slow-queries:${createHash('sha256').update(asked).digest('base64url').slice(0, 12)}`;
}

/** The time of the first page counts for the others, and where that page ended. @throws AppError BAD_CURSOR */
function positionOf(at: string): { from: Date; to: Date; value: number } {
  const numbers = at.split(' ').map(Number);
  const [from, to, value] = numbers;
  if (from === undefined || to === undefined || value === undefined || !numbers.every(Number.isSafeInteger))
    throw new AppError('BAD_CURSOR', 'the cursor does not belong to this list; start again without one');
  return { from: new Date(from), to: new Date(to), value };
}

function valueOf(query: SlowQuery, sort: SlowQuerySort): number {
  if (sort === '-lastSeen') return query.lastSeen.getTime();
  return query[sort.slice(1) as 'totalMs' | 'p95Ms' | 'count' | 'docsExamined'];
}

function compare(left: SlowQuery, right: SlowQuery, sort: SlowQuerySort): number {
  return valueOf(right, sort) - valueOf(left, sort) || (left.fingerprint < right.fingerprint ? -1 : 1);
}

function isAfter(item: SlowQuery, sort: SlowQuerySort, value: number, fingerprint: string): boolean {
  const own = valueOf(item, sort);
  return own < value || (own === value && item.fingerprint > fingerprint);
}

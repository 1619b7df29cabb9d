import type { Clock } from '@lucid/core/clock';
import { AppError } from '@lucid/core/app-error';
import { Injectable } from '@nestjs/common';
import { ObjectId, type Filter } from 'mongodb';
import { decodeCursor, encodeCursor, toPage, type Page } from '../http/page.ts';
import { InjectClock } from '../tokens.ts';
import { ChainCheck, type ChainBreak, type SealedEntry } from './audit-chain.ts';
import { AuditRepository } from './audit.repository.ts';

const DAY_MS = 86_400_000;
/** So many breaks are named; the first of them says where to look. */
const BREAKS_SHOWN = 100;

export interface AuditQuery {
  actor?: string | undefined;
  action?: string | undefined;
  resource?: string | undefined;
  outcome?: string | undefined;
  correlationId?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

export interface AuditVerification {
  since: Date;
  checkedEntries: number;
  checkedChains: number;
  isWhole: boolean;
  breaks: ChainBreak[];
}

/** Reads the audit trail, and says whether somebody else wrote in it. */
@Injectable()
export class AuditReader {
  constructor(
    private readonly repository: AuditRepository,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Newest first. @throws AppError BAD_CURSOR */
  async list(query: AuditQuery): Promise<Page<SealedEntry & { _id: ObjectId }>> {
    const { limit, cursor, ...asked } = query;
    const list = `audit ${JSON.stringify(asked)}`;
    const after = decodeCursor(list, cursor);
    if (after && (!ObjectId.isValid(after.id) || Number.isNaN(Date.parse(after.at)))) {
      throw new AppError('BAD_CURSOR', 'the cursor was changed');
    }
    const found = await this.repository.list(filterOf(asked, after), limit + 1);
    const cursorOf = ({ at, _id }: { at: Date; _id: ObjectId }): string =>
      encodeCursor(list, { at: at.toISOString(), id: _id.toHexString() });
    return toPage(found, limit, (entry) => entry, cursorOf);
  }

  /** Recomputes the chains of the last days. Entries of earlier versions, which are in none, are not looked at. */
  async verify(days: number): Promise<AuditVerification> {
    const since = new Date(this.clock.now().getTime() - days * DAY_MS);
    const heads = new Map((await this.repository.headsSince(since)).map((head) => [head.chain, head]));
    const breaks: ChainBreak[] = [];
    let checkedEntries = 0;
    let checkedChains = 0;
    let check: ChainCheck | undefined;
    const end = (): void => {
      if (!check) return;
      check.end(heads.get(check.chain));
      heads.delete(check.chain);
      breaks.push(...check.breaks);
      checkedEntries += check.checked;
      checkedChains += 1;
    };
    for await (const entry of this.repository.chained(since)) {
      if (check?.chain !== entry.chain) {
        end();
        check = new ChainCheck(entry.chain);
      }
      check.add(entry);
    }
    end();
    // Of these nothing is left at all.
    for (const { chain } of heads.values()) breaks.push({ chain, seq: 1, reason: 'cut off' });
    return {
      since,
      checkedEntries,
      checkedChains,
      isWhole: breaks.length === 0,
      breaks: breaks.slice(0, BREAKS_SHOWN),
    };
  }
}

function filterOf(
  { actor, action, resource, outcome, correlationId, from, to }: Omit<AuditQuery, 'limit' | 'cursor'>,
  after: { at: string; id: string } | undefined,
): Filter<SealedEntry> {
  const named = { actor, action, resource, outcome, correlation_id: correlationId };
  const filter = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  const range = { ...(from && { $gte: new Date(from) }), ...(to && { $lt: new Date(to) }) };
  const place = after && new Date(after.at);
  return {
    ...filter,
    $and: [
      ...(from || to ? [{ at: range }] : []),
      ...(after && place
        ? [{ $or: [{ at: { $lt: place } }, { at: place, _id: { $lt: new ObjectId(after.id) } }] }]
        : []),
      {},
    ],
  } as Filter<SealedEntry>;
}

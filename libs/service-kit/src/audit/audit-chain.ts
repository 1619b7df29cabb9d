import { createHash } from 'node:crypto';

/** One line of the audit trail (collection `audit_logs`, requirements of the main database). */
export interface AuditEntry {
  at: Date;
  actor: string;
  role: string;
  /** Method and route pattern, e.g. `POST /api/v1/backups/create`. */
  action: string;
  /** The address that was called, without its query. */
  resource: string;
  /** `planned`: a dry run, which changed nothing. */
  outcome: 'succeeded' | 'planned' | 'refused' | 'failed';
  status: number;
  /** Of what was refused or failed, where it is known. */
  code: string | null;
  correlation_id: string;
  service: string;
  /** What was changed, as it was and as it is since, where the route says so; no secrets. */
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
}

/** An entry with its place in the chain of the process that wrote it. */
export interface SealedEntry extends AuditEntry {
  chain: string;
  /** From 1, without gaps. */
  seq: number;
  prev_hash: string;
  hash: string;
}

/** How far a chain has come. */
export interface ChainHead {
  chain: string;
  seq: number;
  hash: string;
}

/** A chain nobody has written to yet. */
export function newChain(chain: string): ChainHead {
  return { chain, seq: 0, hash: '' };
}

/** SHA-256, hex, over every member in a fixed order; what changes one of them, or takes an entry out, breaks the chain. */
export function hashOf(entry: Omit<SealedEntry, 'hash'>): string {
  const { chain, seq, prev_hash, at, actor, role, action, resource, outcome, status, code } = entry;
  const { correlation_id, service, before = null, after = null } = entry;
  const members = [chain, seq, prev_hash, at.toISOString(), actor, role, action, resource, outcome, status, code];
  return createHash('sha256')
    .update(JSON.stringify([...members, correlation_id, service, before, after]))
    .digest('hex');
}

/** Puts entries behind the head of a chain, in their order. */
export function sealEntries(entries: readonly AuditEntry[], head: ChainHead): SealedEntry[] {
  let { seq, hash: previous } = head;
  return entries.map((entry) => {
    seq += 1;
    const open = { ...entry, chain: head.chain, seq, prev_hash: previous };
    previous = hashOf(open);
    return { ...open, hash: previous };
  });
}

/** What is wrong with a chain, or with a place in it. */
export interface ChainBreak {
  chain: string;
  seq: number;
  reason: 'changed' | 'missing' | 'cut off';
}

/** Looks at the entries of one chain in their order, from wherever the first of them stands: older ones have expired. */
export class ChainCheck {
  checked = 0;
  readonly breaks: ChainBreak[] = [];
  readonly chain: string;
  private last: { seq: number; hash: string } | undefined;

  constructor(chain: string) {
    this.chain = chain;
  }

  add(entry: SealedEntry): void {
    this.checked += 1;
    const { last, chain } = this;
    if (last && entry.seq !== last.seq + 1) this.breaks.push({ chain, seq: last.seq + 1, reason: 'missing' });
    const follows = !last || entry.seq !== last.seq + 1 || entry.prev_hash === last.hash;
    if (!follows || hashOf(entry) !== entry.hash) this.breaks.push({ chain, seq: entry.seq, reason: 'changed' });
    this.last = entry;
  }

  /** `head` is what the process noted apart from the entries: they reach at least as far. */
  end(head: ChainHead | undefined): void {
    if (!head || (this.last && this.last.seq >= head.seq)) return;
    this.breaks.push({ chain: this.chain, seq: (this.last?.seq ?? 0) + 1, reason: 'cut off' });
  }
}

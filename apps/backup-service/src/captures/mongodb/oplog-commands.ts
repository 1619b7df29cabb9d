import type { ClusterTime } from './manifest.ts';
import { operationsOf, readOplog, type TimedEntry } from './oplog-window.ts';
import type { ReadingMember } from './reading-member.ts';

/** What the commands between T0 and Tend tell about the captured collections. */
export interface OplogCommands {
  /** UUIDs of the collections created between T0 and Tend: the oplog holds all of their documents. */
  readonly created: ReadonlySet<string>;
  /** Times at which a collection got another name. */
  readonly renamed: ReadonlyMap<string, readonly ClusterTime[]>;
  /** Transactions that change a captured collection. */
  readonly transactions: ReadonlySet<string>;
  /** Where the chain of such a transaction begins before T0: the last of its entries that are before T0. */
  readonly earlier: readonly ClusterTime[];
}

export async function scanCommands(
  member: ReadingMember,
  window: { from: ClusterTime; to: ClusterTime },
  uuids: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<OplogCommands> {
  const created = new Set<string>();
  const renamed = new Map<string, ClusterTime[]>();
  const transactions = new Set<string>();
  const chains = new Map<string, ClusterTime | undefined>();
  for await (const entry of readOplog(member.connection, { ...window, filter: { op: 'c' } }, signal)) {
    for (const operation of operationsOf(entry)) {
      const { uuid } = operation;
      if (uuid === undefined) continue;
      const command = operation === entry ? entry.command : commandOf(operation.op, operation.o);
      if (command === 'create') created.add(uuid);
      if (command === 'renameCollection') renamed.set(uuid, [...(renamed.get(uuid) ?? []), entry.ts]);
      if (entry.transaction !== undefined && uuids.has(uuid)) transactions.add(entry.transaction);
    }
    if (isOfTransaction(entry) && !chains.has(entry.transaction)) chains.set(entry.transaction, entry.previous);
  }
  const earlier: ClusterTime[] = [];
  for (const [transaction, previous] of chains) {
    if (previous === undefined) continue;
    // What its earlier entries change is not known yet: better one chain too many than half a transaction.
    transactions.add(transaction);
    earlier.push(previous);
  }
  return { created, renamed, transactions, earlier };
}

export function isOfTransaction(entry: TimedEntry): entry is TimedEntry & { transaction: string } {
  return entry.transaction !== undefined && TRANSACTION_COMMANDS.includes(entry.command);
}

const TRANSACTION_COMMANDS = ['applyOps', 'commitTransaction', 'abortTransaction'];

function commandOf(op: string, o: Buffer): string {
  return op === 'c' ? o.toString('latin1', 5, o.indexOf(0, 5)) : '';
}

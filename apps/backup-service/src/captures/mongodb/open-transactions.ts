import { type ClusterTime } from './manifest.ts';
import { hasFlag } from './oplog-entry.ts';
import type { TimedEntry } from './oplog-window.ts';

/** A chain of oplog entries that has begun and not ended. */
export interface OpenTransaction {
  /** Session and number, as in `OplogEntry.transaction`. */
  readonly transaction: string;
  /** Of its first entry. */
  readonly from: ClusterTime;
}

/**
 * Follows which transactions are in the middle of their entries: chains of `partialTxn`, and prepared ones that wait for their
 * `commitTransaction`. It never complains: the end of a chain that it has not seen begin changes nothing.
 */
export class OpenTransactions {
  private readonly begun: Map<string, ClusterTime>;

  constructor(begun: readonly OpenTransaction[] = []) {
    this.begun = new Map(begun.map(({ transaction, from }) => [transaction, from]));
  }

  /** @returns where the entry is in a chain: it begins or goes on with one, it ends one, or it stands alone */
  add(entry: TimedEntry): 'open' | 'end' | 'alone' {
    const { transaction, command } = entry;
    if (entry.op !== 'c' || transaction === undefined) return 'alone';
    if (command === 'applyOps' && (hasFlag(entry.o, 'partialTxn') || hasFlag(entry.o, 'prepare'))) {
      if (!this.begun.has(transaction)) this.begun.set(transaction, entry.ts);
      return 'open';
    }
    if (command !== 'applyOps' && command !== 'commitTransaction' && command !== 'abortTransaction') return 'alone';
    const wasOpen = this.begun.delete(transaction);
    return wasOpen || command !== 'applyOps' ? 'end' : 'alone';
  }

  /** In the order in which they began. */
  get open(): OpenTransaction[] {
    return [...this.begun].map(([transaction, from]) => ({ transaction, from }));
  }
}

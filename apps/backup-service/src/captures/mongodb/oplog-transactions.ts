import { AppError } from '@lucid/core/app-error';
import { fieldsOf } from './oplog-bson.ts';
import { hasFlag, nestedOperations, type OplogEntry, parseOplogEntry } from './oplog-entry.ts';

/**
 * Puts transactions together. An entry outside a transaction comes out at once; the operations of a transaction come out, in
 * their order, where it committed: a chain of `partialTxn` entries at its last entry, a prepared one at `commitTransaction`.
 * An aborted one, or one still open at the end of the slice, never comes out.
 */
export class TransactionAssembler {
  private readonly pending = new Map<string, OplogEntry[]>();

  /** @throws AppError OPLOG_GAP where a transaction began before the slice */
  add(entry: OplogEntry): OplogEntry[] {
    if (entry.op !== 'c') return [entry];
    const command = fieldsOf(entry.o).at(0)?.name;
    if (command === 'applyOps') return this.addOperations(entry);
    if (command !== 'commitTransaction' && command !== 'abortTransaction') return [entry];
    const operations = this.take(entry.transaction);
    if (command === 'abortTransaction') return [];
    if (!operations) throw beganBefore();
    return operations;
  }

  /** Transactions that neither committed nor aborted so far. */
  get open(): number {
    return this.pending.size;
  }

  private addOperations(entry: OplogEntry): OplogEntry[] {
    const operations = this.flatten(entry);
    const unfinished = hasFlag(entry.o, 'partialTxn') || hasFlag(entry.o, 'prepare');
    const earlier = this.take(entry.transaction);
    if (!earlier && !entry.startsChain && (unfinished || isLastOfChain(entry))) throw beganBefore();
    const all = earlier ?? [];
    for (const operation of operations) all.push(operation);
    if (!unfinished || entry.transaction === undefined) return all;
    this.pending.set(entry.transaction, all);
    return [];
  }

  /** `applyOps` may hold `applyOps`; what comes out holds none. */
  private flatten(entry: OplogEntry): OplogEntry[] {
    return (nestedOperations(entry.o) ?? []).flatMap((document) => {
      const nested = parseOplogEntry(document);
      return nested.op === 'c' && nestedOperations(nested.o) ? this.flatten(nested) : [nested];
    });
  }

  private take(transaction: string | undefined): OplogEntry[] | undefined {
    if (transaction === undefined) return undefined;
    const operations = this.pending.get(transaction);
    this.pending.delete(transaction);
    return operations;
  }
}

/** The last entry of a chain carries the `count` of all its operations; a retryable batch (`multiOpType`) has none. */
function isLastOfChain(entry: OplogEntry): boolean {
  return fieldsOf(entry.o).some(({ name }) => name === 'count');
}

function beganBefore(): AppError {
  return new AppError(
    'OPLOG_GAP',
    'A transaction in the oplog of this backup began before the oplog does: restore another backup.',
  );
}

import { AppError } from '@lucid/core/app-error';
import { type ClusterTime, compareClusterTimes } from './manifest.ts';
import { OpenTransactions } from './open-transactions.ts';
import { documentsOf } from './oplog-bson.ts';
import { parseOplogEntry } from './oplog-entry.ts';
import { glanceAt, type OplogGlance } from './oplog-glance.ts';
import { OplogFold } from './oplog-fold.ts';
import { TransactionAssembler } from './oplog-transactions.ts';
import { parseTimedEntry, type TimedEntry } from './oplog-window.ts';
import { SYSTEM_DATABASES } from './restore-names.ts';
import type { RestoreSource } from './restore-source.ts';

/** Oplog entries in pieces that follow each other without a break, oldest first. */
export interface OplogPieces {
  /** The names of the pieces. The first begins before every transaction that is open at Tend. */
  readonly pieces: readonly string[];
  /** Whole entries, verified. May be called again. @throws AppError CHUNK_MISSING, CHUNK_CORRUPT */
  read(piece: string): Promise<Buffer>;
}

export interface PointInTime {
  /** Of the backup. */
  readonly tend: ClusterTime;
  /** The last moment that is brought back. */
  readonly to: ClusterTime;
  /** Its entries were never captured, and are never restored. */
  readonly controlDatabase: string;
}

/**
 * A backup of everything as it became until a later time, for `planRestore` and `restoreMongodb`: the catalogue is the one at
 * that time, found by folding the commands of the oplog into that of the backup; the documents are those of the backup by
 * UUID, with the backup's own oplog and then the pieces. What was dropped until then is not restored at all, what was created
 * comes from the oplog alone.
 *
 * A transaction that is open at Tend is taken whole from the pieces, and its entries left out of the backup's oplog.
 * @param base the backup at its Tend
 * @throws AppError RESTORE_REFUSED, OPLOG_GAP, CHUNK_MISSING, CHUNK_CORRUPT
 */
export async function pitrSource(
  base: RestoreSource,
  moment: PointInTime,
  oplog: OplogPieces,
  signal: AbortSignal,
): Promise<RestoreSource> {
  if (base.catalogueAt !== 'end') throw new AppError('RESTORE_REFUSED', 'The backup has no catalogue at its end.');
  const hidden = new Set([...SYSTEM_DATABASES, moment.controlDatabase]);
  const fold = new OplogFold(base, (database) => !hidden.has(database));
  const crossing = await foldPieces(fold, moment, oplog, signal);
  const pieces = new Set(oplog.pieces);
  return {
    ...base,
    ...fold.result(),
    oplogStreams: [...base.oplogStreams, ...oplog.pieces],
    async *read(stream, options) {
      if (pieces.has(stream)) {
        const kept = chosenEntries(await oplog.read(stream), moment, crossing);
        if (kept.length > 0) yield kept;
      } else if (crossing.size > 0 && base.oplogStreams.includes(stream)) {
        for await (const bytes of base.read(stream, options)) {
          const others = [...documentsOf(bytes)].filter((entry) => !isOf(crossing, parseOplogEntry(entry).transaction));
          if (others.length > 0) yield Buffer.concat(others);
        }
      } else yield* base.read(stream, options);
    },
  };
}

/** Commands, which may be transactions; views, users and roles, which are documents. */
function mayChangeCatalogue({ op, ns }: OplogGlance): boolean {
  return op === 'c' || ns.endsWith('.system.views') || ns.startsWith('admin.');
}

/** @returns the transactions that are open at Tend */
async function foldPieces(
  fold: OplogFold,
  { tend, to }: PointInTime,
  { pieces, read }: OplogPieces,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const before = new ChainsBefore();
  const assembler = new TransactionAssembler();
  let isAfter = false;
  for (const piece of pieces) {
    signal.throwIfAborted();
    for (const bytes of documentsOf(await read(piece))) {
      const glance = glanceAt(bytes);
      if (glance && !mayChangeCatalogue(glance) && compareClusterTimes(glance.ts, to) <= 0) continue;
      const entry = parseTimedEntry(bytes);
      if (compareClusterTimes(entry.ts, to) > 0) return before.transactions;
      if (compareClusterTimes(entry.ts, tend) <= 0) {
        before.add(entry);
        continue;
      }
      // What the transactions that are open now had done so far counts when they commit.
      if (!isAfter) for (const earlier of before.entries) assembler.add(earlier);
      isAfter = true;
      for (const operation of assembler.add(entry)) fold.add(operation);
    }
  }
  return before.transactions;
}

/** The entries of the chains that are open at Tend. */
class ChainsBefore {
  private readonly open = new OpenTransactions();
  private readonly kept = new Map<string, TimedEntry[]>();

  add(entry: TimedEntry): void {
    const place = this.open.add(entry);
    if (entry.transaction === undefined || place === 'alone') return;
    if (place === 'end') this.kept.delete(entry.transaction);
    else this.kept.set(entry.transaction, [...(this.kept.get(entry.transaction) ?? []), entry]);
  }

  get transactions(): ReadonlySet<string> {
    return new Set(this.kept.keys());
  }

  get entries(): TimedEntry[] {
    return [...this.kept.values()].flat();
  }
}

/** Those after Tend, and earlier ones of transactions that were open then. */
function chosenEntries(bytes: Buffer, { tend, to }: PointInTime, crossing: ReadonlySet<string>): Buffer {
  const chosen: Buffer[] = [];
  for (const document of documentsOf(bytes)) {
    const { ts } = glanceAt(document) ?? parseTimedEntry(document);
    if (compareClusterTimes(ts, to) > 0) break;
    const isAfter = compareClusterTimes(ts, tend) > 0;
    if (isAfter || (crossing.size > 0 && isOf(crossing, parseOplogEntry(document).transaction))) chosen.push(document);
  }
  const size = chosen.reduce((sum, { length }) => sum + length, 0);
  return size === bytes.length ? bytes : Buffer.concat(chosen);
}

function isOf(transactions: ReadonlySet<string>, transaction: string | undefined): boolean {
  return transaction !== undefined && transactions.has(transaction);
}

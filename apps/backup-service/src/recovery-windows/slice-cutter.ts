import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import { OpenTransactions, type OpenTransaction } from '../captures/mongodb/open-transactions.ts';
import { glanceAt } from '../captures/mongodb/oplog-glance.ts';
import { parseTimedEntry } from '../captures/mongodb/oplog-window.ts';
import { belongsInSlices, isDataForSlices } from './slice-filter.ts';

/** The last entry that was read. */
export interface OplogPosition {
  readonly ts: ClusterTime;
  /** Undefined at the beginning of a chain, which begins before its first entry. */
  readonly term: number | undefined;
}

/** What a slice says of the oplog at its end. */
export type SliceMeta = {
  /** Of the entry at its end. */
  term: number;
  /** The name of the replica set. */
  replicaSet: string;
  /** Transactions that go on in the next slice. */
  open: { transaction: string; from: ClusterTime }[];
};

export interface CutSlice {
  readonly from: ClusterTime;
  readonly to: ClusterTime;
  readonly parts: readonly Buffer[];
  readonly documents: number;
  readonly term: number;
  readonly open: readonly OpenTransaction[];
}

const BLOCK_BYTES = 1_048_576;

/** Gathers the entries of the next slice, in memory. Entries that do not belong in it still move it on. */
export class SliceCutter {
  private readonly transactions: OpenTransactions;
  private from: ClusterTime;
  private reached: OplogPosition;
  private blocks: Buffer[] = [];
  private room = 0;
  private documents = 0;
  private size = 0;

  constructor(
    start: OplogPosition,
    open: readonly OpenTransaction[],
    private readonly controlDatabase: string,
  ) {
    this.from = start.ts;
    this.reached = start;
    this.transactions = new OpenTransactions(open);
  }

  /** The last entry that was added, or the start. */
  get position(): OplogPosition {
    return this.reached;
  }

  /** Bytes of the entries gathered so far. */
  get bytes(): number {
    return this.size;
  }

  /**
   * Takes a copy of the entry where it belongs in a slice. Entries come in order, each once.
   * @throws AppError RESTORE_REFUSED, INTERNAL where it is not an oplog entry
   */
  add(bytes: Buffer): void {
    const { ts, term, belongs } = this.look(bytes);
    this.reached = { ts, term };
    if (!belongs) return;
    this.append(bytes);
    this.documents += 1;
  }

  /** Only commands, which may be of a transaction, are worth to be read as a whole. */
  private look(bytes: Buffer): { ts: ClusterTime; term: number; belongs: boolean } {
    const glance = glanceAt(bytes);
    if (glance && glance.op !== 'c')
      return { ts: glance.ts, term: glance.term, belongs: isDataForSlices(glance, this.controlDatabase) };
    const entry = parseTimedEntry(bytes);
    const place = this.transactions.add(entry);
    return { ts: entry.ts, term: entry.term, belongs: belongsInSlices(entry, place, this.controlDatabase) };
  }

  /** Everything since the last cut; undefined where no entry came since. */
  cut(): CutSlice | undefined {
    const { from, documents } = this;
    const { ts: to, term } = this.reached;
    if (compareClusterTimes(from, to) >= 0 || term === undefined) return undefined;
    const last = this.blocks.pop();
    const parts = last ? [...this.blocks, last.subarray(0, last.length - this.room)] : [];
    [this.blocks, this.room, this.documents, this.size, this.from] = [[], 0, 0, 0, to];
    return { from, to, parts, documents, term, open: this.transactions.open };
  }

  private append(bytes: Buffer): void {
    this.size += bytes.length;
    if (bytes.length > this.room) {
      this.closeBlock();
      this.blocks.push(Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, bytes.length)));
      this.room = this.blocks.at(-1)?.length ?? 0;
    }
    const block = this.blocks.at(-1) as Buffer;
    block.set(bytes, block.length - this.room);
    this.room -= bytes.length;
  }

  private closeBlock(): void {
    const last = this.blocks.pop();
    if (last) this.blocks.push(last.subarray(0, last.length - this.room));
  }
}

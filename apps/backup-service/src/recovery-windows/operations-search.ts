import { setImmediate as nextTurn } from 'node:timers/promises';
import { chainsOf, type SliceChain } from '@lucid/archive/slice-chain';
import type { SliceLog } from '@lucid/archive/slice-types';
import { isAppError } from '@lucid/core/app-error';
import { isAsideName } from '@lucid/jobs/contracts/collection-drop';
import { deserialize, type Document, EJSON } from 'bson';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import { bsonDocument, bsonElement, decodeExact, documentsOf, fieldsOf } from '../captures/mongodb/oplog-bson.ts';
import type { OplogEntry } from '../captures/mongodb/oplog-entry.ts';
import { TransactionAssembler } from '../captures/mongodb/oplog-transactions.ts';
import { parseTimedEntry, type TimedEntry } from '../captures/mongodb/oplog-window.ts';
import { BUCKETS_PREFIX, matchesGlob } from '../captures/mongodb/restore-names.ts';
import { readSlices } from './slice-chains.ts';
import { firstNeeded } from './slice-pieces.ts';

/** Commands that are the same to who looks for them. */
const KINDS: Readonly<Record<string, string>> = {
  i: 'insert',
  u: 'update',
  d: 'delete',
  commitIndexBuild: 'createIndexes',
  deleteIndexes: 'dropIndexes',
  deleteIndex: 'dropIndexes',
};

export const OPERATION_KINDS = [
  ...['insert', 'update', 'delete', 'create', 'drop', 'dropDatabase', 'renameCollection'],
  ...['createIndexes', 'dropIndexes', 'collMod'],
] as const;

export interface OperationQuery {
  /** `database.collection`, with `*` for any characters. */
  readonly namespace?: string;
  readonly kind?: string;
  /** Both included. */
  readonly from: ClusterTime;
  readonly to: ClusterTime;
  readonly limit: number;
  /** Only what comes after this. */
  readonly after?: OperationPlace;
}

/** The `n`th operation that took effect with the entry at `t`, `i`. */
export interface OperationPlace extends ClusterTime {
  readonly n: number;
}

/** An operation and when it took effect: one of a transaction with its commit. No values beyond the `_id`. */
export interface FoundOperation {
  readonly place: OperationPlace;
  readonly kind: string;
  readonly namespace: string;
  /** The new name, of a rename. */
  readonly to?: string;
  /** Canonical Extended JSON. */
  readonly id?: unknown;
  readonly isInTransaction: boolean;
  /**
   * A restore to just before this undoes it: of a dropDatabase, the first drop of a collection that belongs to it; of a collection that was set aside
   * to be dropped, the renaming.
   */
  readonly before: ClusterTime;
}

export interface FoundOperations {
  readonly items: readonly FoundOperation[];
  /** Where to go on; undefined where everything was looked through. */
  readonly next: OperationPlace | undefined;
}

/** Plain bytes that one call looks through at most, one slice more or less. */
const MAX_SCANNED_BYTES = 67_108_864;
const ENTRIES_PER_TURN = 2_000;
const LAST = Number.MAX_SAFE_INTEGER;

/**
 * Looks through the slices, oldest first, one at a time. It ends at `limit` operations, or early where it has read enough for
 * one call: then there may be no items and yet a place to go on.
 * @throws AppError CHUNK_MISSING, CHUNK_CORRUPT
 */
export async function searchOperations(log: SliceLog, query: OperationQuery): Promise<FoundOperations> {
  const start = query.after ?? query.from;
  const search = new Search(query);
  let scanned = 0;
  for (const chain of chainsOf(await log.list())) {
    const isOutside = compareClusterTimes(chain.to, start) < 0 || compareClusterTimes(chain.from, query.to) > 0;
    if (isOutside) continue;
    search.beginChain();
    for await (const slice of readSlices(log, await neededSlices(log, chain, start, query.to))) {
      if (await search.add(slice.bytes)) return { items: search.items, next: search.items.at(-1)?.place };
      scanned += slice.bytes.length;
      const { to } = slice.header;
      const isLast = compareClusterTimes(to, query.to) >= 0;
      if (scanned >= MAX_SCANNED_BYTES && !isLast && compareClusterTimes(to, start) > 0)
        return { items: search.items, next: { ...to, n: LAST } };
    }
  }
  return { items: search.items, next: undefined };
}

async function neededSlices(
  log: SliceLog,
  { slices }: SliceChain,
  start: ClusterTime,
  to: ClusterTime,
): Promise<SliceChain['slices']> {
  const next = slices.findIndex((slice) => compareClusterTimes(slice.to, start) >= 0);
  const first = await firstNeeded(log, slices, Math.max(0, next));
  const end = slices.findIndex((slice) => compareClusterTimes(slice.to, to) >= 0);
  return slices.slice(first, end < 0 ? undefined : end + 1);
}

class Search {
  readonly items: FoundOperation[] = [];
  private assembler = new TransactionAssembler();
  /** By database: the first of the drops that nothing else has followed since. */
  private readonly drops = new Map<string, ClusterTime>();
  /** Collections that were set aside to be dropped, by their name since: what they were called before, and until when. */
  private readonly asides = new Map<string, { namespace: string; time: ClusterTime }>();

  constructor(private readonly query: OperationQuery) {}

  beginChain(): void {
    this.assembler = new TransactionAssembler();
    this.drops.clear();
    this.asides.clear();
  }

  /** @returns true where the limit is reached */
  async add(bytes: Buffer): Promise<boolean> {
    let turn = 0;
    for (const document of documentsOf(bytes)) {
      turn += 1;
      if (turn % ENTRIES_PER_TURN === 0) await nextTurn();
      const entry = parseTimedEntry(document);
      if (compareClusterTimes(entry.ts, this.query.to) > 0) return false;
      if (this.addEntry(entry)) return true;
    }
    return false;
  }

  private addEntry(entry: TimedEntry): boolean {
    const operations = this.effectsOf(entry);
    for (const [n, operation] of operations.entries()) {
      const found = this.describe(
        operation,
        { ...entry.ts, n },
        entry.transaction !== undefined && operation !== entry,
      );
      if (!this.matches(found)) continue;
      this.items.push(found);
      if (this.items.length >= this.query.limit) return true;
    }
    return false;
  }

  /** Of a transaction that began before the slices do, nothing is known. */
  private effectsOf(entry: TimedEntry): OplogEntry[] {
    try {
      return this.assembler.add(entry);
    } catch (error) {
      if (isAppError(error, 'OPLOG_GAP')) return [];
      throw error;
    }
  }

  private describe(entry: OplogEntry, place: OperationPlace, isInTransaction: boolean): FoundOperation {
    const database = entry.ns.slice(0, entry.ns.indexOf('.'));
    const { t, i } = place;
    if (entry.op !== 'c') {
      this.drops.delete(database);
      const kind = KINDS[entry.op] ?? entry.op;
      const id = idOf(entry.op === 'u' && entry.o2 ? entry.o2 : entry.o);
      return { place, kind, namespace: visible(entry.ns), id, isInTransaction, before: { t, i } };
    }
    const o = decodeExact(entry.o);
    const [name = ''] = Object.keys(o);
    const before = this.noteDrop(name, database, { t, i });
    const first: unknown = o[name];
    const named = typeof first === 'string' ? visible(`${database}.${first}`) : database;
    if (name === 'renameCollection') {
      const [namespace, to] = [String(first), String(o.to)];
      this.noteAside(namespace, to, { t, i });
      return { place, kind: name, namespace, to, isInTransaction, before };
    }
    const aside = name === 'drop' ? this.asides.get(named) : undefined;
    if (aside) this.asides.delete(named);
    const known = { namespace: aside?.namespace ?? named, before: aside?.time ?? before };
    return { place, kind: KINDS[name] ?? name, ...known, isInTransaction };
  }

  /** A drop with backup renames first: it is found under the name that people know. */
  private noteAside(namespace: string, to: string, time: ClusterTime): void {
    this.asides.delete(namespace);
    if (isAsideName(to.slice(to.indexOf('.') + 1))) this.asides.set(to, { namespace, time });
  }

  private noteDrop(command: string, database: string, time: ClusterTime): ClusterTime {
    if (command === 'drop' && !this.drops.has(database)) this.drops.set(database, time);
    const first = this.drops.get(database);
    if (command !== 'drop') this.drops.delete(database);
    return command === 'dropDatabase' && first ? first : time;
  }

  private matches({ place, kind, namespace }: FoundOperation): boolean {
    const { after, from, kind: wanted, namespace: glob } = this.query;
    if (compareClusterTimes(place, from) < 0) return false;
    if (after && (compareClusterTimes(place, after) || place.n - after.n) <= 0) return false;
    if (wanted !== undefined && kind !== wanted) return false;
    return glob === undefined || matchesGlob(glob, namespace.includes('.') ? namespace : `${namespace}.`);
  }
}

function idOf(document: Buffer): unknown {
  const field = fieldsOf(document).find(({ name }) => name === '_id');
  if (!field) return undefined;
  const decoded = deserialize(bsonDocument([bsonElement(field.type, '_id', field.value)]), {
    promoteValues: false,
    bsonRegExp: true,
  });
  return (EJSON.serialize(decoded, { relaxed: false }) as Document)._id;
}

function visible(namespace: string): string {
  return namespace.replace(`.${BUCKETS_PREFIX}`, '.');
}

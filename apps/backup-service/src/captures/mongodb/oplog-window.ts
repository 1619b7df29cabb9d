import { readCollection } from '@lucid/clients/mongodb/wire/raw-reader';
import { serverCodeOf } from '@lucid/clients/mongodb/wire/server-reply-error';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { AppError } from '@lucid/core/app-error';
import { Binary, type Document } from 'bson';
import type { ClusterTime } from './manifest.ts';
import { type BsonField, documentsOf, fieldsOf } from './oplog-bson.ts';
import { nestedOperations, type OplogEntry, parseOplogEntry } from './oplog-entry.ts';
import { toTimestamp } from './reading-member.ts';

const CAPPED_POSITION_LOST = 136;

/** An entry with the bytes it came in and its place in time. */
export interface TimedEntry extends OplogEntry {
  readonly bytes: Buffer;
  readonly ts: ClusterTime;
  /** Of the election of the primary that wrote it; -1 where the entry has none. */
  readonly term: number;
  /** The entry before it in its transaction. */
  readonly previous: ClusterTime | undefined;
  /** First field of a command: `create`, `applyOps` …; empty for data. */
  readonly command: string;
}

export interface OplogWindow {
  readonly from: ClusterTime;
  readonly to: ClusterTime;
  readonly filter?: Document;
}

/**
 * The oplog's entries between two times, both included, majority-committed ones only. The bytes of an entry hold until the
 * next one is asked for. @throws AppError OPLOG_GAP where the server overwrote what was being read
 */
export async function* readOplog(
  connection: WireConnection,
  window: OplogWindow,
  signal: AbortSignal,
): AsyncGenerator<TimedEntry> {
  for await (const batch of readOplogBatches(connection, window, signal)) {
    for (const document of documentsOf(batch)) yield parseTimedEntry(document);
  }
}

/** The same, as the server sent them: whole entries, one after the other, valid until the next batch. @throws AppError OPLOG_GAP */
export async function* readOplogBatches(
  connection: WireConnection,
  window: OplogWindow,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const { from, to } = window;
  const filter = { ts: { $gte: toTimestamp(from), $lte: toTimestamp(to) }, ...window.filter };
  const readConcern = { level: 'majority', afterClusterTime: toTimestamp(to) };
  try {
    const batches = readCollection(connection, {
      database: 'local',
      collection: 'oplog.rs',
      filter,
      readConcern,
      signal,
    });
    for await (const batch of batches) {
      yield batch.documents;
      batch.release();
    }
  } catch (error) {
    if (serverCodeOf(error) !== CAPPED_POSITION_LOST) throw error;
    throw new AppError('OPLOG_GAP', 'The oplog was overwritten while it was read. Enlarge it (MONGO_OPLOG_SIZE).', {
      cause: error,
    });
  }
}

/** @throws AppError RESTORE_REFUSED where it has not the shape of an oplog entry, INTERNAL where it has no time */
export function parseTimedEntry(bytes: Buffer): TimedEntry {
  const fields = new Map(fieldsOf(bytes).map((field) => [field.name, field]));
  const entry = parseOplogEntry(bytes);
  const ts = timeOf(fields.get('ts'));
  if (!ts) throw new AppError('INTERNAL', 'An oplog entry has no time stamp.');
  const before = fields.get('prevOpTime');
  const previous = before?.type === 0x03 ? timeOf(fieldsOf(before.value).find(({ name }) => name === 'ts')) : undefined;
  const command = entry.op === 'c' ? (fieldsOf(entry.o).at(0)?.name ?? '') : '';
  const t = fields.get('t');
  const term = t?.type === 0x12 ? Number(t.value.readBigInt64LE()) : -1;
  return { ...entry, bytes, ts, term, previous: previous && previous.t > 0 ? previous : undefined, command };
}

function timeOf(field: BsonField | undefined): ClusterTime | undefined {
  return field?.type === 0x11 ? { t: field.value.readUInt32LE(4), i: field.value.readUInt32LE(0) } : undefined;
}

/** The operations of an `applyOps`, those of nested ones too; the entry itself where it is none. */
export function operationsOf(entry: OplogEntry): OplogEntry[] {
  const nested = entry.op === 'c' ? nestedOperations(entry.o) : undefined;
  return nested ? nested.flatMap((operation) => operationsOf(parseOplogEntry(operation))) : [entry];
}

/** Filter for the entries that can matter to these collections; with very many of them the server sends everything. */
export function entriesOf(uuids: ReadonlySet<string>): Document {
  const ops = { op: { $in: ['i', 'u', 'd', 'c'] } };
  if (uuids.size > 1000) return ops;
  const binaries = [...uuids].map((uuid) => new Binary(Buffer.from(uuid, 'hex'), Binary.SUBTYPE_UUID));
  return { ...ops, $or: [{ op: 'c' }, { ui: { $in: binaries } }] };
}

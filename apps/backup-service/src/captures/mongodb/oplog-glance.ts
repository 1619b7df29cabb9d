import type { ClusterTime } from './manifest.ts';

/** What tells whether an oplog entry has to be looked at more closely. */
export interface OplogGlance {
  readonly ts: ClusterTime;
  readonly term: number;
  readonly op: string;
  readonly ns: string;
}

const [STRING, TIMESTAMP, INT64] = [0x02, 0x11, 0x12];
const [OP, NS, TS, TERM] = ['\x02op\0', '\x02ns\0', '\x11ts\0', '\x12t\0'].map((head) =>
  Buffer.from(head, 'latin1'),
) as [Buffer, Buffer, Buffer, Buffer];

/** Bytes of a value by its type, for those at the top of an entry; where it begins with its length: what comes on top of that. */
const FIXED = new Map(
  [0x01, 0x09, TIMESTAMP, INT64]
    .map((type) => [type, 8])
    .concat([
      [0x08, 1],
      [0x10, 4],
      [0x0a, 0],
      [0x07, 12],
    ]) as [number, number][],
);
const MEASURED = new Map([
  [STRING, 4],
  [0x03, 0],
  [0x04, 0],
  [0x05, 5],
] as [number, number][]);

/**
 * Time, term, kind and namespace of an entry, without the rest: many times as fast as `parseTimedEntry`.
 * @returns undefined where it is not an entry of the usual form: parse it, for its error
 */
export function glanceAt(entry: Buffer): OplogGlance | undefined {
  const places = placesOf(entry);
  if (!places) return undefined;
  const { ts, term, op, ns } = places;
  if (ts < 0 || op < 0 || ns < 0) return undefined;
  return {
    ts: { t: entry.readUInt32LE(ts + 4), i: entry.readUInt32LE(ts) },
    term: term < 0 ? -1 : Number(entry.readBigInt64LE(term)),
    op: textAt(entry, op),
    ns: textAt(entry, ns),
  };
}

/** Where the values begin; -1 for one that is not there. */
function placesOf(entry: Buffer): { ts: number; term: number; op: number; ns: number } | undefined {
  const places = { ts: -1, term: -1, op: -1, ns: -1 };
  const end = entry.length - 1;
  for (let at = 4; at < end;) {
    const value = entry.indexOf(0, at + 1) + 1;
    const next = value + sizeOf(entry, at, value);
    if (value === 0 || next < value || next > end) return undefined;
    if (begins(entry, at, TS)) places.ts = value;
    else if (begins(entry, at, TERM)) places.term = value;
    else if (begins(entry, at, OP)) places.op = value;
    else if (begins(entry, at, NS)) places.ns = value;
    at = next;
  }
  return places;
}

function begins(entry: Buffer, at: number, head: Buffer): boolean {
  for (let index = 0; index < head.length; index += 1) if (entry[at + index] !== head[index]) return false;
  return true;
}

function textAt(entry: Buffer, at: number): string {
  return entry.toString('utf8', at + 4, at + 3 + entry.readUInt32LE(at));
}

/** Negative for a type that does not stand there. */
function sizeOf(entry: Buffer, type: number, at: number): number {
  const kind = entry[type] as number;
  const fixed = FIXED.get(kind);
  if (fixed !== undefined) return fixed;
  const extra = MEASURED.get(kind);
  return extra === undefined || at + 4 > entry.length ? -1 : extra + entry.readUInt32LE(at);
}

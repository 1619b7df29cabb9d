import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import { Crc64 } from '@lucid/clients/redis/rdb/crc64';
import type { RdbScanner } from '@lucid/clients/redis/rdb/rdb-scanner';
import {
  rdbAux,
  rdbEnd,
  rdbFreq,
  rdbHeader,
  rdbIdle,
  rdbSelect,
  functionEntries,
} from '@lucid/clients/redis/rdb/rdb-writer';
import { KeyFilter, type KeySelection } from './key-selection.ts';
import type { RedisManifest, RedisPartManifest } from './manifest.ts';
import { type EntryVisitor, readEntries } from './read-entries.ts';

const FLUSH_BYTES = 1024 * 1024;
/** What says nothing about the server that loads it: the rest (memory, replication id and offset) belongs to the old one. */
const KEPT_AUX = ['redis-ver', 'redis-bits', 'ctime'];

/**
 * A captured Redis as an RDB file, as `redis-server` loads it at its start, with functions, expiries, idle times or counters, and a
 * checksum. The parts of a cluster come one after the other. Without functions where keys or databases are chosen. Each buffer is
 * the receiver's to keep; memory is bounded.
 * @throws AppError CHUNK_MISSING, CHUNK_CORRUPT, RDB_INVALID; the signal's reason
 */
export async function* exportRdb(
  reader: SnapshotReader,
  manifest: RedisManifest,
  selection: KeySelection = {},
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const crc = new Crc64();
  const filter = new KeyFilter(selection);
  for await (const buffer of rdbOf(reader, manifest, filter, signal)) {
    crc.update(buffer, 0, buffer.length);
    yield buffer;
  }
  yield rdbEnd(crc);
}

async function* rdbOf(
  reader: SnapshotReader,
  manifest: RedisManifest,
  filter: KeyFilter,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const version = Math.max(...manifest.parts.map(({ rdbVersion }) => rdbVersion));
  const aux = Object.entries(manifest.parts[0]?.aux ?? {}).filter(([name]) => KEPT_AUX.includes(name));
  yield Buffer.concat([rdbHeader(version), ...aux.map(([name, value]) => rdbAux(name, value))]);
  const selected = { database: -1, functions: new Set<string>() };
  for (const part of manifest.parts) yield* exportPart(reader, part, new ExportVisitor(filter, selected), signal);
}

/** `readEntries` pushes, a generator is pulled: one chunk is handed over at a time. */
async function* exportPart(
  reader: SnapshotReader,
  part: RedisPartManifest,
  visitor: ExportVisitor,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const left = new AbortController();
  const both = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
  const reading = readEntries(reader, part, visitor, both).then(
    () => visitor.end(),
    (error: unknown) => visitor.fail(error),
  );
  try {
    for (let buffer = await visitor.take(); buffer; buffer = await visitor.take()) yield buffer;
  } finally {
    left.abort(new Error('the reader left'));
    visitor.release();
    await reading;
  }
}

interface Selected {
  /** The database that keys go to at the end of what was written. */
  database: number;
  /** Libraries that were written: those of a cluster's primaries are the same. */
  readonly functions: Set<string>;
}

class ExportVisitor implements EntryVisitor {
  readonly #filter: KeyFilter;
  readonly #selected: Selected;
  #parts: Buffer[] = [];
  #bytes = 0;
  #isTaken = false;
  #ready: Buffer | undefined;
  #isOver = false;
  #error: { reason: unknown } | undefined;
  #wakeTaker: (() => void) | undefined;
  #wakeGiver: (() => void) | undefined;
  #isReleased = false;

  constructor(filter: KeyFilter, selected: Selected) {
    this.#filter = filter;
    this.#selected = selected;
  }

  function(code: Buffer): void {
    const text = code.toString('latin1');
    if (!this.#filter.isWhole || this.#selected.functions.has(text)) return;
    this.#selected.functions.add(text);
    this.#add(functionEntries([code]));
  }

  entry(scanner: RdbScanner, database: number): void {
    const { entry, buffer, start, end } = scanner;
    this.#isTaken =
      this.#filter.hasDatabase(database) && (this.#filter.takesEveryKey || this.#filter.hasKey(scanner.key()));
    if (!this.#isTaken) return;
    if (this.#selected.database !== database) this.#add(rdbSelect(database));
    this.#selected.database = database;
    if (entry.idle < 0 && entry.freq < 0) this.#add(buffer.subarray(start, end));
    else {
      this.#add(buffer.subarray(start, entry.typeAt));
      this.#add(entry.idle >= 0 ? rdbIdle(entry.idle) : rdbFreq(entry.freq));
      this.#add(buffer.subarray(entry.typeAt, end));
    }
  }

  value({ buffer, start, end }: RdbScanner): void {
    if (this.#isTaken) this.#add(buffer.subarray(start, end));
  }

  /** What was collected is handed over before the chunk's memory goes. */
  async chunk(): Promise<void> {
    if (this.#bytes >= FLUSH_BYTES) await this.#give();
    else this.#own();
  }

  async end(): Promise<void> {
    if (this.#bytes > 0) await this.#give();
    this.#isOver = true;
    this.#wakeTaker?.();
  }

  fail(reason: unknown): void {
    this.#error = { reason };
    this.#wakeTaker?.();
  }

  /** The next buffer, or undefined at the end. @throws what `fail` was given */
  async take(): Promise<Buffer | undefined> {
    while (!this.#ready && !this.#isOver && !this.#error) {
      await new Promise<void>((resolve) => (this.#wakeTaker = resolve));
    }
    if (this.#error) throw this.#error.reason;
    const ready = this.#ready;
    this.#ready = undefined;
    this.#wakeGiver?.();
    return ready;
  }

  /** Nobody takes any more. */
  release(): void {
    this.#isReleased = true;
    this.#wakeGiver?.();
  }

  async #give(): Promise<void> {
    this.#own();
    while (this.#ready && !this.#isReleased) await new Promise<void>((resolve) => (this.#wakeGiver = resolve));
    this.#ready = this.#parts[0];
    this.#parts = [];
    this.#bytes = 0;
    this.#wakeTaker?.();
  }

  #own(): void {
    if (this.#parts.length > 0) this.#parts = [Buffer.concat(this.#parts)];
  }

  #add(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
  }
}

import type { SnapshotWriter, StreamWriter } from '@lucid/archive/snapshot-types';
import { RdbScanner, type RdbItem } from '@lucid/clients/redis/rdb/rdb-scanner';
import { rdbEnd } from '@lucid/clients/redis/rdb/rdb-writer';
import { EvictionWriter } from './evictions.ts';
import type { RedisDatabaseManifest } from './manifest.ts';

const FLUSH_BYTES = 1024 * 1024;

export interface StoredRdb {
  readonly stream: string;
  readonly evictionStream: string | null;
  readonly rdbVersion: number;
  readonly aux: Record<string, string>;
  readonly functions: string[];
  readonly databases: RedisDatabaseManifest[];
  readonly bytes: number;
  /** Did the RDB bear a checksum (which was right)? */
  readonly hasChecksum: boolean;
}

/**
 * Stores an RDB as it arrives, in the form of `manifest.ts`. Everything is parsed on the way: what ends early, is damaged or could
 * not be restored is refused before the stream ends.
 * @throws AppError RDB_INVALID, RDB_UNSUPPORTED, and what the sink and the chunks throw
 */
export async function storeRdb(
  chunks: AsyncIterable<Buffer>,
  folder: string,
  sink: Pick<SnapshotWriter, 'openStream'>,
  onBytes: (bytes: number) => void,
): Promise<StoredRdb> {
  const name = `${folder}/rdb`;
  const store = new RdbStore(sink.openStream(name, { kind: 'bytes' }), new EvictionWriter(`${folder}/evictions`, sink));
  for await (const chunk of chunks) {
    await store.take(chunk);
    onBytes(chunk.length);
  }
  return store.end(name);
}

class RdbStore {
  readonly #scanner = new RdbScanner();
  readonly #stream: StreamWriter;
  readonly #evictions: EvictionWriter;
  readonly #aux: Record<string, string> = {};
  readonly #functions: string[] = [];
  readonly #databases = new Map<number, RedisDatabaseManifest>();
  #database = this.#databaseOf(0);
  #out = Buffer.allocUnsafe(2 * FLUSH_BYTES);
  #filled = 0;
  /** What of the scanner's buffer is kept and not copied yet. */
  #keptFrom = 0;
  #keptTo = 0;

  constructor(stream: StreamWriter, evictions: EvictionWriter) {
    this.#stream = stream;
    this.#evictions = evictions;
  }

  async take(chunk: Buffer): Promise<void> {
    const scanner = this.#scanner;
    scanner.push(chunk);
    for (let item = scanner.next(); item; item = scanner.next()) {
      if (item === 'entry') {
        const { idle, freq } = scanner.entry;
        this.#keepEntry();
        const full = this.#evictions.add(idle, freq);
        if (full) await full;
      } else this.#other(item);
    }
    this.#copyKept();
    if (this.#filled >= FLUSH_BYTES) await this.#flush();
  }

  async end(name: string): Promise<StoredRdb> {
    this.#scanner.finish();
    this.#append(rdbEnd(), 0, rdbEnd().length);
    await this.#flush();
    const { plainBytes } = await this.#stream.end({});
    const databases = [...this.#databases.values()].filter(({ keys }) => keys > 0);
    return {
      stream: name,
      evictionStream: await this.#evictions.end(),
      rdbVersion: this.#scanner.version,
      aux: this.#aux,
      functions: this.#functions,
      databases: databases.sort((a, b) => a.database - b.database),
      bytes: plainBytes,
      hasChecksum: this.#scanner.hasChecksum,
    };
  }

  #keepEntry(): void {
    const { entry, start, end } = this.#scanner;
    const database = this.#database;
    database.keys += 1;
    if (entry.expiresAtMs >= 0) database.expiring += 1;
    database.bytes += end - start - (entry.evictionEnd - entry.evictionStart);
    if (entry.evictionEnd === 0) this.#keep(start, end);
    else {
      this.#keep(start, entry.evictionStart);
      this.#keep(entry.evictionEnd, end);
    }
  }

  #other(item: Exclude<RdbItem, 'entry'>): void {
    const { start, end } = this.#scanner;
    switch (item) {
      case 'aux':
        this.#aux[this.#scanner.auxName] = this.#scanner.auxValue;
        return;
      case 'end':
        return;
      case 'database':
        this.#database = this.#databaseOf(this.#scanner.database);
        break;
      case 'value':
        this.#database.bytes += end - start;
        break;
      case 'function':
        this.#functions.push(libraryName(this.#scanner.functionCode));
        break;
    }
    this.#keep(start, end);
  }

  #databaseOf(database: number): RedisDatabaseManifest {
    const found = this.#databases.get(database) ?? { database, keys: 0, expiring: 0, bytes: 0 };
    this.#databases.set(database, found);
    return found;
  }

  #keep(from: number, to: number): void {
    if (from !== this.#keptTo) {
      this.#copyKept();
      this.#keptFrom = from;
    }
    this.#keptTo = to;
  }

  #copyKept(): void {
    this.#append(this.#scanner.buffer, this.#keptFrom, this.#keptTo);
    this.#keptFrom = this.#keptTo = 0;
  }

  #append(bytes: Buffer, from: number, to: number): void {
    const filled = this.#filled + to - from;
    if (filled > this.#out.length) this.#out = grown(this.#out, this.#filled, filled);
    // For short runs the loop is cheaper than the call.
    if (to - from < 64) for (let at = from; at < to; at++) this.#out[this.#filled + at - from] = bytes[at] as number;
    else bytes.copy(this.#out, this.#filled, from, to);
    this.#filled = filled;
  }

  async #flush(): Promise<void> {
    await this.#stream.write(this.#out.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

function grown(buffer: Buffer, filled: number, needed: number): Buffer<ArrayBuffer> {
  const next = Buffer.allocUnsafe(Math.max(needed, 2 * buffer.length));
  buffer.copy(next, 0, 0, filled);
  return next;
}

/** `#!lua name=counters` is the first line of every library. */
function libraryName(code: Buffer): string {
  return /^#!\S+ name=(\w{1,128})/.exec(code.toString('latin1', 0, 256))?.[1] ?? 'unknown';
}

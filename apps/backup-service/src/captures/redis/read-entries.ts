import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import { type RdbItem, RdbScanner } from '@lucid/clients/redis/rdb/rdb-scanner';
import { EvictionReader } from './evictions.ts';
import type { RedisPartManifest } from './manifest.ts';

/** What is called while the keys of a part are read; a promise that is given back is awaited before the next call. */
export interface EntryVisitor {
  /** `scanner.entry` is the key; its idle time or counter, if there was one, are in `scanner.entry` too. */
  entry(scanner: RdbScanner, database: number): Promise<void> | undefined | void;
  /** A piece of the value of the last entry, which was partial. */
  value?(scanner: RdbScanner): Promise<void> | undefined | void;
  /** Keys of `scanner.database` follow. */
  database?(scanner: RdbScanner): void;
  function?(code: Buffer): void;
  /** After each chunk, before its memory goes. */
  chunk?(bytes: number): Promise<void> | undefined | void;
}

/**
 * Reads one part of a backup from its start to its end, verified chunk by chunk, in bounded memory.
 * @throws AppError CHUNK_MISSING, CHUNK_CORRUPT, RDB_INVALID, RDB_UNSUPPORTED, the signal's reason
 */
export async function readEntries(
  reader: SnapshotReader,
  part: RedisPartManifest,
  visitor: EntryVisitor,
  signal?: AbortSignal,
): Promise<void> {
  const options = { ...(signal && { signal }) };
  const evictions = new EvictionReader(
    part.evictionStream === null ? undefined : reader.read(part.evictionStream, options),
  );
  const pass = new EntryPass(evictions, visitor);
  try {
    for await (const chunk of reader.read(part.stream, options)) {
      signal?.throwIfAborted();
      await pass.take(chunk);
    }
    pass.finish();
  } finally {
    await evictions.close();
  }
}

class EntryPass {
  /** The archive has authenticated every chunk; the stored stream bears no checksum. */
  readonly #scanner = new RdbScanner({ isChecked: false });
  readonly #evictions: EvictionReader;
  readonly #visitor: EntryVisitor;
  #database = 0;

  constructor(evictions: EvictionReader, visitor: EntryVisitor) {
    this.#evictions = evictions;
    this.#visitor = visitor;
  }

  async take(chunk: Buffer): Promise<void> {
    const scanner = this.#scanner;
    scanner.push(chunk);
    for (let item = scanner.next(); item; item = scanner.next()) {
      if (item === 'entry' && this.#evictions.isHungry) await this.#evictions.fill();
      const wait = this.#visit(item);
      if (wait) await wait;
    }
    const wait = this.#visitor.chunk?.(chunk.length);
    if (wait) await wait;
  }

  finish(): void {
    this.#scanner.finish();
  }

  #visit(item: RdbItem): Promise<void> | undefined | void {
    const scanner = this.#scanner;
    switch (item) {
      case 'entry':
        this.#evictions.advance();
        scanner.entry.idle = this.#evictions.idle;
        scanner.entry.freq = this.#evictions.freq;
        return this.#visitor.entry(scanner, this.#database);
      case 'value':
        return this.#visitor.value?.(scanner);
      case 'database':
        this.#database = scanner.database;
        return this.#visitor.database?.(scanner);
      case 'function':
        return this.#visitor.function?.(Buffer.from(scanner.functionCode));
      default:
        return undefined;
    }
  }
}

import { BsonCutter } from './bson-cutter.ts';
import { ByteCutter } from './byte-cutter.ts';
import { ChunkBuffer } from './chunk-memory.ts';
import { bytesOf } from './chunk-task.ts';
import type { Piece } from './chunk-task.ts';
import type { StoredChunk } from './chunk-store.ts';
import type { Cutter } from './cutter.ts';
import type { PackPlace, PackWriter } from './pack-writer.ts';
import type { RepositoryContext } from './repository-context.ts';
import type { JsonValue, StreamKind, StreamSummary, StreamWriter } from './snapshot-types.ts';

/** What a finished stream is made of: its own chunks in order, or a place in a pack, or neither when it is empty. */
export interface FinishedStream extends StreamSummary {
  readonly meta: JsonValue;
  readonly chunks: readonly StoredChunk[];
  readonly place: () => PackPlace | undefined;
}

export interface StreamHost {
  readonly context: RepositoryContext;
  readonly packs: PackWriter;
  /** Waits for room, then stores in the background. */
  put(plain: Piece): Promise<{ stored: Promise<StoredChunk> }>;
  /** Throws the first failure of the snapshot, or its end. */
  assertOpen(): void;
  ended(stream: FinishedStream): void;
}

export class ChunkStreamWriter implements StreamWriter {
  readonly #name: string;
  readonly #kind: StreamKind;
  readonly #host: StreamHost;
  readonly #cutter: Cutter;
  readonly #buffer: ChunkBuffer;
  readonly #turn: number;
  readonly #chunks: StoredChunk[] = [];
  readonly #writes: Promise<void>[] = [];
  #cuts = 0;
  #plainBytes = 0;
  #isSmall = true;
  #hasEnded = false;

  constructor(name: string, kind: StreamKind, host: StreamHost) {
    const { chunker, seed, chunks } = host.context;
    this.#name = name;
    this.#kind = kind;
    this.#host = host;
    this.#cutter = kind === 'bson' ? new BsonCutter(chunker, seed) : new ByteCutter(chunker, seed);
    this.#buffer = new ChunkBuffer(chunks.memory);
    this.#turn = host.packs.open();
  }

  async write(buffer: Buffer): Promise<void> {
    this.#assertOpen();
    let start = 0;
    while (start < buffer.length) {
      const end = this.#cutter.next(buffer, start, this.#buffer.length);
      this.#buffer.append(buffer, start, end < 0 ? buffer.length : end);
      if (end < 0) break;
      start = end;
      await this.#cut();
    }
    this.#plainBytes += buffer.length;
    if (this.#buffer.length >= this.#host.context.chunker.packBytes) await this.#grewLarge();
  }

  async end(meta: JsonValue): Promise<StreamSummary> {
    this.#assertOpen();
    this.#hasEnded = true;
    let place: PackPlace | undefined;
    if (this.#isSmall && this.#plainBytes > 0) {
      const piece = this.#buffer.takePiece();
      const bytes = Buffer.from(bytesOf(piece));
      this.#host.context.chunks.memory.give(piece.buffer);
      await this.#host.packs.addSmall(this.#turn, { name: this.#name, bytes, place: (found) => (place = found) });
    } else {
      await this.#grewLarge();
      if (this.#buffer.length > 0) await this.#cut();
      await Promise.all(this.#writes);
    }
    const summary = {
      name: this.#name,
      kind: this.#kind,
      plainBytes: this.#plainBytes,
      documents: this.#cutter.documents,
    };
    this.#host.ended({ ...summary, meta, chunks: this.#chunks, place: () => place });
    return summary;
  }

  #assertOpen(): void {
    this.#host.assertOpen();
    if (this.#hasEnded) throw new Error('the stream has ended');
  }

  async #cut(): Promise<void> {
    await this.#grewLarge();
    const number = this.#cuts++;
    const { stored } = await this.#host.put(this.#buffer.takePiece());
    const write = stored.then((chunk) => {
      this.#chunks[number] = chunk;
    });
    write.catch(() => undefined);
    this.#writes.push(write);
    this.#host.assertOpen();
  }

  async #grewLarge(): Promise<void> {
    if (!this.#isSmall) return;
    this.#isSmall = false;
    await this.#host.packs.isLarge(this.#turn);
  }
}

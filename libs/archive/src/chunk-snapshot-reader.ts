import { AppError } from '@lucid/core/app-error';
import type { ChunkStore } from './chunk-store.ts';
import type { ChunkRef, PlacedStream, StoredManifest } from './manifest.ts';
import type { CommitRecord, ReadOptions, SnapshotManifest, SnapshotReader, StreamManifest } from './snapshot-types.ts';

/** Chunks in hand beside the one that the caller works on, and how many bytes these may have before the next is asked for. */
const READ_AHEAD = 3;
const READ_AHEAD_BYTES = 12 * 1024 * 1024;

export class ChunkSnapshotReader implements SnapshotReader {
  readonly manifest: SnapshotManifest;
  readonly commit: CommitRecord;
  readonly #stored: StoredManifest;
  readonly #chunks: ChunkStore;
  readonly #byName: Map<string, PlacedStream>;
  /** The last pack that was read: small streams that are read one after the other lie in the same one. */
  #pack: { first: number; bytes: Promise<Buffer> } | undefined;

  constructor(stored: StoredManifest, commit: CommitRecord, chunks: ChunkStore) {
    const { id, createdAt, meta, streams } = stored;
    this.manifest = { id, createdAt, meta, streams: streams.map(publicPart) };
    this.commit = commit;
    this.#stored = stored;
    this.#chunks = chunks;
    this.#byName = new Map(streams.map((stream) => [stream.name, stream]));
  }

  stream(name: string): StreamManifest {
    return publicPart(this.#placed(name));
  }

  read(name: string, { signal, borrowed = false }: ReadOptions = {}): AsyncIterable<Buffer> {
    const stream = this.#placed(name);
    if (stream.offset !== undefined) return this.#readPart(stream, stream.offset, signal);
    return borrowed ? this.#readBorrowed(stream, signal) : this.#readChunks(stream, signal);
  }

  #placed(name: string): PlacedStream {
    const stream = this.#byName.get(name);
    if (!stream) throw new AppError('NOT_FOUND', `The snapshot has no stream ${name}.`);
    return stream;
  }

  /** A reader that stops early or fails may still be using its buffer, so that one is left to the garbage collector. */
  async *#readBorrowed(stream: PlacedStream, signal?: AbortSignal): AsyncGenerator<Buffer> {
    for await (const chunk of this.#readChunks(stream, signal, true)) {
      yield chunk;
      this.#chunks.giveBack(chunk);
    }
  }

  async *#readChunks({ first, count }: PlacedStream, signal?: AbortSignal, borrowed = false): AsyncGenerator<Buffer> {
    const ahead: Promise<Buffer>[] = [];
    const last = first + count;
    const sizeAt = (index: number): number => this.#stored.chunks[index]?.plainBytes ?? 0;
    let next = first;
    let bytes = 0;
    const chunks = this.#chunks.under(signal);
    while (ahead.length > 0 || next < last) {
      signal?.throwIfAborted();
      while (next < last && ahead.length <= READ_AHEAD && bytes <= READ_AHEAD_BYTES) {
        bytes += sizeAt(next);
        ahead.push(this.#get(next++, chunks, borrowed));
      }
      bytes -= sizeAt(next - ahead.length);
      yield await (ahead.shift() as Promise<Buffer>);
    }
  }

  async *#readPart({ first, plainBytes }: PlacedStream, offset: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
    signal?.throwIfAborted();
    const bytes = await this.#packAt(first, signal);
    yield Buffer.from(bytes.subarray(offset, offset + plainBytes));
  }

  /** One that could not be read is forgotten: the next stream, or a later run, tries it anew. */
  #packAt(first: number, signal?: AbortSignal): Promise<Buffer> {
    if (this.#pack?.first === first) return this.#pack.bytes;
    const pack = { first, bytes: this.#get(first, this.#chunks.under(signal)) };
    this.#pack = pack;
    pack.bytes.catch(() => {
      if (this.#pack === pack) this.#pack = undefined;
    });
    return pack.bytes;
  }

  #get(index: number, chunks = this.#chunks, borrowed = false): Promise<Buffer> {
    const ref = this.#stored.chunks[index] as ChunkRef;
    const chunk = borrowed ? chunks.borrow(ref) : chunks.get(ref);
    chunk.catch(() => undefined); // Thrown where it is awaited; a reader that stops early awaits no more.
    return chunk;
  }
}

function publicPart({ name, kind, plainBytes, documents, meta }: PlacedStream): StreamManifest {
  return { name, kind, plainBytes, documents, meta };
}

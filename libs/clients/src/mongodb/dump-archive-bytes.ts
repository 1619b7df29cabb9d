import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '@lucid/core/app-error';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const CHUNK_BYTES = 1024 * 1024;

/** The bytes of a stream, unpacked where they begin as gzip does. Leaving early closes the source. @throws AppError DUMP_INVALID */
export async function* unpacked(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  try {
    while (head.length < GZIP_MAGIC.length) {
      const { value, done } = await chunks.next();
      if (done) break;
      head = Buffer.concat([head, value]);
    }
    const all = from(head, chunks);
    yield* head.subarray(0, 2).equals(GZIP_MAGIC) ? gunzip(all) : all;
  } finally {
    await chunks.return?.();
  }
}

async function* from(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* gunzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const packed = Readable.from(source, { objectMode: false });
  const plain = createGunzip({ chunkSize: CHUNK_BYTES });
  // `pipe` does not carry an error of the source over.
  packed.on('error', (error) => plain.destroy(error));
  packed.pipe(plain);
  try {
    for await (const chunk of plain) yield chunk as Buffer;
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw error;
    throw new AppError('DUMP_INVALID', 'the compressed dump is damaged or cut off', { cause: error });
  } finally {
    plain.destroy();
    packed.destroy();
  }
}

/** Reads exact numbers of bytes from a stream of chunks, joining them only where a piece crosses a border. */
export class ByteCursor {
  private readonly source: AsyncIterator<Buffer>;
  private chunks: Buffer[] = [];
  private available = 0;
  /** Bytes that were taken. */
  offset = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** Makes `size` bytes available in one piece; false at the end of the stream. */
  async fill(size: number): Promise<boolean> {
    while (this.available < size) {
      const { value, done } = await this.source.next();
      if (done) return false;
      if (value.length === 0) continue;
      this.chunks.push(value);
      this.available += value.length;
    }
    if ((this.chunks[0]?.length ?? 0) < size) this.chunks = [Buffer.concat(this.chunks)];
    return true;
  }

  /** What is at hand in one piece, without taking it. */
  get head(): Buffer {
    return this.chunks[0] ?? Buffer.alloc(0);
  }

  /** Takes bytes of `head`; they share its memory, which is not used again. */
  take(size: number): Buffer {
    const taken = this.head.subarray(0, size);
    const rest = this.head.subarray(size);
    if (rest.length > 0) this.chunks[0] = rest;
    else this.chunks.shift();
    this.available -= taken.length;
    this.offset += taken.length;
    return taken;
  }

  /** Closes the source. May be called twice. */
  async close(): Promise<void> {
    await this.source.return?.();
  }
}

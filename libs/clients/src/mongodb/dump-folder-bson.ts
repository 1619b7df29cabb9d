import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { AppError, fromSystemError } from '@lucid/core/app-error';

/** Whole documents, one after the other, as they stand in the file. */
export interface DumpBatch {
  readonly documents: Buffer;
  readonly count: number;
  /** Where the batch begins in the (unpacked) file. */
  readonly offset: number;
}

export interface BatchLimits {
  readonly maxBytes: number;
  readonly maxDocuments: number;
}

/** https://bsonspec.org/spec.html: a length, at least one terminating zero. */
const SMALLEST_DOCUMENT = 5;
/** The server's limit for a stored document, and the 16 KiB it allows itself beyond. */
const LARGEST_DOCUMENT = 16 * 1024 * 1024 + 16 * 1024;
const READ_BYTES = 1024 * 1024;
const DEFAULT_LIMITS: BatchLimits = { maxBytes: 4 * 1024 * 1024, maxDocuments: 50_000 };

/**
 * Reads a `.bson` file (`.gz`: unpacked on the way) in batches. Memory is bounded by one batch and one document, whatever
 * lengths the file claims. Leaving the loop early closes the file.
 * @throws AppError DUMP_INVALID with file and offset, PERMISSION_DENIED
 */
export async function* readDumpBatches(path: string, limits = DEFAULT_LIMITS): AsyncGenerator<DumpBatch> {
  let rest: Buffer = Buffer.alloc(0);
  let end = 0;
  let count = 0;
  let offset = 0;
  for await (const chunk of bytesOf(path, () => offset + rest.length)) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let size = wholeDocument(rest, end, path, offset); size > 0; size = wholeDocument(rest, end, path, offset)) {
      if (count > 0 && (end + size > limits.maxBytes || count >= limits.maxDocuments)) {
        yield { documents: rest.subarray(0, end), count, offset };
        offset += end;
        rest = rest.subarray(end);
        end = count = 0;
      }
      end += size;
      count++;
    }
  }
  if (end < rest.length) throw invalid(path, offset + end, 'the file ends inside a document');
  if (count > 0) yield { documents: rest, count, offset };
}

/** Size of the document at `start`; 0 while it is not all there. */
function wholeDocument(bytes: Buffer, start: number, path: string, offset: number): number {
  if (bytes.length - start < 4) return 0;
  const size = bytes.readInt32LE(start);
  if (size < SMALLEST_DOCUMENT || size > LARGEST_DOCUMENT) {
    throw invalid(path, offset + start, `a document cannot have ${size} bytes`);
  }
  if (bytes.length - start < size) return 0;
  if (bytes[start + size - 1] !== 0) throw invalid(path, offset + start, 'a document does not end where it says');
  return size;
}

async function* bytesOf(path: string, position: () => number): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  const source = path.endsWith('.gz') ? file.pipe(createGunzip({ chunkSize: READ_BYTES })) : file;
  // `pipe` does not carry an error of the file over.
  if (source !== file) file.on('error', (error) => source.destroy(error));
  try {
    for await (const chunk of source) yield chunk as Buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) {
      throw invalid(path, position(), 'the compressed file is damaged or cut off', error);
    }
    throw fromSystemError(error, basename(path));
  } finally {
    source.destroy();
    file.destroy();
  }
}

export function invalid(path: string, offset: number, what: string, cause?: unknown): AppError {
  return new AppError('DUMP_INVALID', `${basename(path)}, offset ${offset}: ${what}`, { cause });
}

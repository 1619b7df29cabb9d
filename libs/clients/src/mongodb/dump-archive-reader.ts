import { deserialize, type Document } from 'bson';
import { AppError } from '@lucid/core/app-error';
import { ByteCursor } from './dump-archive-bytes.ts';
import { Crc64 } from './dump-archive-crc.ts';
import {
  ARCHIVE_MAGIC,
  ARCHIVE_VERSION,
  type ArchiveNamespace,
  type ArchiveNamespaceType,
  type ArchivePrelude,
  dataCollection,
  LARGEST_DOCUMENT,
  SMALLEST_DOCUMENT,
} from './dump-archive-format.ts';
import { assertElements } from './wire/bson-walk.ts';

/** A part of one namespace's data, in the order of the archive; those of several namespaces may be interleaved. */
export type ArchivePart =
  | {
      readonly kind: 'documents';
      readonly namespace: ArchiveNamespace;
      readonly documents: Buffer;
      readonly count: number;
    }
  | { readonly kind: 'end'; readonly namespace: ArchiveNamespace };

const TYPES: readonly string[] = ['', 'collection', 'view', 'timeseries'];
const MAX_NAMESPACES = 200_000;
const MAX_PRELUDE_BYTES = 256 * 1024 * 1024;

/**
 * Reads an archive of mongodump. Memory is bounded by the prelude (256 MiB at most), one chunk of the source and one document,
 * whatever lengths it claims; documents are checked to be BSON at their top level, and against the checksum of their namespace.
 * Not for two readers at once.
 * @throws AppError DUMP_INVALID with the offset (in the unpacked bytes), and what the source throws
 */
export class DumpArchiveReader {
  readonly prelude: ArchivePrelude;
  private readonly cursor: ByteCursor;

  private constructor(cursor: ByteCursor, prelude: ArchivePrelude) {
    this.cursor = cursor;
    this.prelude = prelude;
  }

  /** Reads the prelude. After an error the source is closed. @param source unpacked bytes */
  static async open(source: AsyncIterable<Buffer>): Promise<DumpArchiveReader> {
    const cursor = new ByteCursor(source);
    try {
      return new DumpArchiveReader(cursor, await readPrelude(cursor));
    } catch (error) {
      await cursor.close();
      throw error;
    }
  }

  /**
   * All data to the end of the archive. Each buffer holds whole documents. Leaving early closes the source. To be called once.
   * @throws AppError DUMP_INVALID, also at the end where a namespace of the prelude did not end
   */
  async *parts(): AsyncGenerator<ArchivePart> {
    const { cursor } = this;
    const open = new Map<string, Crc64>();
    const waiting = new Map(this.prelude.namespaces.map((one) => [keyOf(one.database, dataCollection(one)), one]));
    try {
      for (;;) {
        const header = await readHeader(cursor);
        if (!header) break;
        const key = keyOf(header.database, header.collection);
        const namespace = waiting.get(key);
        if (!namespace) throw invalid(cursor, 'a segment belongs to no namespace, or to one that has ended');
        const crc = open.get(key) ?? new Crc64();
        open.set(key, crc);
        if (header.isEnd) {
          await expectTerminator(cursor);
          if (header.crc !== crc.value()) throw invalid(cursor, `the checksum of ${nameOf(namespace)} is wrong`);
          open.delete(key);
          waiting.delete(key);
          yield { kind: 'end', namespace };
          continue;
        }
        for await (const part of segment(cursor)) {
          crc.update(part.documents);
          yield { kind: 'documents', namespace, ...part };
        }
      }
      const [first] = waiting.values();
      if (first) throw invalid(cursor, `the archive is cut off: ${nameOf(first)} does not end`);
    } finally {
      await cursor.close();
    }
  }

  /** Gives the archive up. May be called twice. */
  close(): Promise<void> {
    return this.cursor.close();
  }
}

async function readPrelude(cursor: ByteCursor): Promise<ArchivePrelude> {
  if (!(await cursor.fill(4)) || cursor.take(4).readUInt32LE() !== ARCHIVE_MAGIC) {
    throw new AppError('DUMP_INVALID', 'this is no archive of mongodump --archive');
  }
  const header = await nextDocument(cursor);
  if (!header || header['version'] !== ARCHIVE_VERSION)
    throw invalid(cursor, `the version of the archive is not ${ARCHIVE_VERSION}`);
  const namespaces: ArchiveNamespace[] = [];
  const seen = new Set<string>();
  for (let document = await nextDocument(cursor); document; document = await nextDocument(cursor)) {
    const namespace = toNamespace(cursor, document);
    const key = keyOf(namespace.database, dataCollection(namespace));
    if (seen.has(key)) throw invalid(cursor, `${nameOf(namespace)} is there twice`);
    if (namespaces.push(namespace) > MAX_NAMESPACES || cursor.offset > MAX_PRELUDE_BYTES)
      throw invalid(cursor, `the archive announces more than ${MAX_NAMESPACES} namespaces, or too much of them`);
    seen.add(key);
  }
  return {
    header: {
      serverVersion: textOf(header['server_version']),
      toolVersion: textOf(header['tool_version']),
      concurrentCollections: Number(header['concurrent_collections'] ?? 1),
    },
    namespaces,
  };
}

function toNamespace(cursor: ByteCursor, { db, collection, metadata, type = '', size }: Document): ArchiveNamespace {
  const isValid = typeof db === 'string' && typeof collection === 'string' && collection !== '';
  if (!isValid || typeof (metadata ?? '') !== 'string' || !TYPES.includes(type as string))
    throw invalid(cursor, 'the announcement of a namespace is malformed');
  const sizeBytes = Number(size ?? 0);
  return {
    database: db,
    collection,
    metadata: (metadata ?? '') as string,
    type: type as ArchiveNamespaceType,
    ...(Number.isSafeInteger(sizeBytes) && { size: sizeBytes }),
  };
}

interface SegmentHeader {
  readonly database: string;
  readonly collection: string;
  readonly isEnd: boolean;
  readonly crc: bigint;
}

/** Undefined at the end of the archive. */
async function readHeader(cursor: ByteCursor): Promise<SegmentHeader | undefined> {
  if (!(await cursor.fill(1))) return undefined;
  const document = await nextDocument(cursor);
  if (!document) throw invalid(cursor, 'two terminators follow one another');
  const { db, collection, EOF: isEnd, CRC: crc } = document;
  if (typeof db !== 'string' || typeof collection !== 'string' || typeof isEnd !== 'boolean')
    throw invalid(cursor, 'the header of a segment is malformed');
  return { database: db, collection, isEnd, crc: typeof crc === 'bigint' ? crc : 0n };
}

/** The documents up to the terminator, in runs as long as what is at hand. */
async function* segment(cursor: ByteCursor): AsyncGenerator<{ documents: Buffer; count: number }> {
  for (let size = await nextSize(cursor); size > 0; size = await nextSize(cursor)) {
    await fillDocument(cursor, size);
    const { head } = cursor;
    let [end, count] = [0, 0];
    while (size > 0 && head.length - end >= size) {
      checkDocument(cursor, head.subarray(end, end + size), end);
      end += size;
      count += 1;
      size = head.length - end >= 4 ? sizeAt(cursor, head, end) : 0;
    }
    yield { documents: cursor.take(end), count };
  }
  cursor.take(4);
}

async function expectTerminator(cursor: ByteCursor): Promise<void> {
  if ((await nextSize(cursor)) > 0) throw invalid(cursor, 'documents follow the end of their namespace');
  cursor.take(4);
}

/** A small document of the archive itself; undefined where there is a terminator, which is taken. */
async function nextDocument(cursor: ByteCursor): Promise<Document | undefined> {
  const size = await nextSize(cursor);
  if (size === 0) {
    cursor.take(4);
    return undefined;
  }
  await fillDocument(cursor, size);
  try {
    return deserialize(cursor.head.subarray(0, size), { useBigInt64: true });
  } catch (cause) {
    throw invalid(cursor, 'a header is not BSON', cause);
  } finally {
    cursor.take(size);
  }
}

/** The size of the document that comes next, 0 for a terminator; nothing is taken. */
async function nextSize(cursor: ByteCursor): Promise<number> {
  if (!(await cursor.fill(4))) throw invalid(cursor, 'the archive is cut off');
  return sizeAt(cursor, cursor.head, 0);
}

function sizeAt(cursor: ByteCursor, bytes: Buffer, at: number): number {
  const size = bytes.readInt32LE(at);
  if (size === -1) return 0;
  if (size < SMALLEST_DOCUMENT || size > LARGEST_DOCUMENT)
    throw invalid(cursor, `a document cannot have ${size} bytes`, undefined, at);
  return size;
}

async function fillDocument(cursor: ByteCursor, size: number): Promise<void> {
  if (!(await cursor.fill(size))) throw invalid(cursor, 'the archive is cut off inside a document');
}

/** Is it BSON at its top level? The server, which looks deeper, would refuse less after that than it stores. */
function checkDocument(cursor: ByteCursor, document: Buffer, at: number): void {
  try {
    assertElements(document, 0, document.length);
  } catch (cause) {
    throw invalid(cursor, 'a document is not BSON', cause, at);
  }
}

function keyOf(database: string, collection: string): string {
  return `${database}\0${collection}`;
}

function nameOf({ database, collection }: ArchiveNamespace): string {
  return `${database}.${collection}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function invalid(cursor: ByteCursor, what: string, cause?: unknown, at = 0): AppError {
  return new AppError('DUMP_INVALID', `archive, offset ${cursor.offset + at}: ${what}`, { cause });
}

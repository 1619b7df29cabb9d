import { serialize } from 'bson';
import { AppError } from '@lucid/core/app-error';

/**
 * The archive of mongodump --archive, version 0.1, as mongo-tools documents it (common/archive/spec.md):
 *
 *     magic · header · metadata of each namespace · terminator · (namespace header · documents · terminator)*
 *
 * All of it is BSON documents but the magic number and the terminators (int32 −1). Segments of several namespaces may be
 * interleaved; a header with `EOF: true` ends a namespace and carries the CRC-64 of all its documents.
 */
export const ARCHIVE_MAGIC = 0x8199e26d;
export const ARCHIVE_VERSION = '0.1';
export const TERMINATOR = Buffer.from([0xff, 0xff, 0xff, 0xff]);
/** The server's limit for a stored document, and the 16 KiB it allows itself beyond. */
export const LARGEST_DOCUMENT = 16 * 1024 * 1024 + 16 * 1024;
export const SMALLEST_DOCUMENT = 5;
/** What mongodump --oplog calls the slice of the oplog: a namespace without a database. */
export const ARCHIVE_OPLOG = { database: '', collection: 'oplog' } as const;
export const BUCKETS_PREFIX = 'system.buckets.';

export type ArchiveNamespaceType = '' | 'collection' | 'view' | 'timeseries';

/** One namespace of the prelude. */
export interface ArchiveNamespace {
  readonly database: string;
  /** As a user sees it: the data of a time-series collection are under `system.buckets.<collection>`. */
  readonly collection: string;
  /** The text of `<collection>.metadata.json`; empty for the oplog. */
  readonly metadata: string;
  readonly type: ArchiveNamespaceType;
  readonly size?: number;
}

export interface ArchiveHeader {
  readonly serverVersion: string;
  readonly toolVersion: string;
  /** mongorestore restores at least so many collections at once. */
  readonly concurrentCollections: number;
}

export interface ArchivePrelude {
  readonly header: ArchiveHeader;
  readonly namespaces: readonly ArchiveNamespace[];
}

/** Where the documents of a namespace are in the archive. */
export function dataCollection({ collection, type }: Pick<ArchiveNamespace, 'collection' | 'type'>): string {
  return type === 'timeseries' ? `${BUCKETS_PREFIX}${collection}` : collection;
}

/** Everything before the first segment. @throws AppError DUMP_INVALID where metadata are larger than a document can be */
export function* encodePrelude({ header, namespaces }: ArchivePrelude): Generator<Buffer> {
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(ARCHIVE_MAGIC);
  yield magic;
  yield Buffer.from(
    serialize({
      concurrent_collections: header.concurrentCollections,
      version: ARCHIVE_VERSION,
      server_version: header.serverVersion,
      tool_version: header.toolVersion,
    }),
  );
  for (const { database, collection, metadata, type, size = 0 } of namespaces) {
    if (Buffer.byteLength(metadata) > LARGEST_DOCUMENT - 64 * 1024)
      throw new AppError('DUMP_INVALID', `the metadata of ${database}.${collection} are too large for an archive`);
    yield Buffer.from(serialize({ db: database, collection, metadata, size, type }));
  }
  yield TERMINATOR;
}

/** The header of a segment. */
export function encodeSegment(database: string, collection: string): Buffer {
  return Buffer.from(serialize({ db: database, collection, EOF: false, CRC: 0n }));
}

/** The end of a namespace, its terminator included. */
export function encodeEnd(database: string, collection: string, crc: bigint): Buffer {
  return Buffer.concat([serialize({ db: database, collection, EOF: true, CRC: crc }), TERMINATOR]);
}

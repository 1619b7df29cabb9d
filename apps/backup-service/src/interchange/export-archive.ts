import { ARCHIVE_OPLOG, type ArchiveNamespace } from '@lucid/clients/mongodb/dump-archive-format';
import { writeDumpArchive } from '@lucid/clients/mongodb/dump-archive-writer';
import { AppError } from '@lucid/core/app-error';
import { type Document, serialize } from 'bson';
import { isInternalCollection, matchesGlob, parseNamespace } from '../captures/mongodb/restore-names.ts';
import type { RestoreSource } from '../captures/mongodb/restore-source.ts';
import { adminMetadata, collectionMetadata, viewMetadata } from './export-metadata.ts';
import { exportOplog } from './export-oplog.ts';

export interface ExportRequest {
  /** `database.collection`, with `*` for any characters of the collection; left out: all, with users and roles. */
  readonly namespaces?: readonly string[];
  readonly serverVersion: string;
  readonly signal: AbortSignal;
}

type Documents = () => AsyncIterable<Buffer>;

/** How the documents of `admin.system.version` say in which form users are kept; mongorestore compares it. */
const AUTH_SCHEMA = { _id: 'authSchema', currentVersion: 5 };
const TOOL_VERSION = 'lucid-storage';

/**
 * A backup of MongoDB as a `mongorestore --archive` file, with its oplog: `mongorestore --oplogReplay` gives the state at Tend. It
 * holds what mongodump --oplog would: time-series collections as their buckets, views as definitions, users and roles with a whole backup.
 * Nothing is read before the consumer asks for it.
 * @throws AppError BACKUP_SCOPE_EMPTY, VALIDATION_FAILED; while it is read CHUNK_CORRUPT, CHUNK_MISSING, the signal's reason
 */
export function exportArchive(source: RestoreSource, request: ExportRequest): AsyncGenerator<Buffer> {
  const { namespaces, serverVersion, signal } = request;
  const isChosen = (namespace: string): boolean => {
    if (isInternalCollection(parseNamespace(namespace).collection)) return false;
    return namespaces?.some((glob) => matchesGlob(glob, namespace)) ?? true;
  };
  const parts = new Map<ArchiveNamespace, Documents>();
  if (!namespaces) addUsers(parts, source);
  for (const collection of source.collections) {
    if (!isChosen(collection.namespace)) continue;
    const { stream } = collection;
    parts.set(collectionMetadata(collection), stream === undefined ? nothing : () => source.read(stream, { signal }));
  }
  for (const view of source.views) if (isChosen(view.namespace)) parts.set(viewMetadata(view), nothing);
  if (parts.size === 0) {
    throw new AppError('BACKUP_SCOPE_EMPTY', 'Nothing in this backup matches: check `namespaces` against the backup.');
  }
  const oplog = oplogOf(source, namespaces, isChosen, signal);
  parts.set({ ...ARCHIVE_OPLOG, metadata: '', type: '' }, () => oplog);
  const header = { serverVersion, toolVersion: TOOL_VERSION, concurrentCollections: 1 };
  const prelude = { header, namespaces: [...parts.keys()] };
  return writeDumpArchive(prelude, (namespace) => (parts.get(namespace) ?? nothing)());
}

/** First, because mongorestore wants them before anything else. */
function addUsers(parts: Map<ArchiveNamespace, Documents>, { users, roles }: RestoreSource): void {
  if (!users && !roles) return;
  parts.set(adminMetadata('system.users'), () => serialized(users ?? []));
  if (roles && roles.length > 0) parts.set(adminMetadata('system.roles'), () => serialized(roles));
  parts.set(adminMetadata('system.version'), () => serialized([AUTH_SCHEMA]));
}

function oplogOf(
  source: RestoreSource,
  namespaces: readonly string[] | undefined,
  isChosen: (namespace: string) => boolean,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  if (source.catalogueAt === 'end') return exportOplog(source, isChosen, signal);
  if (!namespaces) return unchangedOplog(source, signal);
  const detail = 'the oplog of this imported dump cannot be exported in part: leave `namespaces` out';
  throw new AppError('VALIDATION_FAILED', detail);
}

/** Of an imported dump: it came from mongodump as it is. */
async function* unchangedOplog(source: RestoreSource, signal: AbortSignal): AsyncGenerator<Buffer> {
  for (const stream of source.oplogStreams) yield* source.read(stream, { signal });
}

async function* nothing(): AsyncGenerator<Buffer> {
  // A view has no documents, nor has a collection that only the oplog fills.
}

async function* serialized(documents: readonly Document[]): AsyncGenerator<Buffer> {
  for (const document of documents) yield Buffer.from(serialize(document));
}

import type { SnapshotWriter, StreamWriter } from '@lucid/archive/snapshot-types';
import { AppError } from '@lucid/core/app-error';
import { deserialize, type Document, EJSON } from 'bson';
import {
  type ClusterTime,
  type CollectionManifest,
  collectionStream,
  type Ejson,
  MONGODB_MANIFEST_FORMAT,
  type MongodbManifest,
  OPLOG_STREAM,
} from '../captures/mongodb/manifest.ts';
import { documentsOf, fieldsOf } from '../captures/mongodb/oplog-bson.ts';
import { BUCKETS_PREFIX } from '../captures/mongodb/restore-names.ts';
import type { DumpNamespace, DumpPart, DumpSource } from './dump-source.ts';
import { timeSeriesFields, toBucketsIndex } from './timeseries-indexes.ts';

/** Each holds at most one chunk (8 MiB) back; mongodump interleaves four unless told otherwise. */
const MAX_OPEN_STREAMS = 32;
/** They become part of the manifest. */
const MAX_USER_BYTES = 64 * 1024 * 1024;

export interface ImportedDump {
  readonly manifest: MongodbManifest;
  /** `database.collection`, sorted. */
  readonly namespaces: string[];
  readonly documents: number;
  /** Where the dump has an oplog: the time of its last entry. */
  readonly consistentAt: Date | undefined;
  readonly warnings: string[];
}

type DumpDocuments = Extract<DumpPart, { kind: 'documents' }>;

interface Counted {
  documents: number;
  bytes: number;
}

/**
 * Puts a dump into a snapshot, as the capture of MongoDB would (captures/mongodb/manifest.ts). Memory is bounded by the streams that are
 * open at once. @throws AppError DUMP_INVALID, STORAGE_FULL …; the signal's reason
 */
export async function importDump(
  source: DumpSource,
  sink: Pick<SnapshotWriter, 'openStream'>,
  signal: AbortSignal,
): Promise<ImportedDump> {
  const streams = new DumpStreams(sink);
  const admin = new AdminDocuments();
  for await (const part of source.parts()) {
    signal.throwIfAborted();
    const { namespace } = part;
    if (part.kind === 'end') await streams.end(namespace);
    else if (namespace.role === 'users' || namespace.role === 'roles') admin.add(namespace.role, part.documents);
    else if (namespace.role !== 'skipped') await streams.write(namespace, part);
  }
  await streams.endAll();
  return describe(source, streams, admin);
}

/** The streams of the snapshot, each opened with the first documents of its namespace. */
class DumpStreams {
  readonly counted = new Map<DumpNamespace, Counted>();
  first: ClusterTime | undefined;
  last: ClusterTime | undefined;
  private readonly open = new Map<DumpNamespace, StreamWriter>();

  constructor(private readonly sink: Pick<SnapshotWriter, 'openStream'>) {}

  async write(namespace: DumpNamespace, { documents, count }: DumpDocuments): Promise<void> {
    if (namespace.role === 'view') throw new AppError('DUMP_INVALID', `the view ${namespace.collection} has documents`);
    if (namespace.role === 'oplog') for (const entry of documentsOf(documents)) this.see(entry);
    const stream = this.open.get(namespace) ?? this.begin(namespace);
    await stream.write(documents);
    const counted = this.counted.get(namespace) ?? { documents: 0, bytes: 0 };
    this.counted.set(namespace, {
      documents: counted.documents + count,
      bytes: counted.bytes + documents.length,
    });
  }

  async end(namespace: DumpNamespace): Promise<void> {
    const stream = this.open.get(namespace);
    if (!stream) return;
    this.open.delete(namespace);
    const { role, database, collection } = namespace;
    await stream.end(role === 'oplog' ? {} : { database, collection, complete: true });
  }

  async endAll(): Promise<void> {
    for (const namespace of [...this.open.keys()]) await this.end(namespace);
  }

  private begin(namespace: DumpNamespace): StreamWriter {
    if (this.open.size === MAX_OPEN_STREAMS) {
      const detail = `the archive interleaves more than ${MAX_OPEN_STREAMS} collections: dump with fewer parallel ones`;
      throw new AppError('DUMP_INVALID', detail);
    }
    const stream = this.sink.openStream(streamName(namespace), { kind: 'bson' });
    this.open.set(namespace, stream);
    return stream;
  }

  private see(entry: Buffer): void {
    let ts: Buffer | undefined;
    try {
      ts = fieldsOf(entry).find(({ name, type }) => name === 'ts' && type === 0x11)?.value;
    } catch (cause) {
      throw new AppError('DUMP_INVALID', 'an entry of the oplog is not BSON', { cause });
    }
    if (!ts) throw new AppError('DUMP_INVALID', 'an entry of the oplog has no time');
    this.last = { t: ts.readUInt32LE(4), i: ts.readUInt32LE(0) };
    this.first ??= this.last;
  }
}

/** Users and roles: few, and part of the manifest. */
class AdminDocuments {
  readonly users: Ejson[] = [];
  readonly roles: Ejson[] = [];
  private bytes = 0;

  add(role: 'users' | 'roles', documents: Buffer): void {
    this.bytes += documents.length;
    if (this.bytes > MAX_USER_BYTES) throw new AppError('DUMP_INVALID', 'users and roles are more than 64 MiB');
    for (const document of documentsOf(documents)) {
      try {
        this[role].push(toEjson(deserialize(document, { promoteValues: false, bsonRegExp: true })));
      } catch (cause) {
        throw new AppError('DUMP_INVALID', 'a user or role is not BSON', { cause });
      }
    }
  }
}

function describe(source: DumpSource, streams: DumpStreams, { users, roles }: AdminDocuments): ImportedDump {
  const warnings: string[] = [];
  const present = source.namespaces.filter(({ role }) => ['collection', 'timeseries', 'view'].includes(role));
  if (present.length === 0) throw new AppError('DUMP_INVALID', 'the dump holds no collection that can be imported');
  const skipped = source.namespaces.filter(({ role }) => role === 'skipped').map(nameOf);
  if (skipped.length > 0) warnings.push(`not imported: ${listed(skipped)}`);
  const ofOplog = source.namespaces.find(({ role }) => role === 'oplog');
  if (!ofOplog) warnings.push('the dump has no oplog: its collections may be of different times');
  const nowhere: ClusterTime = { t: 0, i: 0 };
  const collections = present.filter(({ role }) => role !== 'view');
  const counted = (namespace: DumpNamespace | undefined): Counted =>
    (namespace && streams.counted.get(namespace)) ?? { documents: 0, bytes: 0 };
  const { documents: entries, bytes } = counted(ofOplog);
  const manifest: MongodbManifest = {
    format: MONGODB_MANIFEST_FORMAT,
    serverVersion: source.serverVersion,
    featureCompatibilityVersion: /^\d+\.\d+/.exec(source.serverVersion)?.[0] ?? 'unknown',
    replicaSet: { name: '', id: '' },
    readingMember: '',
    catalogueAt: ofOplog ? 'start' : 'end',
    t0: streams.first ?? nowhere,
    tend: streams.last ?? nowhere,
    collections: collections.map((one) => toCollection(one, streams, warnings)).sort(byName),
    timeSeries: present
      .filter(({ role }) => role === 'timeseries')
      .map(({ database, collection, metadata }) => ({
        database,
        name: collection,
        options: toEjson(metadata.options),
      })),
    views: present
      .filter(({ role }) => role === 'view')
      .map(({ database, collection, metadata }) => ({
        database,
        name: collection,
        options: toEjson(metadata.options),
      })),
    users,
    roles,
    oplog: { stream: OPLOG_STREAM, entries, bytes },
  };
  assertOnce(manifest);
  return {
    manifest,
    namespaces: present.map(nameOf).sort(),
    documents: manifest.collections.reduce((sum, { documents }) => sum + documents, 0),
    consistentAt: streams.last && new Date(streams.last.t * 1000),
    warnings,
  };
}

function toCollection(namespace: DumpNamespace, streams: DumpStreams, warnings: string[]): CollectionManifest {
  const { database, collection, role, metadata } = namespace;
  const counted = streams.counted.get(namespace);
  const isSeries = role === 'timeseries';
  const isClustered = metadata.options['clusteredIndex'] !== undefined;
  const id = isSeries || isClustered ? [] : [metadata.idIndex ?? { v: 2, key: { _id: 1 }, name: '_id_' }];
  const fields = timeSeriesFields(metadata.options);
  const indexes = metadata.indexes.flatMap((index) => {
    if (!isSeries) return [index];
    const ofBuckets = toBucketsIndex(index, fields);
    if (!ofBuckets) warnings.push(`the index ${String(index['name'])} of ${database}.${collection} cannot be imported`);
    return ofBuckets ?? [];
  });
  return {
    database,
    collection: isSeries ? `${BUCKETS_PREFIX}${collection}` : collection,
    uuid: metadata.uuid ?? '',
    stream: counted ? streamName(namespace) : null,
    documents: counted?.documents ?? 0,
    bytes: counted?.bytes ?? 0,
    options: isSeries ? {} : toEjson(metadata.options),
    indexes: [...id, ...indexes].map(toEjson),
  };
}

/** Names that the metadata give may collide although those of the files differ. @throws AppError DUMP_INVALID */
function assertOnce({ collections, views, timeSeries }: MongodbManifest): void {
  const shown = collections.map(({ database, collection }) => `${database}.${collection}`);
  const names = [...shown, ...[...views, ...timeSeries].map(({ database, name }) => `${database}.${name}`)];
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw new AppError('DUMP_INVALID', `${twice} is there twice`);
}

function streamName({ role, database, collection }: DumpNamespace): string {
  if (role === 'oplog') return OPLOG_STREAM;
  return collectionStream(database, role === 'timeseries' ? `${BUCKETS_PREFIX}${collection}` : collection);
}

function byName(a: CollectionManifest, b: CollectionManifest): number {
  if (a.database !== b.database) return a.database < b.database ? -1 : 1;
  return a.collection < b.collection ? -1 : 1;
}

function nameOf({ database, collection }: DumpNamespace): string {
  return collection === '' ? database : `${database}.${collection}`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

function toEjson(value: Document): Ejson {
  return EJSON.serialize(value, { relaxed: false }) as Ejson;
}

import { AppError } from '@lucid/core/app-error';
import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import type { Document } from 'bson';
import { type Ejson, MONGODB_MANIFEST_FORMAT, type MongodbManifest } from './manifest.ts';
import { readKept } from './ordered-documents.ts';
import { BUCKETS_PREFIX } from './restore-names.ts';
import type { RestoreSource, SourceCollection } from './restore-source.ts';

/**
 * A committed snapshot as the source of a restore.
 * @param wholeDatabases databases that were backed up without a choice of collections
 * @throws AppError MANIFEST_CORRUPT where the manifest names a stream that is not there, REPOSITORY_FORMAT
 */
export function snapshotSource(
  reader: SnapshotReader,
  manifest: MongodbManifest,
  wholeDatabases: readonly string[],
): RestoreSource {
  if (manifest.format !== MONGODB_MANIFEST_FORMAT) {
    throw new AppError('REPOSITORY_FORMAT', 'The backup of MongoDB was made by a newer version of the suite.');
  }
  if (manifest.shards) {
    throw new AppError(
      'RESTORE_REFUSED',
      `The backup is of a sharded cluster: let BACKUP_RESTORE_URI name a mongos, or choose one of its shards with \`shard\` (${manifest.shards.map(({ id }) => id).join(', ')}).`,
    );
  }
  const streams = new Set(reader.manifest.streams.map(({ name }) => name));
  for (const { stream } of manifest.collections) {
    if (stream !== null && !streams.has(stream))
      throw new AppError('MANIFEST_CORRUPT', `The stream ${stream} is missing.`);
  }
  return {
    featureCompatibilityVersion: manifest.featureCompatibilityVersion,
    wholeDatabases,
    catalogueAt: manifest.catalogueAt ?? 'end',
    collections: sourceCollections(manifest),
    views: manifest.views.map(({ database, name, options, optionsBson }) => ({
      namespace: `${database}.${name}`,
      options: readKept(options, optionsBson),
    })),
    oplogStreams: manifest.oplog.entries > 0 ? [manifest.oplog.stream] : [],
    users: manifest.users.length > 0 ? manifest.users.map((user) => account(user, manifest.usersBson)) : undefined,
    roles: manifest.roles.length > 0 ? manifest.roles.map((role) => account(role, manifest.rolesBson)) : undefined,
    read: (stream, options) => reader.read(stream, options),
  };
}

/** One shard of the backup of a sharded cluster, at the time that all of them share. @throws AppError RESTORE_REFUSED (no such shard) */
export function shardSource(reader: SnapshotReader, manifest: MongodbManifest, id: string): RestoreSource {
  const shard = manifest.shards?.find((one) => one.id === id);
  if (!shard) throw new AppError('RESTORE_REFUSED', `The backup holds no shard ${id}.`);
  const { part } = shard;
  const databases = part.isFull ? [...new Set(part.collections.map(({ database }) => database))] : [];
  return snapshotSource(reader, part, databases);
}

function sourceCollections({ collections, timeSeries }: MongodbManifest): SourceCollection[] {
  const series = new Map(timeSeries.map((one) => [`${one.database}.${BUCKETS_PREFIX}${one.name}`, one]));
  return collections.map((one) => {
    const { database, collection, uuid, stream, documents, bytes, indexes, indexesBson = {} } = one;
    const ofSeries = series.get(`${database}.${collection}`);
    const { options, optionsBson } = ofSeries ?? one;
    return {
      namespace: `${database}.${ofSeries?.name ?? collection}`,
      type: ofSeries ? 'timeseries' : 'collection',
      uuid: uuid === '' ? undefined : uuid,
      options: readKept(options, optionsBson),
      indexes: indexes.map((index) => readKept(index, indexesBson[String(index['name'])])),
      stream: stream ?? undefined,
      documents,
      bytes,
    };
  });
}

function account(document: Ejson, bson: Record<string, string> = {}): Document {
  return readKept(document, bson[String(document['_id'])]);
}

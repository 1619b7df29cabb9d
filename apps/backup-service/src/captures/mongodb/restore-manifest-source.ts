import { AppError } from '@lucid/core/app-error';
import type { SnapshotReader } from '@lucid/archive/snapshot-types';
import { type Document, EJSON } from 'bson';
import { type Ejson, MONGODB_MANIFEST_FORMAT, type MongodbManifest } from './manifest.ts';
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
    views: manifest.views.map(({ database, name, options }) => ({
      namespace: `${database}.${name}`,
      options: decode(options),
    })),
    oplogStreams: manifest.oplog.entries > 0 ? [manifest.oplog.stream] : [],
    users: manifest.users.length > 0 ? manifest.users.map(decode) : undefined,
    roles: manifest.roles.length > 0 ? manifest.roles.map(decode) : undefined,
    read: (stream, { signal }) => reader.read(stream, { signal }),
  };
}

function sourceCollections({ collections, timeSeries }: MongodbManifest): SourceCollection[] {
  const series = new Map(timeSeries.map((one) => [`${one.database}.${BUCKETS_PREFIX}${one.name}`, one]));
  return collections.map(({ database, collection, uuid, stream, documents, bytes, options, indexes }) => {
    const ofSeries = series.get(`${database}.${collection}`);
    return {
      namespace: `${database}.${ofSeries?.name ?? collection}`,
      type: ofSeries ? 'timeseries' : 'collection',
      uuid: uuid === '' ? undefined : uuid,
      options: decode(ofSeries?.options ?? options),
      indexes: indexes.map(decode),
      stream: stream ?? undefined,
      documents,
      bytes,
    };
  });
}

function decode(value: Ejson): Document {
  return EJSON.deserialize(value, { relaxed: false }) as Document;
}

import type { ArchiveNamespace } from '@lucid/clients/mongodb/dump-archive-format';
import { type Document, EJSON } from 'bson';
import { parseNamespace } from '../captures/mongodb/restore-names.ts';
import type { SourceCollection, SourceView } from '../captures/mongodb/restore-source.ts';
import { fromBucketsIndex, timeSeriesFields } from './timeseries-indexes.ts';

/** A collection as mongodump announces it. */
export function collectionMetadata(source: SourceCollection): ArchiveNamespace {
  const { database, collection } = parseNamespace(source.namespace);
  const { type, uuid, bytes } = source;
  const isSeries = type === 'timeseries';
  const fields = timeSeriesFields(source.options);
  const indexes = source.indexes
    .filter(({ clustered }) => clustered === undefined)
    .map((index) => (isSeries ? fromBucketsIndex(index, fields) : index));
  const ofSeries = indexes.filter(({ name }) => name !== '_id_');
  const metadata = metadataText(collection, type, source.options, isSeries ? ofSeries : indexes, uuid);
  return { database, collection, metadata, type, size: bytes };
}

export function viewMetadata({ namespace, options }: SourceView): ArchiveNamespace {
  const { database, collection } = parseNamespace(namespace);
  return { database, collection, metadata: metadataText(collection, 'view', options, []), type: 'view', size: 0 };
}

/** The collections of `admin` that hold users, roles and the version of their form. */
export function adminMetadata(collection: string): ArchiveNamespace {
  const index = { v: 2, key: { _id: 1 }, name: '_id_' };
  const metadata = metadataText(collection, 'collection', {}, [index]);
  return { database: 'admin', collection, metadata, type: 'collection', size: 0 };
}

/** The text of `<collection>.metadata.json`: canonical Extended JSON v2. */
function metadataText(
  collectionName: string,
  type: ArchiveNamespace['type'],
  options: Document,
  indexes: readonly Document[],
  uuid?: string,
): string {
  const hasOptions = Object.keys(options).length > 0;
  const value = { ...(hasOptions && { options }), indexes, ...(uuid && { uuid }), collectionName, type };
  return EJSON.stringify(value, { relaxed: false });
}

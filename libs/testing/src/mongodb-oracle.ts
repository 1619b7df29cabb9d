import { createHash } from 'node:crypto';
import { findElements } from '@lucid/clients/mongodb/wire/bson-walk';
import { readCollection } from '@lucid/clients/mongodb/wire/raw-reader';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { type Document, Timestamp } from 'bson';

/** Type and bytes of each `_id`, with the SHA-256 of the whole document. */
export type CollectionImage = ReadonlyMap<string, string>;

export interface ClusterTimeText {
  readonly t: number;
  readonly i: number;
}

/**
 * A collection as the primary holds it, at one cluster time where that is given (the server keeps five minutes of history,
 * `minSnapshotHistoryWindowInSeconds`), else now. @param filter only these documents
 */
export async function readImage(
  uri: string,
  database: string,
  collection: string,
  at?: ClusterTimeText,
  filter: Document = {},
): Promise<CollectionImage> {
  const connection = await new Topology(uri).connectPrimary();
  const readConcern = at ? { level: 'snapshot', atClusterTime: new Timestamp(at) } : { level: 'majority' };
  const image = new Map<string, string>();
  try {
    for await (const batch of readCollection(connection, { database, collection, readConcern, filter })) {
      for (let start = 0; start < batch.documents.length;) {
        const end = start + batch.documents.readInt32LE(start);
        const document = batch.documents.subarray(start, end);
        image.set(idOf(document), createHash('sha256').update(document).digest('hex'));
        start = end;
      }
      batch.release();
    }
  } finally {
    connection.close();
  }
  return image;
}

/** What differs, in words; empty where the images are equal. */
export function differencesOf(expected: CollectionImage, actual: CollectionImage): string[] {
  const missing = [...expected.keys()].filter((id) => !actual.has(id)).map((id) => `missing: ${id}`);
  const extra = [...actual.keys()].filter((id) => !expected.has(id)).map((id) => `too many: ${id}`);
  const changed = [...expected].filter(([id, hash]) => actual.has(id) && actual.get(id) !== hash);
  return [...missing, ...extra, ...changed.map(([id]) => `other bytes: ${id}`)];
}

function idOf(document: Buffer): string {
  const id = findElements(document, 0, ['_id']).get('_id');
  return id ? `${id.type}:${document.toString('hex', id.start, id.end)}` : 'none';
}

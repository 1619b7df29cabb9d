import { createHash } from 'node:crypto';
import { EJSON, type ObjectId } from 'bson';
import { DOCUMENT_DATABASE, databasePrefix } from './cache-databases.ts';

/** A longer id is kept as its hash. */
const LONGEST_ID = 200;

/**
 * The keys of the document cache, in database 3. `<id>` is as `documentCacheId` writes it; the braces put both keys of a document into one
 * slot of a cluster, and `$`, which no collection's name can hold, ends the namespace.
 *
 * | key | holds | time to live |
 * |---|---|---|
 * | `document:{<database>.<collection>$<id>}` | the bytes of the answer | 2,400–3,600 s |
 * | `document-fill:{<database>.<collection>$<id>}` | the stamp of the reads under way: whoever changes the document removes it | 30 s |
 * | `document-position:{<database>}` | resume token up to which every change has been taken out of the cache | 7,200 s |
 */
export class DocumentKeys {
  readonly position: string;
  readonly #prefix: string;
  readonly #database: string;

  constructor(database: string, isCluster: boolean) {
    this.#prefix = databasePrefix(DOCUMENT_DATABASE, isCluster);
    this.#database = database;
    this.position = `${this.#prefix}document-position:{${database}}`;
  }

  document(collection: string, id: string): string {
    return `${this.#prefix}document:{${this.#database}.${collection}$${shortened(id)}}`;
  }

  fill(collection: string, id: string): string {
    return `${this.#prefix}document-fill:{${this.#database}.${collection}$${shortened(id)}}`;
  }

  /** For SCAN: the stamps, then the values, of a collection or of the whole database. */
  patterns(collection?: string): DocumentPatterns {
    const inside = collection === undefined ? `${this.#database}.` : `${this.#database}.${collection}$`;
    const prefix = escapePattern(this.#prefix);
    return {
      fills: `${prefix}document-fill:{${escapePattern(inside)}*`,
      values: `${prefix}document:{${escapePattern(inside)}*`,
    };
  }
}

export interface DocumentPatterns {
  readonly fills: string;
  readonly values: string;
}

/** Everything in database 3: the documents of every MongoDB database, and API responses that were made of them. */
export function wholeDatabasePatterns(isCluster: boolean): DocumentPatterns {
  const prefix = escapePattern(databasePrefix(DOCUMENT_DATABASE, isCluster));
  return { fills: `${prefix}document-fill:*`, values: `${prefix}*` };
}

/**
 * The id of a document in its key: its `_id` with its type, as it stands in the document. A number must come as it was stored (read with
 * `promoteValues: false`): 1 as int and 1 as double are one `_id` to MongoDB and two keys here, so a document may be cached only under the
 * `_id` that was found, never under the one that was asked for.
 */
export function documentCacheId(id: unknown): string {
  if (typeof id === 'string') return `s:${id}`;
  // Not by `instanceof`: the driver has a class of its own beside that of the package bson.
  if ((id as { _bsontype?: unknown } | null)?._bsontype === 'ObjectId') return `o:${(id as ObjectId).toHexString()}`;
  return `e:${EJSON.stringify(id, { relaxed: false })}`;
}

/** A text in a pattern of SCAN, standing for itself. */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}

function shortened(id: string): string {
  return id.length <= LONGEST_ID ? id : `h:${createHash('sha256').update(id).digest('base64url')}`;
}

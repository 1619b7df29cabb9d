import { readCollection } from '@lucid/clients/mongodb/wire/raw-reader';
import type { Topology } from '@lucid/clients/mongodb/wire/topology';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { type Document, EJSON } from 'bson';
import type { MongoClient } from 'mongodb';
import { decodeExact, documentsOf, idKeyOf } from '../captures/mongodb/oplog-bson.ts';
import { DocumentSetDigest } from './document-set-digest.ts';
import {
  BUCKETS_PREFIX,
  isInternalCollection,
  type Namespace,
  parseNamespace,
} from '../captures/mongodb/restore-names.ts';
import type { RestoreSource } from '../captures/mongodb/restore-source.ts';
import {
  contentDigestOf,
  digestOf,
  type Expected,
  expectedContent,
  type ExpectedCollection,
} from './expected-documents.ts';

export interface Restored {
  readonly client: MongoClient;
  readonly topology: Topology;
  /** Where a namespace of the backup was restored to; undefined: it was not. */
  targetOf(namespace: string): string | undefined;
}

export interface Comparison {
  /** What differs, in words; empty: it is the backup. At most 100. */
  readonly differences: string[];
  readonly collections: number;
  readonly indexes: number;
  /** Whose bytes were compared. */
  readonly documents: number;
  readonly uncomparedDocuments: number;
  /** Collections whose documents could not be compared. */
  readonly warnings: string[];
}

const MAX_DIFFERENCES = 100;

/**
 * Compares what was restored with the backup: number and bytes of all documents, indexes by definition, views. It reads the backup anew
 * and asks nothing of the restore. @throws AppError CHUNK_CORRUPT, CHUNK_MISSING, MONGODB_UNAVAILABLE, the signal's reason
 */
export async function compareRestored(
  source: RestoreSource,
  restored: Restored,
  signal: AbortSignal,
  onCollection: (done: number, total: number) => void = () => undefined,
): Promise<Comparison> {
  const { collections, views } = await expectedContent(source, signal);
  const wanted = collections.flatMap((one) => {
    const target = restored.targetOf(one.collection.namespace);
    return target === undefined ? [] : [{ one, target: parseNamespace(target) }];
  });
  const comparing = new Comparing(source, restored, signal);
  const connection = await restored.topology.connectPrimary();
  try {
    for (const [done, { one, target }] of wanted.entries()) {
      signal.throwIfAborted();
      await comparing.collection(connection, one, target);
      onCollection(done + 1, wanted.length);
    }
    await comparing.names(
      wanted.map(({ target }) => target),
      views,
    );
  } finally {
    connection.close();
  }
  return comparing.result;
}

class Comparing {
  readonly result = {
    differences: [] as string[],
    collections: 0,
    indexes: 0,
    documents: 0,
    uncomparedDocuments: 0,
    warnings: [] as string[],
  };

  constructor(
    private readonly source: RestoreSource,
    private readonly restored: Restored,
    private readonly signal: AbortSignal,
  ) {}

  async collection(connection: WireConnection, expected: ExpectedCollection, target: Namespace): Promise<void> {
    const { collection } = expected;
    const physical =
      collection.type === 'timeseries' ? { ...target, collection: `${BUCKETS_PREFIX}${target.collection}` } : target;
    this.result.collections += 1;
    await this.indexes(expected, physical);
    // A capped collection that the oplog fills evicts by itself.
    const isFixed = collection.options['capped'] !== true || expected.touched.size === 0;
    if (!expected.isComparable || !isFixed) {
      this.result.warnings.push(`${collection.namespace}: its documents could not be compared`);
      return;
    }
    const digest = await this.backupDigest(expected);
    await this.documents(connection, expected, physical, digest);
  }

  /** Every view and collection of the backup, and nothing else. */
  async names(targets: readonly Namespace[], viewNames: readonly string[]): Promise<void> {
    const { client, targetOf } = this.restored;
    const views = viewNames.flatMap((namespace) => targetOf(namespace) ?? []);
    const wanted = new Set([...targets.map(({ database, collection }) => `${database}.${collection}`), ...views]);
    const databases = new Set([...wanted].map((name) => parseNamespace(name).database));
    const found = new Set<string>();
    for (const database of databases) {
      for (const { name } of await client.db(database).listCollections({}, { nameOnly: true }).toArray()) {
        if (!isInternalCollection(name)) found.add(`${database}.${name}`);
      }
    }
    for (const name of wanted) if (!found.has(name)) this.differs(name, 'is not there');
    for (const name of found) if (!wanted.has(name)) this.differs(name, 'is not in the backup');
  }

  private async indexes({ collection }: ExpectedCollection, physical: Namespace): Promise<void> {
    const { client } = this.restored;
    const listed = (await client
      .db(physical.database)
      .collection(physical.collection)
      .listIndexes()
      .toArray()
      .catch(() => [])) as Document[];
    const found = new Map(listed.map((index) => [String(index['name']), definitionOf(index)]));
    this.result.indexes += collection.indexes.size;
    for (const [name, index] of collection.indexes) {
      if (found.get(name) !== definitionOf(index)) this.differs(collection.namespace, `has not the index ${name}`);
      found.delete(name);
    }
    const more = [...found.keys()].filter((name) => name !== '_id_');
    // Newer servers make an index of their own on a time-series collection, and a clustered one is no index.
    const isOwn = collection.type === 'timeseries' || collection.options['clusteredIndex'] !== undefined;
    if (more.length > 0 && !isOwn)
      this.differs(collection.namespace, `has the index ${more[0]}, which the backup has not`);
  }

  /** Of the documents that the oplog does not touch, as the backup has them. */
  private async backupDigest({ collection, touched }: ExpectedCollection): Promise<DocumentSetDigest> {
    const digest = new DocumentSetDigest();
    const stream = collection.source?.stream;
    if (stream === undefined) return digest;
    for await (const chunk of this.source.read(stream, { signal: this.signal })) {
      for (const document of documentsOf(chunk)) {
        if (touched.size === 0 || !touched.has(idKeyOf(document) ?? '')) digest.add(document);
      }
    }
    return digest;
  }

  private async documents(
    connection: WireConnection,
    { collection, touched }: ExpectedCollection,
    physical: Namespace,
    wanted: DocumentSetDigest,
  ): Promise<void> {
    const { result, signal } = this;
    const digest = new DocumentSetDigest();
    const missing = new Set([...touched].filter(([, { kind }]) => kind !== 'gone').map(([key]) => key));
    for await (const batch of readCollection(connection, { ...physical, signal })) {
      for (const document of documentsOf(batch.documents)) {
        const key = touched.size > 0 ? idKeyOf(document) : undefined;
        const expected = key === undefined ? undefined : touched.get(key);
        if (key === undefined || !expected) digest.add(document);
        else {
          missing.delete(key);
          this.touched(collection.namespace, expected, document);
        }
      }
      batch.release();
    }
    result.documents += digest.documents;
    if (missing.size > 0) this.differs(collection.namespace, `lacks ${missing.size} documents that the oplog wrote`);
    if (digest.documents !== wanted.documents)
      this.differs(collection.namespace, `has ${digest.documents} instead of ${wanted.documents} documents`);
    else if (digest.toHex() !== wanted.toHex()) this.differs(collection.namespace, 'has documents with other bytes');
  }

  private touched(namespace: string, expected: Expected, document: Buffer): void {
    if (expected.kind === 'unknown') {
      this.result.uncomparedDocuments += 1;
      return;
    }
    this.result.documents += 1;
    if (expected.kind === 'gone') this.differs(namespace, 'has a document that was deleted');
    else if (expected.digest === digestOf(document)) return;
    else if (expected.kind === 'bytes') this.differs(namespace, 'has a document of the oplog with other bytes');
    else if (expected.contentDigest !== contentDigestOf(decodeExact(document)))
      this.differs(namespace, 'has a document that differs from what the oplog made of it');
  }

  private differs(namespace: string, what: string): void {
    if (this.result.differences.length < MAX_DIFFERENCES) this.result.differences.push(`${namespace} ${what}`);
  }
}

/** The order of keys counts, the order of options does not. */
function definitionOf({ v: _v, ns: _ns, ...definition }: Document): string {
  const entries = Object.entries(definition).sort(([a], [b]) => (a < b ? -1 : 1));
  return EJSON.stringify(Object.fromEntries(entries), { relaxed: true });
}

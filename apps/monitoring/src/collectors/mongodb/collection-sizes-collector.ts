import type { MongoClient } from 'mongodb';
import type { Collected, Collector, PartProblem } from '../collector.ts';
import { codeOf } from '../parts.ts';
import { SampleSet } from '../samples.ts';
import { OVERFLOW, splitTop } from '../top-entries.ts';
import { MONGODB_METRICS } from './mongodb-metrics.ts';

const DEADLINE_MS = 9_000;
const FRESH_FOR_MS = 5 * 60_000;
/** Requests at a time: figures must not crowd out work. */
const CONCURRENCY = 4;
/** NamespaceNotFound, QueryPlanKilled, DatabaseDropPending: what a collection answers that is dropped, before and while it is asked. */
const DROPPED: ReadonlySet<unknown> = new Set([26, 175, 215]);
const OWN_DATABASES = new Set(['admin', 'config', 'local']);

interface Namespace {
  database: string;
  collection: string;
}

interface CollectionSize extends Namespace {
  sizeBytes: number;
  storageBytes: number;
  indexBytes: number;
  documents: number;
}

/** The size of every collection of the users' databases. It costs a request each, so it is asked less often than the rest. */
export class CollectionSizesCollector implements Collector {
  readonly name = 'mongodb-collections';
  readonly engine = 'mongodb';
  readonly deadlineMs = DEADLINE_MS;
  readonly freshForMs = FRESH_FOR_MS;

  constructor(
    private readonly client: MongoClient,
    readonly database: string,
  ) {}

  async collect(signal: AbortSignal): Promise<Collected> {
    const problems: PartProblem[] = [];
    const sizes: CollectionSize[] = [];
    const namespaces = (await this.listNamespaces(signal)).values();
    // The workers share one iterator, so that each takes the next namespace when it is done with its last.
    const work = async (): Promise<void> => {
      for (const namespace of namespaces) {
        signal.throwIfAborted();
        try {
          const size = await this.sizeOf(namespace, signal);
          if (size) sizes.push(size);
        } catch (error) {
          signal.throwIfAborted();
          if (problems.length === 0) problems.push({ part: 'collection_sizes', code: codeOf(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    return { samples: toSamples(sizes).samples, problems };
  }

  private async listNamespaces(signal: AbortSignal): Promise<Namespace[]> {
    const command = { listDatabases: 1, nameOnly: true, authorizedDatabases: true };
    const options = { readPreference: 'primaryPreferred', timeoutMS: DEADLINE_MS, signal } as const;
    const { databases } = await this.client.db('admin').command(command, options);
    const names = (databases as { name: string }[]).map(({ name }) => name).filter((name) => !OWN_DATABASES.has(name));
    const lists = await Promise.all(names.map((name) => this.listCollections(name, signal)));
    return lists.flat();
  }

  private async listCollections(database: string, signal: AbortSignal): Promise<Namespace[]> {
    const db = this.client.db(database, { readPreference: 'primaryPreferred' });
    const options = { nameOnly: true, authorizedCollections: true, timeoutMS: DEADLINE_MS, signal };
    const found = await db.listCollections({}, options).toArray();
    return found
      .filter(({ name, type }) => type !== 'view' && !name.startsWith('system.'))
      .map(({ name }) => ({ database, collection: name }));
  }

  /** Undefined when the collection was dropped meanwhile. */
  private async sizeOf(namespace: Namespace, signal: AbortSignal): Promise<CollectionSize | undefined> {
    const options = { readPreference: 'primaryPreferred', timeoutMS: DEADLINE_MS, signal } as const;
    const shards = await this.client
      .db(namespace.database)
      .collection(namespace.collection)
      .aggregate([{ $collStats: { storageStats: {} } }, { $replaceWith: '$storageStats' }], options)
      .toArray()
      .catch((error: { code?: unknown }) => {
        if (DROPPED.has(error.code)) return [];
        throw error;
      });
    if (shards.length === 0) return undefined;
    const sum = (field: string): number => shards.reduce((total, shard) => total + Number(shard[field] ?? 0), 0);
    return {
      ...namespace,
      sizeBytes: sum('size'),
      storageBytes: sum('storageSize'),
      indexBytes: sum('totalIndexSize'),
      documents: sum('count'),
    };
  }
}

/** The largest collections by name, all others as one. */
export function toSamples(sizes: readonly CollectionSize[], limit?: number): SampleSet<typeof MONGODB_METRICS> {
  const set = new SampleSet(MONGODB_METRICS);
  const [top, rest] = splitTop(sizes, (entry) => entry.sizeBytes, limit);
  const add = (entry: CollectionSize): void => {
    const labels = { database: entry.database, collection: entry.collection };
    set.add('mongodb_collection_size_bytes', entry.sizeBytes, labels);
    set.add('mongodb_collection_storage_bytes', entry.storageBytes, labels);
    set.add('mongodb_collection_index_bytes', entry.indexBytes, labels);
    set.add('mongodb_collection_documents', entry.documents, labels);
  };
  top.forEach(add);
  const nothing = { sizeBytes: 0, storageBytes: 0, indexBytes: 0, documents: 0 };
  const overflow = rest.reduce(
    (sum, entry) => ({
      ...sum,
      sizeBytes: sum.sizeBytes + entry.sizeBytes,
      storageBytes: sum.storageBytes + entry.storageBytes,
      indexBytes: sum.indexBytes + entry.indexBytes,
      documents: sum.documents + entry.documents,
    }),
    { database: OVERFLOW, collection: OVERFLOW, ...nothing },
  );
  if (rest.length > 0) add(overflow);
  return set;
}

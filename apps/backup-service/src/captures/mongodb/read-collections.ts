import type { TokenBucket } from '@lucid/clients/object-store/token-bucket';
import { type RawBatch, type RawReadOptions, readCollection } from '@lucid/clients/mongodb/wire/raw-reader';
import { serverCodeOf } from '@lucid/clients/mongodb/wire/server-reply-error';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import type { CaptureContext } from '../capture-port.ts';
import type { CaptureSink } from './capture-plan.ts';
import type { CatalogueCollection } from './catalogue.ts';
import { expectedBytes } from './expected-bytes.ts';
import { type ClusterTime, collectionStream, type CollectionStreamMeta } from './manifest.ts';
import { type ReadingMember, toTimestamp } from './reading-member.ts';

/** What came of reading one collection. */
export interface CollectionRead {
  readonly stream: string;
  readonly documents: number;
  readonly bytes: number;
  /** False where the collection was dropped or renamed under the cursor. */
  readonly isComplete: boolean;
  /** Not before anything that the reading has seen. */
  readonly endedAt: ClusterTime;
}

interface ReadContext {
  readonly member: ReadingMember;
  readonly t0: ClusterTime;
  readonly sink: CaptureSink;
  readonly context: CaptureContext;
  /** How fast it may go. */
  readonly pace?: TokenBucket | undefined;
}

/** What the limit allows in this time is read at once: larger batches keep the member's processors, and so its clients, busy in one piece. */
const PACED_BATCH_MS = 5;
const PACED_BATCH_LIMITS = { least: 65_536, most: 4_194_304 };

/** What a limited reading may catch up after it was held up, as time of the limit. */
export const PACED_BURST_MS = 50;

/** NamespaceNotFound, CursorNotFound, QueryPlanKilled: the namespace went away while it was read. */
const GONE = [26, 43, 175];
/** A capped collection dropped the document at which the reading stood. */
const CAPPED_POSITION_LOST = 136;

/**
 * Reads the collections, one after the other on each connection, each as its own stream. Streams are opened in the order
 * of `collections`. The first failure stops all. @returns by UUID
 */
export async function readCollections(
  connections: readonly WireConnection[],
  collections: readonly CatalogueCollection[],
  read: ReadContext,
): Promise<Map<string, CollectionRead>> {
  const results = new Map<string, CollectionRead>();
  const failed = new AbortController();
  const signal = AbortSignal.any([read.context.signal, failed.signal]);
  const expected = await expectedBytes(read.member.connection, collections, signal);
  let done = 0;
  const onBytes = (bytes: number): void => {
    done += bytes;
    const total = expected === null ? null : Math.max(expected, done);
    read.context.onProgress({ phase: 'mongodb', done, total, unit: 'bytes' });
  };
  const queue = collections.values();
  const work = async (connection: WireConnection): Promise<void> => {
    for (const collection of queue) {
      const context = { ...read.context, signal };
      results.set(collection.uuid, await readOne(connection, collection, { ...read, context, onBytes }));
    }
  };
  const workers = connections.map((connection) => work(connection).catch((error: unknown) => failed.abort(error)));
  await Promise.all(workers);
  if (failed.signal.aborted) throw failed.signal.reason;
  return results;
}

async function readOne(
  connection: WireConnection,
  { database, collection, uuid }: CatalogueCollection,
  { member, t0, sink, context, pace, onBytes }: ReadContext & { onBytes: (bytes: number) => void },
): Promise<CollectionRead> {
  const { signal } = context;
  const name = collectionStream(database, collection);
  const stream = sink.openStream(name, { kind: 'bson' });
  const readConcern = { level: 'majority', afterClusterTime: toTimestamp(t0) };
  const batchBytes = batchBytesAt(pace);
  let [documents, bytes, isComplete] = [0, 0, true];
  try {
    for await (const batch of readWrapping(connection, { database, collection, readConcern, signal, batchBytes })) {
      await pace?.take(batch.documents.length, signal);
      await stream.write(batch.documents);
      documents += batch.count;
      bytes += batch.documents.length;
      onBytes(batch.documents.length);
      batch.release();
    }
  } catch (error) {
    if (!GONE.includes(serverCodeOf(error) ?? 0)) throw error;
    isComplete = false;
    context.logger.info({ database, collection }, 'The collection was dropped or renamed while it was read');
  }
  const meta: CollectionStreamMeta = { database, collection, uuid, complete: isComplete };
  await stream.end(meta);
  return { stream: name, documents, bytes, isComplete, endedAt: await member.latest(signal) };
}

function batchBytesAt(pace: TokenBucket | undefined): number {
  const { least, most } = PACED_BATCH_LIMITS;
  return pace ? Math.min(most, Math.max(least, (pace.bytesPerSecond * PACED_BATCH_MS) / 1_000)) : most;
}

/**
 * Where a capped collection wraps under the cursor, everything read so far is gone from it, and what is oldest now comes next: the
 * reading goes on from there. The oplog tells of the deletions. (Where somebody deleted that one document, some are met twice.)
 */
async function* readWrapping(connection: WireConnection, options: RawReadOptions): AsyncGenerator<RawBatch> {
  for (;;) {
    try {
      yield* readCollection(connection, options);
      return;
    } catch (error) {
      if (serverCodeOf(error) !== CAPPED_POSITION_LOST) throw error;
    }
  }
}

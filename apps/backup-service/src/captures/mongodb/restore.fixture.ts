import { readCollection } from '@lucid/clients/mongodb/wire/raw-reader';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { type Document, serialize } from 'bson';
import type { MongoClient, Timestamp } from 'mongodb';
import { BUCKETS_PREFIX, isInternalCollection } from './restore-names.ts';
import type { RestoreContext } from './restore-context.ts';
import { RestoreJournal } from './restore-journal.ts';
import { WriteBlocks } from './write-blocks.ts';
import { ownWorkOf, planRestore, type RestoreRequest } from './restore-plan.ts';
import type { RestoreSource, SourceCollection, SourceView } from './restore-source.ts';
import { inspectTarget, listCollections } from './restore-target.ts';
import { WireRestoreWriter } from './restore-wire-writer.ts';

/** The simplest capture there can be, for specs: everything in memory, the catalogue as it was at the start. */
export async function captureInMemory(
  client: MongoClient,
  uri: string,
  database: string,
  during: () => Promise<void> = async () => undefined,
): Promise<RestoreSource> {
  const streams = new Map<string, Buffer[]>();
  const t0 = await operationTime(client);
  const listed = await listCollections(client, database);
  const collections: SourceCollection[] = [];
  const views: SourceView[] = [];
  const withoutWrites = listed.length >> 1;
  for (const [position, { name, type, options, uuid }] of listed.entries()) {
    if (position === withoutWrites) await during();
    if (type === 'view') views.push({ namespace: `${database}.${name}`, options });
    if (type === 'view' || isInternalCollection(name)) continue;
    // It may have been renamed since it was listed.
    const now = (await listCollections(client, database)).find((one) => uuid !== undefined && one.uuid === uuid)?.name;
    const physical = type === 'timeseries' ? `${BUCKETS_PREFIX}${name}` : (now ?? name);
    const chunks = await readBytes(uri, database, physical);
    streams.set(name, chunks);
    collections.push({
      namespace: `${database}.${name}`,
      type,
      uuid: uuid ?? listed.find((one) => one.name === physical)?.uuid,
      options,
      indexes: await client.db(database).collection(physical).listIndexes().toArray(),
      stream: name,
      documents: chunks.length,
      bytes: chunks.reduce((sum, { length }) => sum + length, 0),
    });
  }
  if (listed.length === 0) await during();
  const tend = await operationTime(client);
  streams.set('oplog', await readOplog(uri, t0, tend));
  return {
    featureCompatibilityVersion: '6.0',
    wholeDatabases: [database],
    catalogueAt: 'start',
    collections,
    views,
    oplogStreams: ['oplog'],
    users: undefined,
    roles: undefined,
    async *read(stream) {
      const documents = streams.get(stream) ?? [];
      for (let first = 0; first < documents.length; first += 100)
        yield Buffer.concat(documents.slice(first, first + 100));
    },
  };
}

async function operationTime(client: MongoClient): Promise<Timestamp> {
  return (await client.db('admin').command({ hello: 1 }, { readPreference: 'primary' })).operationTime as Timestamp;
}

async function readOplog(uri: string, t0: Timestamp, tend: Timestamp): Promise<Buffer[]> {
  return readBytes(uri, 'local', 'oplog.rs', { ts: { $gt: t0, $lte: tend } });
}

/** Every document of a collection, as its bytes. */
export async function readBytes(
  uri: string,
  database: string,
  collection: string,
  filter: Document = {},
): Promise<Buffer[]> {
  const connection = await new Topology(uri).connectPrimary();
  const documents: Buffer[] = [];
  try {
    for await (const batch of readCollection(connection, { database, collection, filter })) {
      for (let at = 0; at < batch.documents.length;) {
        const end = at + batch.documents.readInt32LE(at);
        documents.push(Buffer.from(batch.documents.subarray(at, end)));
        at = end;
      }
      batch.release();
    }
  } finally {
    connection.close();
  }
  return documents;
}

/** Bytes by `_id`, for comparing collections whatever their order. */
export async function bytesById(uri: string, database: string, collection: string): Promise<string[]> {
  return (await readBytes(uri, database, collection)).map((document) => document.toString('base64')).sort();
}

export interface RestoreSetting {
  readonly client: MongoClient;
  readonly uri: string;
  readonly controlDatabase: string;
  readonly mainDatabase: string;
}

export async function contextOf(
  setting: RestoreSetting,
  source: RestoreSource,
  request: RestoreRequest,
  restoreId: string,
  changes: Partial<RestoreContext> = {},
): Promise<RestoreContext & { writer: WireRestoreWriter }> {
  const { client, uri, controlDatabase, mainDatabase } = setting;
  const databases = [request.targetDatabase ?? [], source.wholeDatabases].flat();
  const target = await inspectTarget(client, databases);
  const journal = new RestoreJournal(client, controlDatabase);
  const own = ownWorkOf(await journal.find(restoreId));
  const writer = new WireRestoreWriter(new Topology(uri));
  return {
    restoreId,
    client,
    journal,
    writeBlocks: new WriteBlocks(client, controlDatabase),
    source,
    plan: planRestore(source, request, target, { controlDatabase, mainDatabase, own }),
    clock: systemClock,
    logger: createLogger('test', 'silent'),
    signal: new AbortController().signal,
    assertHeld: () => Promise.resolve(),
    progress: () => undefined,
    ...changes,
    writer,
  };
}

/** A document of exactly about `size` bytes. */
export function padded(id: number, size: number): Document {
  return { _id: id, pad: 'x'.repeat(size - serialize({ _id: id, pad: '' }).length) };
}

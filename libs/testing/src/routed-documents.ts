import { ChunkRanges } from '@lucid/clients/mongodb/sharding/chunk-ranges';
import { listRaw } from '@lucid/clients/mongodb/wire/command-cursor';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { deserialize, type Document, Long, serialize } from 'bson';

export interface RoutedShard {
  readonly id: string;
  readonly connection: WireConnection;
}

/** What `config` says of a sharded collection. */
export interface RoutedCollection {
  readonly database: string;
  readonly collection: string;
  readonly key: Document;
  /** Documents of `config.chunks`. */
  readonly chunks: readonly Document[];
}

const EXACT = { promoteValues: false, bsonRegExp: true };
const ANSWERED = new Set(['insert', 'find', 'count', 'createIndexes']);

/** Which commands on a sharded collection the double of mongos answers itself. */
export function isRouted(name: string): boolean {
  return ANSWERED.has(name);
}

/**
 * One command on a sharded collection, answered as mongos does: an insert goes to the shards that own the documents, a find and a count
 * ask all shards with chunks of it, an index is built on all of them. A find gives one batch (16 MB at most) of the documents that the shards own,
 * unsorted but by shard; with a projection also those that they do not own.
 */
export async function answerRouted(
  name: string,
  command: Document,
  routed: RoutedCollection,
  shards: readonly RoutedShard[],
): Promise<Document> {
  const owning = new Set(routed.chunks.map(({ shard }) => String(shard)));
  const owners = shards.filter(({ id }) => owning.has(id));
  switch (name) {
    case 'insert':
      return insert(command, routed, owners);
    case 'find':
      return find(command, routed, owners);
    case 'count':
      return count(command, routed, owners);
    default:
      return onAll(command, routed, owners);
  }
}

function rangesOf({ key, chunks }: RoutedCollection): ChunkRanges {
  const starts = chunks.map(({ min, shard }) => ({
    min: Buffer.from(serialize(min as Document)),
    shard: String(shard),
  }));
  return new ChunkRanges(Buffer.from(serialize(key)), starts);
}

async function insert(
  { documents, ...command }: Document,
  routed: RoutedCollection,
  owners: readonly RoutedShard[],
): Promise<Document> {
  const ranges = rangesOf(routed);
  const all = (documents as Document[]).map((document) => Buffer.from(serialize(document)));
  const places = all.map((document) => ranges.ownerOf(document));
  const writeErrors: Document[] = [];
  let n = 0;
  for (const { id, connection } of owners) {
    const positions = all.flatMap((_, at) => (places[at] === id ? [at] : []));
    if (positions.length === 0) continue;
    const sequence = { name: 'documents', documents: Buffer.concat(positions.map((at) => all[at] as Buffer)) };
    const reply = await connection.command(routed.database, command, { sequence });
    n += Number(reply['n']);
    for (const error of (reply['writeErrors'] as Document[] | undefined) ?? [])
      writeErrors.push({ ...error, index: positions[Number(error['index'])] });
  }
  return { n, ...(writeErrors.length > 0 && { writeErrors }), ok: 1 };
}

async function find(command: Document, routed: RoutedCollection, owners: readonly RoutedShard[]): Promise<Document> {
  const ranges = rangesOf(routed);
  const firstBatch: Document[] = [];
  for (const { id, connection } of owners) {
    for (const document of await listRaw(connection, routed.database, command)) {
      const isOwned = command['projection'] !== undefined || ranges.ownerOf(document) === id;
      if (isOwned) firstBatch.push(deserialize(document, EXACT));
    }
  }
  const ns = `${routed.database}.${routed.collection}`;
  return { cursor: { id: Long.ZERO, ns, firstBatch }, ok: 1 };
}

async function count(command: Document, routed: RoutedCollection, owners: readonly RoutedShard[]): Promise<Document> {
  let n = 0;
  for (const { connection } of owners) n += Number((await connection.command(routed.database, command))['n']);
  return { n, ok: 1 };
}

async function onAll(command: Document, routed: RoutedCollection, owners: readonly RoutedShard[]): Promise<Document> {
  for (const { connection } of owners) await connection.command(routed.database, command);
  return { ok: 1 };
}

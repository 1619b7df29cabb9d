import {
  BSON_DOCUMENT,
  bsonDocument,
  bsonElement,
  bsonText,
  documentsOf,
  fieldsOf,
  idKeyOf,
} from '../captures/mongodb/oplog-bson.ts';
import { type DataOperation, OplogRewriter } from '../captures/mongodb/oplog-rewriter.ts';
import { RestoreCatalogue } from '../captures/mongodb/restore-catalogue.ts';
import { BUCKETS_PREFIX, parseNamespace } from '../captures/mongodb/restore-names.ts';
import type { RestoreSource } from '../captures/mongodb/restore-source.ts';

/** Documents whose entries are thinned out; beyond it they are passed on as they are. */
const MAX_REMEMBERED = 300_000;
const FLUSH_BYTES = 1024 * 1024;
const OPLOG_VERSION = bsonElement(0x10, 'v', Buffer.from([2, 0, 0, 0]));

/**
 * The oplog of a backup in the form that mongorestore --oplogReplay can apply: single data operations in the order in which they took
 * effect (transactions taken apart), under the names that the collections have at the end, those of other collections left out. What comes
 * before the last insert or delete of a document is left out too: an update of a document that the dump does not hold, because a
 * later entry deletes it, would stop mongorestore.
 */
export async function* exportOplog(
  source: RestoreSource,
  isChosen: (namespace: string) => boolean,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const resets = await findResets(source, isChosen, signal);
  let [waiting, bytes, number]: [Buffer[], number, number] = [[], 0, 0];
  for await (const { operation, ts } of operationsOf(source, isChosen, signal)) {
    number += 1;
    const key = keyOf(operation);
    if (key !== undefined && number < (resets.get(key) ?? 0)) continue;
    const entry = toEntry(operation, ts);
    waiting.push(entry);
    bytes += entry.length;
    if (bytes < FLUSH_BYTES) continue;
    yield Buffer.concat(waiting);
    [waiting, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}

interface TimedOperation {
  readonly operation: DataOperation;
  /** The `ts` element's value. */
  readonly ts: Buffer;
}

async function* operationsOf(
  source: RestoreSource,
  isChosen: (namespace: string) => boolean,
  signal: AbortSignal,
): AsyncGenerator<TimedOperation> {
  const rewriter = new OplogRewriter(new RestoreCatalogue(source), () => true, 'skip');
  for (const stream of source.oplogStreams) {
    for await (const chunk of source.read(stream, { signal })) {
      for (const entry of documentsOf(chunk)) {
        const ts = fieldsOf(entry).find(({ name, type }) => name === 'ts' && type === 0x11)?.value ?? Buffer.alloc(8);
        for (const operation of rewriter.operations(entry)) {
          if (isChosen(operation.collection.namespace)) yield { operation, ts };
        }
      }
    }
  }
}

/** For each document the number of the last operation that does not depend on what was there before. */
async function findResets(
  source: RestoreSource,
  isChosen: (namespace: string) => boolean,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const resets = new Map<string, number>();
  let number = 0;
  for await (const { operation } of operationsOf(source, isChosen, signal)) {
    number += 1;
    const key = operation.op === 'u' ? undefined : keyOf(operation);
    if (key !== undefined && (resets.has(key) || resets.size < MAX_REMEMBERED)) resets.set(key, number);
  }
  return resets;
}

function keyOf({ op, collection, o, o2 }: DataOperation): string | undefined {
  const id = idKeyOf(op === 'u' && o2 ? o2 : o);
  return id === undefined ? undefined : `${collection.number}:${id}`;
}

function toEntry({ op, collection, o, o2 }: DataOperation, ts: Buffer): Buffer {
  const { database, collection: name } = parseNamespace(collection.namespace);
  const physical = collection.type === 'timeseries' ? `${BUCKETS_PREFIX}${name}` : name;
  return bsonDocument([
    bsonElement(0x11, 'ts', ts),
    OPLOG_VERSION,
    bsonText('op', op),
    bsonText('ns', `${database}.${physical}`),
    bsonElement(BSON_DOCUMENT, 'o', o),
    ...(op === 'u' && o2 ? [bsonElement(BSON_DOCUMENT, 'o2', o2)] : []),
  ]);
}

import { rawInsertOf, type RawInsert } from '@lucid/clients/mongodb/dump-folder-insert';
import type { MongoClient } from 'mongodb';
import { BsonWriter, elementName } from './bson-writer.ts';
import { SeededText } from './seeded-text.ts';

export interface LucidDataOptions {
  /** Of all documents together; passed by less than one document a collection. */
  readonly sizeBytes: number;
  /** The same seed and size give the same bytes. */
  readonly seed?: string;
  /** Of one batch, about; 4 MiB when left out. Does not change the documents. */
  readonly batchBytes?: number;
}

export type LucidCollection = 'blocks' | 'sessions' | 'transactions';

export interface LucidBatch {
  readonly collection: LucidCollection;
  /** Concatenated BSON. */
  readonly documents: Buffer;
  readonly count: number;
}

interface Source {
  readonly text: SeededText;
  readonly users: Buffer[];
  readonly addresses: Buffer[];
  /** Id of the block before. */
  previous: Buffer;
}

type WriteDocument = (writer: BsonWriter, source: Source, number: number) => void;

/** Share of the size, and the writer of one document. */
const COLLECTIONS: Record<LucidCollection, { share: number; write: WriteDocument }> = {
  blocks: { share: 0.5, write: writeBlock },
  sessions: { share: 0.3, write: writeSession },
  transactions: { share: 0.2, write: writeTransaction },
};

/** More than the largest document here. */
const ROOM = 64 * 1024;
const DEFAULT_BATCH_BYTES = 4 * 1024 * 1024;
const START_MS = Date.UTC(2025, 0, 1);
const SESSION_STATUSES = ['completed', 'completed', 'completed', 'active', 'failed'].map((text) => Buffer.from(text));
const TRANSACTION_STATUSES = ['confirmed', 'confirmed', 'confirmed', 'pending', 'failed'].map((text) =>
  Buffer.from(text),
);

/** The Lucid data set: hex-heavy like real chain data, with users and addresses that come again, valid by the models. */
export function* lucidData(options: LucidDataOptions): Generator<LucidBatch> {
  const { sizeBytes, seed = 'lucid', batchBytes = DEFAULT_BATCH_BYTES } = options;
  for (const collection of Object.keys(COLLECTIONS) as LucidCollection[]) {
    const { share, write } = COLLECTIONS[collection];
    const source = createSource(seed, collection);
    const writer = new BsonWriter(batchBytes + ROOM);
    const wanted = Math.ceil(sizeBytes * share);
    let done = 0;
    let number = 0;
    let first = 0;
    while (done + writer.length < wanted) {
      writer.reserve(ROOM);
      write(writer, source, number++);
      if (writer.length < batchBytes && done + writer.length < wanted) continue;
      done += writer.length;
      yield { collection, documents: writer.take(), count: number - first };
      first = number;
    }
  }
}

/**
 * Loads the data set into a database through raw inserts; the collections need not be there. To be called once for a database.
 * @returns the number of documents in each collection
 */
export async function loadLucidData(
  client: MongoClient,
  database: string,
  options: LucidDataOptions & { insert?: RawInsert },
): Promise<Record<LucidCollection, number>> {
  const insert = options.insert ?? rawInsertOf(client);
  const counts = { blocks: 0, sessions: 0, transactions: 0 };
  for (const { collection, documents, count } of lucidData(options)) {
    const { inserted } = await insert({ database, collection, documents });
    if (inserted !== count)
      throw new Error(`${database}.${collection} was not empty: ${inserted} of ${count} inserted`);
    counts[collection] += count;
  }
  return counts;
}

function createSource(seed: string, collection: LucidCollection): Source {
  // Users and addresses are the same in all collections, so that they belong together.
  const people = new SeededText(`${seed}/people`);
  const named = (prefix: string, size: number) => {
    const from = people.next(size);
    return Buffer.concat([Buffer.from(prefix), people.hex.subarray(from, from + size)]);
  };
  return {
    text: new SeededText(`${seed}/${collection}`),
    users: Array.from({ length: 5_000 }, () => named('usr_', 24)),
    addresses: Array.from({ length: 20_000 }, () => named('T', 33)),
    previous: Buffer.alloc(64, '0'),
  };
}

const ID = elementName('objectId', '_id');
const TX_ID = elementName('string', 'tx_id');
const FROM = elementName('string', 'from');
const TO = elementName('string', 'to');
const AMOUNT = elementName('long', 'amount');
const SIGNATURE = elementName('string', 'signature');
const STATUS = elementName('string', 'status');
const CREATED_AT = elementName('date', 'created_at');
const BLOCK_HEIGHT = elementName('int', 'block_height');
const BLOCK_ID = elementName('string', 'block_id');
const HEIGHT = elementName('int', 'height');
const PREVIOUS_HASH = elementName('string', 'previous_hash');
const MERKLE_ROOT = elementName('string', 'merkle_root');
const TIMESTAMP = elementName('date', 'timestamp');
const TRANSACTIONS = elementName('array', 'transactions');
const SESSION_ID = elementName('string', 'session_id');
const USER_ID = elementName('string', 'user_id');
const CHUNKS = elementName('array', 'chunks');
const INDEX = elementName('int', 'index');
const HASH = elementName('string', 'hash');
const SIZE = elementName('int', 'size');
const STORAGE_KEY = elementName('string', 'storage_key');
const ANCHOR = elementName('document', 'blockchain_anchor');
const COMPLETED_AT = elementName('date', 'completed_at');
const ITEMS = Array.from({ length: 64 }, (_, at) => elementName('document', String(at)));

function writeBlock(writer: BsonWriter, source: Source, number: number): void {
  const { text } = source;
  const document = writer.begin();
  writer.objectId(ID, 1, number);
  const from = text.next(64);
  const blockId = Buffer.from(text.hex.subarray(from, from + 64));
  writer.string(BLOCK_ID, blockId);
  writer.int(HEIGHT, number);
  writer.string(PREVIOUS_HASH, source.previous);
  source.previous = blockId;
  writeHex(writer, text, MERKLE_ROOT, 64);
  const transactions = writer.begin(TRANSACTIONS);
  const length = 4 + text.number(28);
  for (let at = 0; at < length; at++) {
    const item = writer.begin(pick(ITEMS, at));
    writeTransfer(writer, source);
    writer.end(item);
  }
  writer.end(transactions);
  writer.long(TIMESTAMP, START_MS + number * 3_000);
  writer.end(document);
}

function writeSession(writer: BsonWriter, source: Source, number: number): void {
  const { text, users } = source;
  const document = writer.begin();
  writer.objectId(ID, 2, number);
  writeHex(writer, text, SESSION_ID, 32);
  writer.string(USER_ID, pick(users, text.number(users.length)));
  writer.string(STATUS, pick(SESSION_STATUSES, text.number(SESSION_STATUSES.length)));
  const chunks = writer.begin(CHUNKS);
  const length = 2 + text.number(14);
  for (let at = 0; at < length; at++) {
    const item = writer.begin(pick(ITEMS, at));
    writer.int(INDEX, at);
    writeHex(writer, text, HASH, 64);
    writer.int(SIZE, 65_536 + text.number(1_000_000));
    writeHex(writer, text, STORAGE_KEY, 40);
    writer.end(item);
  }
  writer.end(chunks);
  writeHex(writer, text, MERKLE_ROOT, 64);
  const anchor = writer.begin(ANCHOR);
  writeHex(writer, text, TX_ID, 64);
  writer.int(HEIGHT, text.number(1_000_000));
  writer.end(anchor);
  const createdAt = START_MS + number * 700;
  writer.long(CREATED_AT, createdAt);
  writer.long(COMPLETED_AT, createdAt + text.number(3_600_000));
  writer.end(document);
}

function writeTransaction(writer: BsonWriter, source: Source, number: number): void {
  const { text } = source;
  const document = writer.begin();
  writer.objectId(ID, 3, number);
  writeTransfer(writer, source);
  writer.string(STATUS, pick(TRANSACTION_STATUSES, text.number(TRANSACTION_STATUSES.length)));
  writer.long(CREATED_AT, START_MS + number * 200);
  writer.int(BLOCK_HEIGHT, Math.floor(number / 16));
  writer.end(document);
}

/** The fields that a transaction has inside a block and on its own. The amount is in sun (a millionth of a TRX). */
function writeTransfer(writer: BsonWriter, { text, addresses }: Source): void {
  writeHex(writer, text, TX_ID, 64);
  writer.string(FROM, pick(addresses, text.number(addresses.length)));
  writer.string(TO, pick(addresses, text.number(addresses.length)));
  writer.long(AMOUNT, (1 + text.number(16_000_000)) * 1_000);
  writeHex(writer, text, SIGNATURE, 128);
}

function writeHex(writer: BsonWriter, text: SeededText, name: Buffer, size: number): void {
  const from = text.next(size);
  writer.string(name, text.hex, from, size);
}

function pick<T>(list: readonly T[], at: number): T {
  return list[at] as T;
}

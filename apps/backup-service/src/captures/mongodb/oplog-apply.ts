import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { serialize } from 'bson';
import { BSON_ARRAY, BSON_DOCUMENT, bsonDocument, bsonElement, bsonText } from './oplog-bson.ts';

const TIMEOUT_MS = 300_000;

export interface ApplyOptions {
  /** Ends the connection at once; the server may still apply what it was sent. */
  readonly signal?: AbortSignal | undefined;
  /** By which the operation is found on the server. */
  readonly comment?: string | undefined;
}

/**
 * Sends entries through `applyOps` as the bytes they are: deprecated types, dates out of JavaScript's range and the order of names
 * survive. Validators are passed by: documents older than their validator are legal. @throws AppError as WireConnection.exchange
 */
export async function applyEntries(
  connection: WireConnection,
  entries: readonly Buffer[],
  { signal, comment }: ApplyOptions = {},
): Promise<void> {
  const list = bsonDocument(entries.map((entry, index) => bsonElement(BSON_DOCUMENT, String(index), entry)));
  const command = bsonDocument([
    bsonElement(BSON_ARRAY, 'applyOps', list),
    bsonElement(BSON_BOOLEAN, 'alwaysUpsert', Buffer.from([0])),
    bsonElement(BSON_BOOLEAN, 'bypassDocumentValidation', Buffer.from([1])),
    bsonElement(BSON_DOCUMENT, 'writeConcern', Buffer.from(serialize({ w: 1 }))),
    ...(comment === undefined ? [] : [bsonText('comment', comment)]),
    bsonText('$db', 'admin'),
  ]);
  const options = { timeoutMs: TIMEOUT_MS, ...(signal && { signal }) };
  const { release } = await connection.exchangeBytes(command, options);
  release();
}

const BSON_BOOLEAN = 0x08;

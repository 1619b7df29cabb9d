import { Binary, deserialize, type Document } from 'bson';
import { AppError } from '@lucid/core/app-error';
import { documentEnd, findElements } from './bson-walk.ts';
import type { WireConnection } from './wire-connection.ts';

export interface RawInsertOptions {
  readonly database: string;
  readonly collection: string;
  /** Whole BSON documents, one after the other. */
  readonly documents: Buffer;
  readonly writeConcern?: Document;
  /** True: the first refused document ends it. */
  readonly ordered?: boolean;
  readonly bypassDocumentValidation?: boolean;
  /** Hex, of the collection: inserted into this one alone, and none is made by it (code 361 where it is gone). */
  readonly collectionUuid?: string | undefined;
  /** By which the operation is found on the server. */
  readonly comment?: string | undefined;
  /** Ends the connection at once; the server may still store what it was sent. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface RefusedDocument {
  /** Position in `documents`. */
  readonly index: number;
  readonly id: unknown;
  /** The server's code; 11000 is a duplicate key. */
  readonly code: number;
  readonly message: string;
}

export interface RawInsertResult {
  readonly inserted: number;
  readonly refused: readonly RefusedDocument[];
}

/** Limits of one OP_MSG insert: `maxMessageSizeBytes` less the envelope, `maxWriteBatchSize`. */
const MOST_BYTES = 47_900_000;
const MOST_DOCUMENTS = 100_000;
/** The primary went away while it waited for the others (ShutdownInProgress, PrimarySteppedDown, InterruptedAtShutdown, …). */
const STEPPED_DOWN = new Set([91, 189, 10_107, 11_600, 11_602, 13_435]);

/**
 * Inserts documents without decoding them, in as many messages as needed. It is not retried: after an error of the
 * connection it is unknown which of them are stored. With `ordered` the result ends at the first refused document.
 * @throws AppError as WireConnection.exchange; INTERNAL where the write concern was not met, MONGODB_UNAVAILABLE where that was for a step-down; RangeError where a document is not whole
 */
export async function insertRaw(connection: WireConnection, options: RawInsertOptions): Promise<RawInsertResult> {
  const { database, collection, writeConcern, ordered = true, bypassDocumentValidation, signal, timeoutMs } = options;
  const { collectionUuid, comment } = options;
  const collectionUUID = collectionUuid === undefined ? undefined : new Binary(Buffer.from(collectionUuid, 'hex'), 4);
  const command = { insert: collection, ordered, writeConcern, bypassDocumentValidation, collectionUUID, comment };
  const refused: RefusedDocument[] = [];
  let inserted = 0;
  let first = 0;
  for (const { documents, offsets } of splitDocuments(options.documents)) {
    const sequence = { name: 'documents', documents };
    const reply = await connection.command(database, command, { signal, timeoutMs, sequence });
    inserted += Number(reply.n);
    for (const { index, code, errmsg } of (reply.writeErrors as Document[] | undefined) ?? []) {
      const id = idAt(documents, offsets[Number(index)] ?? 0);
      refused.push({ index: first + Number(index), id, code: Number(code), message: String(errmsg) });
    }
    if (reply.writeConcernError) {
      const { code } = reply.writeConcernError as Document;
      const detail = 'MongoDB could not confirm the write on enough members.';
      const isPassing = STEPPED_DOWN.has(Number(code));
      throw new AppError(isPassing ? 'MONGODB_UNAVAILABLE' : 'INTERNAL', detail, { cause: reply.writeConcernError });
    }
    if (ordered && refused.length > 0) break;
    first += offsets.length;
  }
  return { inserted, refused };
}

function* splitDocuments(all: Buffer): Generator<{ documents: Buffer; offsets: number[] }> {
  let start = 0;
  let offsets: number[] = [];
  for (let at = 0; at < all.length;) {
    const end = documentEnd(all, at, all.length);
    if (offsets.length > 0 && (end - start > MOST_BYTES || offsets.length === MOST_DOCUMENTS)) {
      yield { documents: all.subarray(start, at), offsets };
      start = at;
      offsets = [];
    }
    offsets.push(at - start);
    at = end;
  }
  if (offsets.length > 0) yield { documents: all.subarray(start), offsets };
}

function idAt(documents: Buffer, start: number): unknown {
  const document = documents.subarray(start, documentEnd(documents, start, documents.length));
  if (!findElements(document, 0, ['_id']).has('_id')) return undefined;
  return deserialize(document)._id;
}

import { type Document, Long, Timestamp } from 'bson';
import { abortable } from './abortable.ts';
import { removeArrayKeys } from './batch-array.ts';
import { elementsOf, findElements } from './bson-walk.ts';
import type { ReceivedMessage } from './message-receiver.ts';
import { BODY_START, readBody } from './op-msg.ts';
import type { WireConnection } from './wire-connection.ts';

export interface RawReadOptions {
  readonly database: string;
  readonly collection: string;
  readonly filter?: Document;
  readonly hint?: Document;
  /** About how many bytes a batch should have (4 MiB); the server never sends more than 16 MiB. */
  readonly batchBytes?: number;
  readonly readConcern?: Document;
  /** As `ExchangeOptions` has it: what was just written must be there. */
  readonly primaryOnly?: boolean;
  readonly signal?: AbortSignal;
  /** How long one batch may take. */
  readonly timeoutMs?: number;
}

/** Documents as the server sent them, one after the other. The memory is reused after `release`, which may be called twice. */
export interface RawBatch {
  readonly documents: Buffer;
  readonly count: number;
  /** `operationTime` of the reply, undefined on a standalone server. */
  readonly operationTime: Timestamp | undefined;
  readonly clusterTime: Timestamp | undefined;
  release(): void;
}

interface Reply {
  readonly batch: RawBatch;
  readonly cursorId: Long;
}

const BATCH_BYTES = 4_194_304;
/** Whoever cancels is to see the end within five seconds, two of which may pass before the reader hears of it. */
const CLEANUP_TIMEOUT_MS = 2_000;

/**
 * Reads a collection in natural order (or that of `hint`). The next batch is under way while the caller has the present
 * one, so two are in hand at most. Leaving the loop, or an abort, kills the cursor on the server; the connection can be used
 * again afterwards, unless it broke. An absent collection is an empty one.
 * @throws AppError as WireConnection.exchange: the cursor may be killed by a drop or a rename (server codes 175, 43, 26)
 */
export async function* readCollection(connection: WireConnection, options: RawReadOptions): AsyncGenerator<RawBatch> {
  const { database, collection, signal, timeoutMs, batchBytes = BATCH_BYTES } = options;
  const { filter = {}, hint, readConcern, primaryOnly } = options;
  let cursorId = Long.ZERO;
  let next: Promise<Reply> | undefined;
  const send = (command: Document): Promise<Reply> => {
    const reply = connection.exchange(database, command, { timeoutMs, primaryOnly }).then(readReply);
    reply.catch(() => undefined); // whoever awaits it sees the error
    return reply;
  };
  try {
    const sort = hint ? undefined : { $natural: 1 };
    next = send({ find: collection, filter, hint: hint ?? sort, readConcern });
    while (next) {
      const { batch, cursorId: id } = await abortable(next, signal);
      cursorId = id;
      next = undefined;
      if (!id.isZero()) {
        const batchSize = Math.max(1, Math.floor((batchBytes * batch.count) / Math.max(1, batch.documents.length)));
        next = send({ getMore: id, collection, ...(batch.count > 0 && { batchSize }) });
      }
      if (batch.count > 0) yield batch;
      else batch.release();
    }
  } finally {
    if (next) cursorId = await settle(connection, next, cursorId);
    if (!cursorId.isZero()) await killCursor(connection, options, cursorId);
  }
}

/** The answer under way is awaited, for the connection to be usable; one that hangs costs the connection. */
async function settle(connection: WireConnection, next: Promise<Reply>, cursorId: Long): Promise<Long> {
  const timeout = AbortSignal.timeout(CLEANUP_TIMEOUT_MS);
  const giveUp = (): void => connection.close();
  timeout.addEventListener('abort', giveUp, { once: true });
  try {
    const reply = await next;
    reply.batch.release();
    return reply.cursorId;
  } catch {
    return cursorId;
  } finally {
    timeout.removeEventListener('abort', giveUp);
  }
}

async function killCursor(connection: WireConnection, options: RawReadOptions, cursorId: Long): Promise<void> {
  if (!connection.isOpen) return;
  const { database, collection } = options;
  // A cursor that cannot be killed ends by itself after ten idle minutes; the error that led here is the one that counts.
  await connection
    .command(database, { killCursors: collection, cursors: [cursorId] }, { timeoutMs: CLEANUP_TIMEOUT_MS })
    .catch(() => undefined);
}

function readReply(message: ReceivedMessage): Reply {
  const { payload, release } = message;
  return readBody(() => {
    const top = findElements(payload, BODY_START, ['cursor', 'operationTime', '$clusterTime']);
    const cursor = top.get('cursor');
    if (cursor?.type !== 0x03) throw new RangeError('The reply holds no cursor.');
    let cursorId: Long | undefined;
    let array: { start: number; end: number } | undefined;
    for (const element of elementsOf(payload, cursor.start, cursor.end)) {
      if (element.name === 'id' && element.type === 0x12) cursorId = longAt(payload, element.start);
      const isBatch = element.name === 'firstBatch' || element.name === 'nextBatch';
      if (isBatch && element.type === 0x04) array = element;
    }
    if (!cursorId || !array) throw new RangeError('The reply holds no batch.');
    const clusterTime = top.get('$clusterTime');
    const operationTime = timestampAt(payload, top.get('operationTime'));
    const inner = clusterTime && findElements(payload, clusterTime.start, ['clusterTime']).get('clusterTime');
    const batch = { ...removeArrayKeys(payload, array.start, array.end), operationTime, release };
    return { batch: { ...batch, clusterTime: timestampAt(payload, inner) }, cursorId };
  });
}

function longAt(buffer: Buffer, at: number): Long {
  return Long.fromBits(buffer.readInt32LE(at), buffer.readInt32LE(at + 4));
}

function timestampAt(buffer: Buffer, element: { type: number; start: number } | undefined): Timestamp | undefined {
  if (element?.type !== 0x11) return undefined;
  return new Timestamp({ t: buffer.readUInt32LE(element.start + 4), i: buffer.readUInt32LE(element.start) });
}

import { type Document, Long } from 'bson';
import { elementsOf, findElements } from './bson-walk.ts';
import { BODY_START, readBody } from './op-msg.ts';
import type { ExchangeOptions, WireConnection } from './wire-connection.ts';

interface CursorReply {
  readonly id: Long | number;
  readonly ns: string;
  readonly firstBatch?: Document[];
  readonly nextBatch?: Document[];
}

/**
 * Every document of a command that answers with a cursor (`listCollections`, `listIndexes`, a small `find`), decoded.
 * @throws AppError as WireConnection.command
 */
export async function listAll(
  connection: WireConnection,
  database: string,
  command: Document,
  options: ExchangeOptions = {},
): Promise<Document[]> {
  let cursor = (await connection.command(database, command, options)).cursor as CursorReply;
  const all = [...(cursor.firstBatch ?? [])];
  while (!Long.fromValue(cursor.id).isZero()) {
    const collection = cursor.ns.slice(cursor.ns.indexOf('.') + 1);
    const next = { getMore: Long.fromValue(cursor.id), collection };
    cursor = (await connection.command(database, next, options)).cursor as CursorReply;
    all.push(...(cursor.nextBatch ?? []));
  }
  return all;
}

/** The same, each document as its bytes. @throws AppError as WireConnection.exchange */
export async function listRaw(
  connection: WireConnection,
  database: string,
  command: Document,
  options: ExchangeOptions = {},
): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for (let next: Document | undefined = command; next;) {
    const message = await connection.exchange(database, next, options);
    try {
      next = readRawReply(message.payload, all);
    } finally {
      message.release();
    }
  }
  return all;
}

/** Copies the documents of one reply. @returns the command for the next, undefined at the end */
function readRawReply(payload: Buffer, all: Buffer[]): Document | undefined {
  return readBody(() => {
    const cursor = findElements(payload, BODY_START, ['cursor']).get('cursor');
    if (cursor?.type !== 0x03) throw new RangeError('The reply holds no cursor.');
    const parts = findElements(payload, cursor.start, ['id', 'ns', 'firstBatch', 'nextBatch']);
    const [id, ns, batch] = [parts.get('id'), parts.get('ns'), parts.get('firstBatch') ?? parts.get('nextBatch')];
    if (id?.type !== 0x12 || ns?.type !== 0x02 || batch?.type !== 0x04)
      throw new RangeError('The reply holds no batch.');
    for (const element of elementsOf(payload, batch.start, batch.end))
      all.push(Buffer.from(payload.subarray(element.start, element.end)));
    const getMore = Long.fromBits(payload.readInt32LE(id.start), payload.readInt32LE(id.start + 4));
    if (getMore.isZero()) return undefined;
    const name = payload.toString('utf8', ns.start + 4, ns.end - 1);
    return { getMore, collection: name.slice(name.indexOf('.') + 1) };
  });
}

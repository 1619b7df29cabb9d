import { type Document, Long } from 'bson';
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

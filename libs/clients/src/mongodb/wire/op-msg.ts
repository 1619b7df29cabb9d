import { deserialize, type Document, serialize } from 'bson';
import { AppError } from '@lucid/core/app-error';
import { findElements } from './bson-walk.ts';
import type { ReceivedMessage } from './message-receiver.ts';
import { serverReplyError } from './server-reply-error.ts';

/** A document sequence (section kind 1): `documents` is concatenated BSON. */
export interface DocumentSequence {
  readonly name: string;
  readonly documents: Buffer;
}

/** The parts of an OP_MSG (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#op_msg), to be written in order. */
export function encodeMessage(requestId: number, command: Document | Buffer, sequence?: DocumentSequence): Buffer[] {
  const body = Buffer.isBuffer(command) ? command : serialize(command, { ignoreUndefined: true });
  const head = Buffer.alloc(21);
  const parts: Buffer[] = [head, Buffer.from(body.buffer, body.byteOffset, body.byteLength)];
  if (sequence) {
    const name = Buffer.from(`${sequence.name}\0`, 'utf8');
    const prefix = Buffer.alloc(5);
    prefix.writeUInt8(1, 0);
    prefix.writeInt32LE(4 + name.length + sequence.documents.length, 1);
    parts.push(prefix, name, sequence.documents);
  }
  head.writeInt32LE(
    parts.reduce((sum, part) => sum + part.length, 0),
    0,
  );
  head.writeInt32LE(requestId, 4);
  head.writeInt32LE(2013, 12);
  return parts;
}

/** Where the reply's document begins in the payload: after the flags and the section kind. */
export const BODY_START = 5;

/** @throws AppError of the server's error code where `ok` is not 1; MONGODB_UNAVAILABLE where the reply is malformed */
export function assertOk({ payload }: ReceivedMessage): void {
  const { flags, kind } = { flags: payload.readUInt32LE(0), kind: payload[4] };
  if (flags !== 0 || kind !== 0) throw malformed();
  const ok = readBody(() => findElements(payload, BODY_START, ['ok']).get('ok'));
  const isOk =
    (ok?.type === 0x01 && payload.readDoubleLE(ok.start) === 1) ||
    (ok?.type === 0x10 && payload.readInt32LE(ok.start) === 1);
  if (!isOk) throw serverReplyError(decodeBody(payload));
}

export function decodeBody(payload: Buffer, exactTypes = false): Document {
  const options = exactTypes ? { promoteValues: false, bsonRegExp: true } : {};
  return readBody(() => deserialize(payload.subarray(BODY_START), options));
}

/** A reply that is not what it claims to be must not look like a fault of ours. */
export function readBody<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw malformed(error);
  }
}

function malformed(cause?: unknown): AppError {
  return new AppError('MONGODB_UNAVAILABLE', 'The answer of MongoDB is damaged.', { cause });
}

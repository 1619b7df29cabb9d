import { AppError } from '@lucid/core/app-error';
import type { ErrorCode } from '@lucid/models/errors';
import type { Document } from 'bson';

/** A command that the server refused, with its own code (https://www.mongodb.com/docs/manual/reference/error-codes/). */
export class MongoServerReplyError extends Error {
  readonly code: number;
  readonly codeName: string;

  constructor(reply: Document) {
    super(String(reply.errmsg ?? 'the server refused the command'));
    this.name = 'MongoServerReplyError';
    this.code = Number(reply.code ?? 0);
    this.codeName = String(reply.codeName ?? '');
  }
}

/** The server shuts down or is no longer what the caller took it for: the same call can succeed elsewhere or later. */
const STATE_CHANGES = [89, 91, 189, 6, 7, 9001, 10107, 11600, 11602, 13388, 13435, 13436];
const CODES = new Map<number, ErrorCode>([
  ...STATE_CHANGES.map((code) => [code, 'MONGODB_UNAVAILABLE'] as const),
  [50, 'TIMEOUT'],
  [13, 'ENGINE_UNSUITABLE'],
  [18, 'CONFIG_INVALID'],
  [11000, 'DUPLICATE_KEY'],
  [121, 'DOCUMENT_INVALID'],
]);
const DETAILS: Partial<Record<ErrorCode, string>> = {
  MONGODB_UNAVAILABLE: 'The MongoDB server that was asked is changing its state.',
  TIMEOUT: 'MongoDB gave the command up, because it took too long.',
  ENGINE_UNSUITABLE: 'The MongoDB user lacks the role for this. Grant it the roles that the set-up names.',
  CONFIG_INVALID: 'MongoDB refuses the user name or the password. Correct MONGODB_URI.',
};

/** The AppError of a refused command; its cause is the MongoServerReplyError. */
export function serverReplyError(reply: Document): AppError {
  const cause = new MongoServerReplyError(reply);
  const code = CODES.get(cause.code) ?? 'INTERNAL';
  const detail = DETAILS[code] ?? `MongoDB refused the command (${cause.codeName || cause.code}).`;
  return new AppError(code, detail, { cause });
}

/** The server's own code of a refused command, undefined where the error is of another kind. */
export function serverCodeOf(error: unknown): number | undefined {
  const cause = error instanceof AppError ? error.cause : error;
  return cause instanceof MongoServerReplyError ? cause.code : undefined;
}

import { AppError, type FieldError } from '@lucid/core/app-error';
import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  type WriteError,
} from 'mongodb';
import { toFieldErrors } from './validation-errors.ts';

// Server codes: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
const UNREACHABLE_CODES = new Set([6, 7, 89, 91, 189, 9001, 10058, 10107, 11600, 11602, 13435, 13436]);
const TIMEOUT_CODES = new Set([24, 50, 64, 202, 262, 290]);
const DUPLICATE_CODES = new Set([11000, 11001, 12582]);
const AUTHENTICATION_FAILED = 18;
const UNAUTHORIZED = 13;
const VALIDATION_FAILED = 121;
const DATABASE_DIFFERS_IN_CASE = 13297;
const USER_WRITES_BLOCKED = 371;
const UNREACHABLE_CLASSES = [
  MongoServerSelectionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
];

/** What the driver threw as an error of the registry; `undefined` for what only the caller can judge. No driver text gets out. */
export function toMongoAppError(error: unknown): AppError | undefined {
  if (!(error instanceof MongoError)) return undefined;
  if (error instanceof MongoOperationTimeoutError || error.name === 'MongoWaitQueueTimeoutError')
    return timedOut(error);
  const cause: unknown = error.cause;
  if (
    codeOf(error) === AUTHENTICATION_FAILED ||
    (cause instanceof MongoError && codeOf(cause) === AUTHENTICATION_FAILED)
  ) {
    const detail =
      'MongoDB refused the user name or the password: check MONGODB_URI, or MONGODB_USERNAME and MONGODB_PASSWORD';
    return new AppError('MONGODB_UNAVAILABLE', detail, { cause: error, retryable: false });
  }
  if (UNREACHABLE_CLASSES.some((type) => error instanceof type) || error instanceof MongoClientClosedError)
    return unreachable(error);
  return error instanceof MongoServerError ? fromServer(error) : undefined;
}

function fromServer(error: MongoServerError): AppError | undefined {
  const code = codeOf(error);
  if (DUPLICATE_CODES.has(code)) return duplicateKey(error);
  if (code === VALIDATION_FAILED) return invalidDocument(error);
  if (UNREACHABLE_CODES.has(code)) return unreachable(error);
  if (TIMEOUT_CODES.has(code)) return timedOut(error);
  if (code === USER_WRITES_BLOCKED) {
    const detail = 'user writes are held for a moment, by a restore or a strict backup; try again';
    return new AppError('MONGODB_UNAVAILABLE', detail, { cause: error, retryAfterSeconds: 5 });
  }
  if (code === DATABASE_DIFFERS_IN_CASE) {
    const detail =
      'a database whose name differs in upper and lower case only is there already; use its name or another';
    return new AppError('CONFLICT', detail, { cause: error, retryable: false });
  }
  if (code === UNAUTHORIZED) {
    return new AppError(
      'ENGINE_UNSUITABLE',
      'the MongoDB user lacks a right this needs; grant it the roles of scripts/init',
      {
        cause: error,
      },
    );
  }
  return undefined;
}

function codeOf(error: MongoError): number {
  if (error instanceof MongoBulkWriteError) return firstOf(error)?.code ?? Number(error.code ?? 0);
  return typeof error.code === 'number' ? error.code : 0;
}

/** The failure that counts: an ordered bulk stops at it, and the others of an unordered one wait for the next try. */
function firstOf(error: MongoBulkWriteError): WriteError | undefined {
  return [error.writeErrors].flat()[0];
}

function unreachable(cause: MongoError): AppError {
  const detail = 'MongoDB has no reachable primary: check MONGODB_URI and the state of the replica set';
  return new AppError('MONGODB_UNAVAILABLE', detail, { cause, retryAfterSeconds: 5 });
}

function timedOut(cause: MongoError): AppError {
  return new AppError('TIMEOUT', 'MongoDB did not answer in time; ask for less, or try again', {
    cause,
    retryAfterSeconds: 5,
  });
}

function duplicateKey(error: MongoServerError): AppError {
  const fields = duplicateFields(error);
  const errors: FieldError[] = fields.map((field) => ({
    pointer: `/${field.replaceAll('.', '/')}`,
    code: 'DUPLICATE_KEY',
    message: 'this value, or combination of values, is taken',
  }));
  const named = fields.length > 0 ? fields.join(', ') : 'a unique index';
  return new AppError('DUPLICATE_KEY', `a document with the same ${named} exists`, { cause: error, errors });
}

function duplicateFields(error: MongoServerError): string[] {
  const pattern = error['keyPattern'] as Record<string, unknown> | undefined;
  if (pattern) return Object.keys(pattern);
  // A bulk write keeps only the server's sentence; the index's default name tells the fields (`a_1_b.c_-1`).
  const index = /index: (\S+) dup key/.exec(error.message)?.[1] ?? '';
  if (index === '_id_') return ['_id'];
  return [...index.matchAll(/(.+?)_(?:-?1|text|hashed|2dsphere)(?:_|$)/g)].map((match) => match[1] ?? '');
}

function invalidDocument(error: MongoServerError): AppError {
  const first =
    error instanceof MongoBulkWriteError && Array.isArray(error.writeErrors) ? error.writeErrors[0] : undefined;
  const errors = toFieldErrors(error.errInfo ?? first?.err.errInfo);
  const named = errors
    .map((field) => field.pointer)
    .slice(0, 5)
    .join(', ');
  const detail =
    named === '' ? 'the document breaks the validator of its collection' : `the validator refused ${named}`;
  return new AppError('DOCUMENT_INVALID', detail, { cause: error, errors });
}

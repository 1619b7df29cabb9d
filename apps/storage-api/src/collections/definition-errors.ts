import { AppError } from '@lucid/core/app-error';
import { toMongoAppError } from '@lucid/clients/mongodb/errors';
import { BSON, MongoServerError } from 'mongodb';

// https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
const NAMESPACE_EXISTS = 48;
const OUT_OF_DISK_SPACE = 14_031;
const INDEX_CONFLICT_CODES = new Set([85, 86]);
/**
 * Codes that say nothing against what was sent: the server's own failures, and what is in its way just now (a single server without
 * transactions, locks, elections, another version of the routing table).
 */
const NOT_THE_DEFINITION = new Set([
  1, 8, 20, 26, 46, 59, 62, 63, 96, 112, 117, 175, 225, 239, 246, 251, 263, 266, 267, 276, 279, 11_601, 13_388,
]);
/** Codes of the definition itself, wherever they come from: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const NEVER_OF_DOCUMENTS = new Set([2, 9, 14, 67, 72, 73, 115, 166, 197]);
const MAX_REASON = 300;

/**
 * What the server says against a definition, as an error of the registry. Its reason speaks of nothing but the definition that the caller
 * sent, so it is shown; where it was wrapped (`Error in specification … :: caused by :: reason`) only the last part. Not to be used where
 * documents were read: then the reason may hold their values. Anything else comes back as the drivers' errors do, or as it is.
 */
export function toDefinitionError(error: unknown, pointer: string): unknown {
  if (error instanceof BSON.BSONError) {
    const message = 'it holds a name or a text that BSON does not take, for example one with a null character';
    return new AppError('DEFINITION_INVALID', message, { cause: error, errors: [{ pointer, code: 'BSON', message }] });
  }
  if (!(error instanceof MongoServerError)) return toMongoAppError(error) ?? error;
  const code = Number(error.code);
  if (code === NAMESPACE_EXISTS)
    return new AppError('COLLECTION_EXISTS', 'a collection or view of this name was made meanwhile', { cause: error });
  if (code === OUT_OF_DISK_SPACE) return outOfSpace(error);
  if (INDEX_CONFLICT_CODES.has(code)) {
    const detail =
      'an index of this name, or with these keys and options, exists and differs: list the indexes of the collection';
    return new AppError('INDEX_CONFLICT', detail, { cause: error });
  }
  if (!isDefinitionError(error)) return toMongoAppError(error) ?? error;
  const message = reasonOf(error);
  const errors = [{ pointer, code: codeNameOf(error), message }];
  return new AppError('DEFINITION_INVALID', `MongoDB refuses it: ${message}`, { cause: error, errors });
}

/**
 * Why an index cannot be built over the documents that are there. The server's reason quotes them, so it is neither shown nor kept.
 * Undefined for what is not about documents.
 */
export function toDocumentsError(error: MongoServerError, index: string): AppError | undefined {
  const code = Number(error.code);
  if (code === OUT_OF_DISK_SPACE) return outOfSpace(error);
  if (!isDefinitionError(error) || INDEX_CONFLICT_CODES.has(code) || NEVER_OF_DOCUMENTS.has(code)) return undefined;
  const name = codeNameOf(error);
  const why = DOCUMENT_REASONS.get(code) ?? 'a document holds what an index of this kind does not take';
  const errors = [{ pointer: '/keys', code: name, message: why }];
  return new AppError('DEFINITION_INVALID', `${index} cannot be built: ${why} (${name})`, { errors });
}

const DOCUMENT_REASONS = new Map([
  [171, 'a document has arrays in two of its fields'],
  [16_755, 'a document has no valid GeoJSON or coordinates in its field'],
  [16_766, 'a document has an array in a hashed field'],
]);

/** Is it the definition that is wrong, so that trying again is of no use? */
export function isDefinitionError(error: unknown): boolean {
  if (error instanceof BSON.BSONError) return true;
  if (!(error instanceof MongoServerError) || error.hasErrorLabel('TransientTransactionError')) return false;
  const code = Number(error.code);
  return code > 0 && !NOT_THE_DEFINITION.has(code) && toMongoAppError(error) === undefined;
}

function outOfSpace(cause: MongoServerError): AppError {
  const detail = 'a member of MongoDB has no room left: free space or enlarge its volume (GET /api/v1/database/health)';
  return new AppError('STORAGE_FULL', detail, { cause, retryable: false });
}

/** `CannotCreateIndex`, or `Location51091` where the code has no name. */
function codeNameOf({ codeName, code }: MongoServerError): string {
  return codeName ?? `Location${String(code)}`;
}

function reasonOf({ message }: MongoServerError): string {
  const reason = message.split(' :: caused by :: ').at(-1) ?? message;
  return reason.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_REASON);
}

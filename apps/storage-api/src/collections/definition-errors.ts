import { AppError } from '@lucid/core/app-error';
import { toMongoAppError } from '@lucid/clients/mongodb/errors';
import { MongoError, MongoServerError } from 'mongodb';

/**
 * Codes with which the server refuses the definition of a collection, a validator or an index, as it was sent:
 * https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
const DEFINITION_CODES = new Set([
  2, 9, 14, 15, 16, 17, 52, 56, 67, 72, 73, 115, 158, 166, 167, 168, 197, 249, 318, 16410, 17283, 31253, 31303, 40353,
  40414, 40415, 40602, 51024, 5979700,
]);
const NAMESPACE_EXISTS = 48;
const INDEX_CONFLICT_CODES = new Set([85, 86]);
const MAX_REASON = 300;

/**
 * What the server says against a definition, as an error of the registry. Its reason speaks of nothing but the definition that the caller
 * sent, so it is shown; where it was wrapped (`Error in specification … :: caused by :: reason`) only the last part.
 * Anything else comes back as the drivers' errors do, or as it is.
 */
export function toDefinitionError(error: unknown, pointer: string): unknown {
  if (!(error instanceof MongoServerError)) return toMongoAppError(error) ?? error;
  const code = Number(error.code);
  if (code === NAMESPACE_EXISTS)
    return new AppError('COLLECTION_EXISTS', 'a collection or view of this name was made meanwhile', { cause: error });
  if (INDEX_CONFLICT_CODES.has(code)) {
    const detail =
      'an index of this name, or with these keys and options, exists and differs: list the indexes of the collection';
    return new AppError('INDEX_CONFLICT', detail, { cause: error });
  }
  if (!isDefinitionError(error)) return toMongoAppError(error) ?? error;
  const message = reasonOf(error);
  const errors = [{ pointer, code: error.codeName ?? 'DEFINITION', message }];
  return new AppError('DEFINITION_INVALID', `MongoDB refuses it: ${message}`, { cause: error, errors });
}

/** Is it the definition that is wrong, so that trying again is of no use? */
export function isDefinitionError(error: unknown): boolean {
  if (!(error instanceof MongoError)) return false;
  const code = Number(error.code);
  return DEFINITION_CODES.has(code) || INDEX_CONFLICT_CODES.has(code);
}

function reasonOf({ message }: MongoServerError): string {
  const reason = message.split(' :: caused by :: ').at(-1) ?? message;
  return reason.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_REASON);
}

import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError } from '@lucid/core/app-error';
import { MongoServerError } from 'mongodb';

/** BadValue, FailedToParse, TypeMismatch, ConversionFailure: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const REFUSED = new Set([2, 9, 14, 241]);
/** IndexNotFound, NoQueryExecutionPlans. */
const NEEDS_INDEX = new Set([27, 291]);
/** From here on a code stands for one place of the server's source: most of them check what a query holds. */
const FIRST_LOCATION = 12_000;
const COMMAND_NOT_ON_VIEW = 166;

/** What MongoDB says of a query of a caller, as errors of the registry. */
export function toQueryError(error: unknown): unknown {
  const known = toMongoAppError(error);
  if (known || !(error instanceof MongoServerError)) return known ?? error;
  const code = Number(error.code);
  if (NEEDS_INDEX.has(code))
    return refused('needs an index that is not there: $text one of texts, $near one of places', error);
  if (code === COMMAND_NOT_ON_VIEW) return refused('cannot be put to a view', error);
  return REFUSED.has(code) || code >= FIRST_LOCATION ? refused('is not one that MongoDB takes', error) : error;
}

function refused(message: string, cause: MongoServerError): AppError {
  return new AppError('FILTER_INVALID', `the filter ${message}`, {
    cause,
    errors: [{ pointer: '/filter', code: 'REFUSED', message }],
  });
}

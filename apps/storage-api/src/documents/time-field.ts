import { AppError } from '@lucid/core/app-error';
import type { Document, MongoServerError } from 'mongodb';

/** BadValue: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const BAD_VALUE = 2;

/** Why a time series refused a document whose time is missing or no date; undefined where it is something else. */
export function missingTime(
  cause: MongoServerError,
  timeField: string | undefined,
  document: Document,
): AppError | undefined {
  if (timeField === undefined || cause.code !== BAD_VALUE) return undefined;
  const value: unknown = document[timeField];
  if (value instanceof Date) return undefined;
  const what = value === undefined ? 'is missing' : 'is no date';
  const message = `${what}: it is the time field of this time series, written as {"$date": "2026-01-09T14:03:10Z"}`;
  const pointer = `/${timeField.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return new AppError('DOCUMENT_INVALID', `${pointer} ${message}`, {
    cause,
    errors: [{ pointer, code: 'TIME_FIELD', message }],
  });
}

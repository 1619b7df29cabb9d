import { toExtendedJson } from '@lucid/clients/mongodb/extended-json';
import type { AppError } from '@lucid/core/app-error';
import { ObjectId, type Document } from 'mongodb';

export interface BulkResult {
  readonly inserted: number;
  readonly failed: number;
  /** JSON, because a large bulk has many items. */
  readonly json: string;
}

/** What happened to a document that was not stored: its error, or undefined where an ordered bulk ended before it. */
export type Failures = ReadonlyMap<number, AppError>;

const NOT_TRIED = '{"status":424}';

/**
 * One item a document, in the order of the request: 201 with its id, the status of what refused it with the error, or 424 where an
 * ordered bulk had ended before it. `endedAt` is the index of the failure that ended it.
 */
export function bulkResult(documents: readonly Document[], failures: Failures, endedAt = documents.length): BulkResult {
  const items = documents.map((document, index) => {
    const failure = failures.get(index);
    if (failure) return failureJson(failure);
    return index > endedAt ? NOT_TRIED : `{"status":201,"id":${idJson(document['_id'])}}`;
  });
  const notTried = Math.max(0, documents.length - endedAt - 1);
  const failed = failures.size + notTried;
  const inserted = documents.length - failed;
  const json = `{"inserted":${String(inserted)},"failed":${String(failed)},"items":[${items.join(',')}]}`;
  return { inserted, failed, json };
}

function idJson(id: unknown): string {
  return id instanceof ObjectId ? `{"$oid":"${id.toHexString()}"}` : JSON.stringify(toExtendedJson(id));
}

function failureJson(failure: AppError): string {
  const { code, title, detail, retryable, errors, status } = failure.toStored();
  return JSON.stringify({ status, error: { code, title, detail, retryable, ...(errors && { errors }) } });
}

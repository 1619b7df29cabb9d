import { toExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { AppError } from '@lucid/core/app-error';
import type { Collection, Document, MongoServerError } from 'mongodb';
import type { IndexSpec } from './index-definition.ts';

const SHOWN = 5;
const TIMEOUT_MS = 5_000;

/**
 * Why a unique index cannot be built: the fields whose values are taken twice, and the `_id`s of documents that have the same. The values
 * themselves stay out of it, since they end up in the job's record and in logs.
 */
export async function duplicatesError(
  collection: Collection,
  spec: IndexSpec,
  error: MongoServerError,
): Promise<AppError> {
  const fields = Object.keys((error['keyPattern'] as Document | undefined) ?? Object.fromEntries(spec.key));
  const ids = await findDuplicates(collection, spec, error['keyValue'] as Document | undefined);
  const shown = ids
    .map((id) => JSON.stringify(toExtendedJson(id)))
    .join(', ')
    .slice(0, 500);
  const named = fields.join(', ');
  const detail = `documents have the same ${named}${shown === '' ? '' : ` (for example those with _id ${shown})`}, so no unique index can be built: make them different, or delete all but one`;
  const errors = fields.map((field) => ({
    pointer: `/keys/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    code: 'DUPLICATE_KEY',
    message: `documents share their ${fields.length > 1 ? 'combination with the other fields' : 'value'}${shown === '' ? '' : `: _id ${shown}`}`,
  }));
  // No cause: the server's sentence holds the values, and the log would keep them.
  return new AppError('DUPLICATE_KEY', detail, { errors });
}

/** Only a help: where it takes too long, or the values are not told, the answer does without. */
async function findDuplicates(
  collection: Collection,
  spec: IndexSpec,
  values: Document | undefined,
): Promise<unknown[]> {
  if (!values) return [];
  const { partialFilterExpression: partial, collation } = spec as {
    partialFilterExpression?: Document;
    collation?: { locale: string };
  };
  const same = Object.fromEntries(Object.entries(values).map(([field, value]) => [field, { $eq: value as unknown }]));
  const filter = partial ? { $and: [same, partial] } : same;
  const options = { projection: { _id: 1 }, limit: SHOWN, maxTimeMS: TIMEOUT_MS, ...(collation && { collation }) };
  try {
    return (await collection.find(filter, options).toArray()).map(({ _id }) => _id as unknown);
  } catch {
    return [];
  }
}

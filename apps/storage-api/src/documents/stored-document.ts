import { BSON, type Document, type Timestamp } from 'mongodb';

/**
 * The bytes that MongoDB stores for a document: `_id` first. Undefined where it stores others: it fills in the time of an empty
 * Timestamp at the top level (https://www.mongodb.com/docs/manual/reference/bson-types/#timestamps).
 */
export function storedBytes(document: Document, id: unknown): Buffer | undefined {
  for (const value of Object.values(document)) if (isEmptyTimestamp(value)) return undefined;
  const ordered: Document = { _id: id, ...withoutId(document) };
  // JavaScript puts names that are whole numbers first; the server puts `_id` there.
  if (Object.keys(ordered)[0] !== '_id') return undefined;
  return Buffer.from(BSON.serialize(ordered, { ignoreUndefined: true }));
}

function withoutId({ _id, ...fields }: Document): Document {
  return fields;
}

function isEmptyTimestamp(value: unknown): boolean {
  const typed = value as Timestamp | null | undefined;
  return typeof typed === 'object' && typed?._bsontype === 'Timestamp' && typed.t === 0 && typed.i === 0;
}

import { AppError } from '@lucid/core/app-error';
import { deserialize } from 'bson';
import type { MongoClient } from 'mongodb';
import { BSON_ARRAY, BSON_DOCUMENT, type BsonField, bsonDocument, bsonElement, fieldsOf } from './oplog-bson.ts';

const DATE = 0x09;
const LATEST_DATE_MS = 8_640_000_000_000_000n;

/** Sends entries through `applyOps`, as ordered maps: keys keep their order, also those that look like numbers. */
export async function applyEntries(client: MongoClient, entries: readonly Buffer[]): Promise<void> {
  const command = { applyOps: entries.map(orderedOf), alwaysUpsert: false, writeConcern: { w: 1 } };
  await client.db('admin').command(command);
}

/** A document as a map whose serialization gives the same bytes. @throws AppError RESTORE_REFUSED where that cannot be */
export function orderedOf(document: Buffer): Map<string, unknown> {
  return new Map(fieldsOf(document).map((field) => [field.name, valueOf(field)]));
}

function valueOf(field: BsonField): unknown {
  if (field.type === BSON_DOCUMENT) return orderedOf(field.value);
  if (field.type === BSON_ARRAY) return fieldsOf(field.value).map(valueOf);
  if (isInexpressible(field)) {
    const detail = `The oplog of this backup changes a document whose field ${JSON.stringify(field.name)} has a type or value`;
    throw new AppError(
      'RESTORE_REFUSED',
      `${detail} that cannot be replayed (deprecated type, or a date far outside).`,
    );
  }
  const single = bsonDocument([bsonElement(field.type, 'v', field.value)]);
  return deserialize(single, { promoteValues: false, bsonRegExp: true }).v;
}

/** `undefined` and DBPointer (deprecated), and dates that no JavaScript date can hold, would come out changed. */
function isInexpressible({ type, value }: BsonField): boolean {
  if (type === 0x06 || type === 0x0c) return true;
  if (type !== DATE) return false;
  const ms = value.readBigInt64LE();
  return ms > LATEST_DATE_MS || ms < -LATEST_DATE_MS;
}

import { deserialize } from 'bson';
import { type Document, type MongoClient, MongoServerError } from 'mongodb';
import {
  BSON_ARRAY,
  BSON_DOCUMENT,
  type BsonField,
  bsonDocument,
  bsonElement,
  documentsOf,
  fieldsOf,
} from './oplog-bson.ts';
import type { Namespace } from './restore-names.ts';
import type { RestoreWriter } from './restore-writer.ts';

const DUPLICATE_KEY = 11_000;

/** A writer over the driver. Documents pass through ordered maps, so their keys keep their order, also those that look like numbers. */
export class DriverRestoreWriter implements RestoreWriter {
  constructor(private readonly client: MongoClient) {}

  async insert({ database, collection }: Namespace, documents: Buffer): Promise<number> {
    const list = [...documentsOf(documents)].map(orderedOf);
    const reply = await this.client.db(database).command({
      insert: collection,
      documents: list,
      ordered: false,
      bypassDocumentValidation: true,
      writeConcern: { w: 1 },
    });
    const errors = (reply.writeErrors ?? []) as { code: number; errmsg: string }[];
    const other = errors.find(({ code }) => code !== DUPLICATE_KEY);
    if (other) throw new MongoServerError({ message: other.errmsg, code: other.code });
    return errors.length;
  }

  async applyOps(entries: readonly Buffer[]): Promise<void> {
    const admin = this.client.db('admin');
    const command: Document = { applyOps: entries.map(orderedOf), alwaysUpsert: false, writeConcern: { w: 1 } };
    await admin.command(command);
  }

  async *read({ database, collection }: Namespace, signal: AbortSignal): AsyncIterable<Buffer> {
    const options = { raw: true, sort: { $natural: 1 as const }, readPreference: 'primary' as const, signal };
    const cursor = this.client.db(database).collection(collection).find({}, options);
    for await (const document of cursor) yield document as unknown as Buffer;
  }
}

/** A document as a map whose serialization gives the same bytes. */
export function orderedOf(document: Buffer): Map<string, unknown> {
  return new Map(fieldsOf(document).map((field) => [field.name, valueOf(field)]));
}

function valueOf(field: BsonField): unknown {
  if (field.type === BSON_DOCUMENT) return orderedOf(field.value);
  if (field.type === BSON_ARRAY) return fieldsOf(field.value).map(valueOf);
  const single = bsonDocument([bsonElement(field.type, 'v', field.value)]);
  return deserialize(single, { promoteValues: false, bsonRegExp: true }).v;
}

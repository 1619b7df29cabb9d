import { Injectable } from '@nestjs/common';
import { BSON, MongoClient, ReadConcern } from 'mongodb';
import type { ClientSession, Collection, Document, ObjectId } from 'mongodb';

/** A document as the server sent it, and its `_id` with its exact type. */
export interface StoredDocument {
  readonly bson: Buffer;
  readonly id: unknown;
}

const EXACT = { promoteValues: false, bsonRegExp: true } as const;

/** The document of these bytes with every type kept: numbers are `Int32`, `Double` and `Long`. */
export function exactDocument(bson: Uint8Array): Document {
  return BSON.deserialize(bson, EXACT);
}

/** Reads and writes single documents as bytes. `$eq`, because an `_id` may look like a pattern or an operator. */
@Injectable()
export class DocumentsRepository {
  constructor(private readonly client: MongoClient) {}

  /** What a majority has, from the primary: so it cannot be rolled back, and what was written before is seen. */
  async findForCache(collection: Collection<Document>, id: unknown): Promise<Buffer | null> {
    return this.find(collection, id, { readPreference: 'primary', readConcern: new ReadConcern('majority') });
  }

  async find(collection: Collection<Document>, id: unknown, options: FindOptions = {}): Promise<Buffer | null> {
    const cursor = collection.find(byId(id), { ...options, raw: true, limit: 1, singleBatch: true });
    return (await cursor.next()) as Buffer | null;
  }

  /** Those of the ids that the primary has a document of, as hexadecimal digits. */
  async findIds(collection: Collection<Document>, ids: readonly ObjectId[]): Promise<Set<string>> {
    const options = {
      projection: { _id: 1 },
      readPreference: 'primary',
      readConcern: new ReadConcern('local'),
    } as const;
    const found = await collection.find({ _id: { $in: [...ids] } }, options).toArray();
    return new Set(found.map(({ _id }) => String(_id)));
  }

  /** The document as it is inside of a transaction. */
  async findStored(
    collection: Collection<Document>,
    id: unknown,
    session: ClientSession,
  ): Promise<StoredDocument | null> {
    const cursor = collection.find(byId(id), { session, raw: true, limit: 1, singleBatch: true });
    const bson = (await cursor.next()) as Buffer | null;
    return bson && { bson, id: exactDocument(bson)['_id'] };
  }

  async replace(collection: Collection<Document>, id: unknown, next: Document, session: ClientSession): Promise<void> {
    await collection.replaceOne(byId(id), next, { session });
  }

  async remove(collection: Collection<Document>, id: unknown, session: ClientSession): Promise<void> {
    await collection.deleteOne(byId(id), { session });
  }

  /** Runs `action` in a transaction of majority and snapshot; it may run several times. */
  async inTransaction<T>(action: (session: ClientSession) => Promise<T>): Promise<T> {
    return this.client.withSession((session) =>
      session.withTransaction(() => action(session), {
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
        readPreference: 'primary',
      }),
    );
  }
}

interface FindOptions {
  readPreference?: 'primary';
  readConcern?: ReadConcern;
}

function byId(id: unknown): Document {
  return { _id: { $eq: id } };
}

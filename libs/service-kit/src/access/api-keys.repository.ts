import { Injectable } from '@nestjs/common';
import type { Collection, Db } from 'mongodb';
import { InjectControlDatabase } from '../tokens.ts';
import type { Role } from '@lucid/models/roles';

/** A stored API key: never the key, only its SHA-256 (256 random bits need no slow hash). */
export interface ApiKeyRecord {
  _id: string;
  name: string;
  role: Role;
  /** SHA-256 of the key, hex. */
  hash: string;
  createdAt: Date;
  createdBy: string;
  revokedAt: Date | null;
}

/** The only place that knows the collection `api_keys`. */
@Injectable()
export class ApiKeysRepository {
  private readonly keys: Collection<ApiKeyRecord>;

  constructor(@InjectControlDatabase() database: Db) {
    this.keys = database.collection('api_keys');
  }

  async ensureIndexes(): Promise<void> {
    await this.keys.createIndex({ hash: 1 }, { unique: true, name: 'hash_1' });
  }

  async create(record: ApiKeyRecord): Promise<void> {
    await this.keys.insertOne(record);
  }

  /** Inserts the record unless a key with this hash exists already, revoked or not. May run twice and at once. */
  async createIfAbsent(record: ApiKeyRecord): Promise<void> {
    await this.keys.updateOne({ hash: record.hash }, { $setOnInsert: record }, { upsert: true });
  }

  findByHash(hash: string): Promise<ApiKeyRecord | null> {
    return this.keys.findOne({ hash });
  }

  /** Keys in the order of their ids, at most `limit`, after the id `after`. */
  list(limit: number, after?: string): Promise<ApiKeyRecord[]> {
    const filter = after === undefined ? {} : { _id: { $gt: after } };
    return this.keys
      .find(filter, { projection: { hash: 0 } })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
  }

  /** The key as it is now, revoked; `null` when there is none. Revoking twice keeps the first date. */
  revoke(id: string, at: Date): Promise<ApiKeyRecord | null> {
    const update = [{ $set: { revokedAt: { $ifNull: ['$revokedAt', at] } } }];
    return this.keys.findOneAndUpdate({ _id: id }, update, { returnDocument: 'after' });
  }
}

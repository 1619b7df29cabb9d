import { Injectable } from '@nestjs/common';
import type { Collection, Db, Filter, ObjectId, WithId } from 'mongodb';
import { InjectControlDatabase, InjectMainDatabase } from '../tokens.ts';
import type { ChainHead, SealedEntry } from './audit-chain.ts';

export type { AuditEntry } from './audit-chain.ts';

interface HeadDocument {
  _id: string;
  seq: number;
  hash: string;
  at: Date;
}

/** The only place that writes the collection `audit_logs`; entries are added and never changed. */
@Injectable()
export class AuditRepository {
  private readonly entries: Collection<SealedEntry>;
  /** How far each chain has come, kept in the other database: whoever cuts one off must know of both. */
  private readonly heads: Collection<HeadDocument>;

  constructor(@InjectMainDatabase() database: Db, @InjectControlDatabase() control: Db) {
    this.entries = database.collection('audit_logs', { writeConcern: { w: 'majority' } });
    this.heads = control.collection('audit_chains');
  }

  /** All of them, or some and an error: what was stored is a part of the chain then, without a gap. */
  async append(entries: readonly SealedEntry[]): Promise<void> {
    await this.entries.insertMany([...entries], { ordered: true });
  }

  async noteHead({ chain, seq, hash }: ChainHead, at: Date): Promise<void> {
    await this.heads.updateOne({ _id: chain }, { $set: { seq, hash, at } }, { upsert: true });
  }

  /** Newest first. */
  list(filter: Filter<SealedEntry>, limit: number): Promise<WithId<SealedEntry>[]> {
    return this.entries.find(filter, { maxTimeMS: 10_000 }).sort({ at: -1, _id: -1 }).limit(limit).toArray();
  }

  /** Entries since then, each chain in its order. */
  chained(since: Date): AsyncIterable<SealedEntry & { _id: ObjectId }> {
    const filter = { chain: { $exists: true }, at: { $gte: since } };
    return this.entries
      .find(filter, { maxTimeMS: 60_000, batchSize: 1000, allowDiskUse: true })
      .sort({ chain: 1, seq: 1 });
  }

  /** Of chains that were written to since then. */
  async headsSince(since: Date): Promise<ChainHead[]> {
    const found = await this.heads.find({ at: { $gte: since } }).toArray();
    return found.map(({ _id: chain, seq, hash }) => ({ chain, seq, hash }));
  }
}

import { AppError } from '@lucid/core/app-error';
import { LEASE_STALE_MS, type Lease, type LeaseStore } from '@lucid/core/lease';
import type { Collection, Db } from 'mongodb';
import { LEASES_COLLECTION, type LeaseDocument } from './collections.ts';
import { toMongoAppError } from './errors.ts';

/**
 * Leases in MongoDB. Every decision is one conditional write of the primary, by its own time (`$$NOW`), acknowledged by a
 * majority: a primary that was cut off can neither grant nor confirm a lease. Documents are never removed, so that a
 * resource's token only grows.
 */
export class MongoLeaseStore implements LeaseStore {
  private readonly leases: Collection<LeaseDocument>;
  private readonly staleMs: number;

  constructor(controlDatabase: Db, staleMs = LEASE_STALE_MS) {
    this.leases = controlDatabase.collection(LEASES_COLLECTION, { writeConcern: { w: 'majority' } });
    this.staleMs = staleMs;
  }

  async acquire(resource: string, holder: string): Promise<Lease> {
    return mapped(async () => {
      const taken = (await this.take(resource, holder)) ?? (await this.createAndTake(resource, holder));
      if (taken) return new MongoLease(this.leases, resource, holder, taken.fencingToken);
      const present = await this.leases.findOne({ _id: resource });
      throw new AppError('LEASE_HELD', `${resource} is held by ${this.describe(present)}`);
    });
  }

  /** Frees whatever this holder has, for one that is known to be gone; its tokens are worth nothing from then on. */
  async releaseHolder(holder: string): Promise<void> {
    await mapped(() => this.leases.updateMany({ holder }, { $set: { holder: null } }));
  }

  /** Who holds what at this moment: resource → holder, for resources whose names begin with `prefix`. */
  async held(prefix: string): Promise<Map<string, string>> {
    const isAlive = { $expr: { $gte: ['$heartbeatAt', { $subtract: ['$$NOW', this.staleMs] }] } };
    // U+FFFF sorts after every name that begins with the prefix.
    const named = { _id: { $gte: prefix, $lt: `${prefix}\uffff` }, holder: { $ne: null } };
    const found = await mapped(() => this.leases.find({ ...named, ...isAlive }).toArray());
    return new Map(found.map(({ _id, holder }) => [_id, holder ?? '']));
  }

  /** By the database's times: since when, and when it is free although its holder died. */
  private describe(lease: LeaseDocument | null): string {
    if (!lease?.holder) return 'somebody who just let go';
    const freeAt = new Date(lease.heartbeatAt.getTime() + this.staleMs);
    return `${lease.holder} since ${lease.acquiredAt.toISOString()}; should that one be gone, it is free at ${freeAt.toISOString()}`;
  }

  private take(resource: string, holder: string): Promise<LeaseDocument | null> {
    const isStale = { $lt: ['$heartbeatAt', { $subtract: ['$$NOW', this.staleMs] }] };
    return this.leases.findOneAndUpdate(
      { _id: resource, $or: [{ holder: null }, { $expr: isStale }] },
      [
        {
          $set: {
            holder: { $literal: holder },
            fencingToken: { $add: ['$fencingToken', 1] },
            acquiredAt: '$$NOW',
            heartbeatAt: '$$NOW',
          },
        },
      ],
      { returnDocument: 'after' },
    );
  }

  /** An upsert may not use `$expr`, so a resource's first document is made free, and then taken like any other. */
  private async createAndTake(resource: string, holder: string): Promise<LeaseDocument | null> {
    const longAgo = new Date(0);
    const created = await this.leases.updateOne(
      { _id: resource },
      { $setOnInsert: { holder: null, fencingToken: 0, acquiredAt: longAgo, heartbeatAt: longAgo } },
      { upsert: true },
    );
    return created.upsertedCount === 1 ? this.take(resource, holder) : null;
  }
}

class MongoLease implements Lease {
  readonly resource: string;
  readonly holder: string;
  readonly fencingToken: number;
  private readonly leases: Collection<LeaseDocument>;

  constructor(leases: Collection<LeaseDocument>, resource: string, holder: string, fencingToken: number) {
    this.leases = leases;
    this.resource = resource;
    this.holder = holder;
    this.fencingToken = fencingToken;
  }

  async heartbeat(): Promise<void> {
    const { resource, holder, fencingToken } = this;
    const result = await mapped(() =>
      this.leases.updateOne({ _id: resource, holder, fencingToken }, [{ $set: { heartbeatAt: '$$NOW' } }]),
    );
    if (result.matchedCount === 0)
      throw new AppError('LEASE_LOST', `${resource} was taken over; what ran here has to end`);
  }

  /** A write, not a read: only a primary that still has its majority can confirm it. */
  async assertHeld(): Promise<void> {
    await this.heartbeat();
  }

  async release(): Promise<void> {
    const { resource, holder, fencingToken } = this;
    await mapped(() => this.leases.updateOne({ _id: resource, holder, fencingToken }, { $set: { holder: null } }));
  }
}

async function mapped<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw toMongoAppError(error) ?? error;
  }
}

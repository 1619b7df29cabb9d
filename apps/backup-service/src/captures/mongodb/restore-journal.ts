import type { Collection, MongoClient } from 'mongodb';

export const RESTORE_JOURNALS_COLLECTION = 'restore_journals';

/** How far a group of collections is: each state is reached by all of them before the next begins. */
export type GroupState = 'data' | 'oplog' | 'indexes' | 'verify' | 'ready';
export type GroupName = 'staged' | 'direct';

/** A collection whose documents are in, by a majority. */
export interface JournalledCollection {
  /** Of the collection that was filled; a swapped one keeps it. */
  uuid: string;
  /** Of the documents that the oplog does not touch. */
  digest: string;
  documents: number;
}

/** A collection that is made under its final name, and what of that name is dropped for it (its UUID, null for nothing). */
export interface DirectClaim {
  target: string;
  previous: string | null;
  /** UUID of what was made there. */
  made?: string;
}

export interface RestoreJournalDocument {
  _id: string;
  backupId: string;
  /** Databases that may hold staging collections. */
  databases: string[];
  groups: Record<GroupName, GroupState>;
  /** By number in the catalogue. */
  collections: Record<string, JournalledCollection>;
  /** By number, written before anything of that name is touched. */
  claims: Record<string, DirectClaim>;
  /** `swap` begins when everything is verified; from then on it only goes forward. */
  phase: 'restore' | 'swap' | 'finish' | 'done';
}

/**
 * What a restore has reached, in the control database, by a majority. Every change may be written twice. A majority write is also the
 * barrier behind the w:1 writes before it: the oplog is one sequence.
 */
export class RestoreJournal {
  private readonly collection: Collection<RestoreJournalDocument>;

  constructor(client: MongoClient, controlDatabase: string) {
    this.collection = client
      .db(controlDatabase)
      .collection<RestoreJournalDocument>(RESTORE_JOURNALS_COLLECTION, { writeConcern: { w: 'majority' } });
  }

  async open(id: string, backupId: string, databases: string[]): Promise<RestoreJournalDocument> {
    const groups = { staged: 'data', direct: 'data' } as const;
    const fresh = {
      backupId,
      databases,
      groups,
      collections: {},
      claims: {},
      phase: 'restore',
    } as const;
    await this.collection.updateOne({ _id: id }, { $setOnInsert: fresh }, { upsert: true });
    return (await this.find(id)) ?? { _id: id, ...fresh };
  }

  find(id: string): Promise<RestoreJournalDocument | null> {
    return this.collection.findOne({ _id: id }, { readConcern: { level: 'majority' }, readPreference: 'primary' });
  }

  async setCollections(id: string, states: ReadonlyMap<number, JournalledCollection>): Promise<void> {
    const $set = Object.fromEntries([...states].map(([number, state]) => [`collections.${number}`, state]));
    await this.collection.updateOne({ _id: id }, { $set });
  }

  /** The first claim stands: a later run finds its own half-made collection there. */
  async claim(id: string, number: number, claim: DirectClaim): Promise<void> {
    const path = `claims.${number}`;
    await this.collection.updateOne({ _id: id, [path]: { $exists: false } }, { $set: { [path]: claim } });
  }

  async noteMade(id: string, number: number, uuid: string): Promise<void> {
    await this.collection.updateOne({ _id: id }, { $set: { [`claims.${number}.made`]: uuid } });
  }

  /** Before it is made anew. */
  async forgetMade(id: string, number: number): Promise<void> {
    await this.collection.updateOne({ _id: id }, { $unset: { [`claims.${number}.made`]: 1 } });
  }

  /** Ids of the restores that have not begun their swap. */
  async unfinished(): Promise<string[]> {
    const found = this.collection.find({ phase: 'restore' }, { projection: { _id: 1 }, readPreference: 'primary' });
    return (await found.toArray()).map(({ _id }) => _id);
  }

  async setGroup(id: string, group: GroupName, state: GroupState): Promise<void> {
    await this.collection.updateOne({ _id: id }, { $set: { [`groups.${group}`]: state } });
  }

  /** Sends a group back to its beginning. */
  async forget(id: string, group: GroupName, numbers: readonly number[]): Promise<void> {
    const $unset: Record<string, 1> = {};
    for (const number of numbers) $unset[`collections.${number}`] = 1;
    await this.collection.updateOne({ _id: id }, { $set: { [`groups.${group}`]: 'data' }, $unset });
  }

  async setPhase(id: string, phase: RestoreJournalDocument['phase']): Promise<void> {
    await this.collection.updateOne({ _id: id }, { $set: { phase } });
  }

  async remove(id: string): Promise<void> {
    await this.collection.deleteOne({ _id: id });
  }
}

import type { Backup, BackupHold } from '@lucid/models/main/backups';
import type { Collection, Db } from 'mongodb';

/** Where a page of the catalogue ended: newest first, the id breaks ties. */
export interface CataloguePosition {
  createdAt: Date;
  id: string;
}

/**
 * The collection `backups` of the main database: what backup-service writes and storage-api shows. A cache of the
 * repositories: losing it loses nothing.
 */
export class BackupCatalogue {
  private readonly backups: Collection<Backup>;

  constructor(mainDatabase: Db) {
    this.backups = mainDatabase.collection('backups', {
      writeConcern: { w: 'majority' },
      readConcern: { level: 'majority' },
    });
  }

  /** Adds or replaces the entry; may run twice. */
  async put(backup: Backup): Promise<void> {
    await this.backups.replaceOne({ _id: backup._id }, backup, { upsert: true });
  }

  find(id: string): Promise<Backup | null> {
    return this.backups.findOne({ _id: id });
  }

  /** At most `limit` entries after `after`, newest first. */
  list(limit: number, after?: CataloguePosition): Promise<Backup[]> {
    const filter = after
      ? { $or: [{ created_at: { $lt: after.createdAt } }, { created_at: after.createdAt, _id: { $lt: after.id } }] }
      : {};
    return this.backups.find(filter).sort({ created_at: -1, _id: -1 }).limit(limit).toArray();
  }

  async setVerified(id: string, at: Date, level: string): Promise<void> {
    await this.backups.updateOne({ _id: id }, { $set: { last_verified_at: at, last_verified_level: level } });
  }

  /** @param seconds how long its restore took; null where it did not come to its end */
  async setDrilled(id: string, at: Date, isOk: boolean, seconds: number | null): Promise<void> {
    const $set = { last_drilled_at: at, last_drill_ok: isOk, last_drill_seconds: seconds };
    await this.backups.updateOne({ _id: id }, { $set });
  }

  /** Null lifts it. */
  async setHold(id: string, hold: BackupHold | null): Promise<void> {
    await this.backups.updateOne({ _id: id }, { $set: { hold } });
  }

  /** All entries of this repository, newest first, without their lists of namespaces. */
  ofRepository(repository: string): Promise<Backup[]> {
    const options = { projection: { namespaces: 0 } };
    return this.backups.find({ repository }, options).sort({ created_at: -1, _id: -1 }).toArray();
  }

  /** Ids of all entries of this repository. */
  async idsOf(repository: string): Promise<string[]> {
    const found = await this.backups.find({ repository }, { projection: { _id: 1 } }).toArray();
    return found.map(({ _id }) => _id);
  }

  /** Removes an entry; none there is fine. */
  async remove(id: string): Promise<void> {
    await this.backups.deleteOne({ _id: id });
  }
}

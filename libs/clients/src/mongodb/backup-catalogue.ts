import type { Backup, BackupCopyState, BackupHold } from '@lucid/models/main/backups';
import type { Collection, Db } from 'mongodb';
import { withCopy, withoutCopy } from './backup-copies.ts';

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
  private readonly database: Db;

  constructor(mainDatabase: Db) {
    this.database = mainDatabase;
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

  /**
   * Notes what was found out about the copy in one repository; what is left out stays. The entry's own fields are those of the newest verification and
   * drill of all copies. One atomic update: verifications and drills of several copies may end at once. An entry that is gone is fine.
   */
  async noteCopy(id: string, repository: string, changes: Omit<BackupCopyState, 'repository'>): Promise<void> {
    await this.backups.updateOne({ _id: id }, withCopy(repository, changes));
  }

  /** When a copy in each repository was last drilled. */
  async lastDrills(): Promise<Map<string, Date>> {
    const found = await this.backups
      .aggregate<{ _id: string; at: Date | null }>([
        { $match: { 'copies.last_drilled_at': { $type: 'date' } } },
        { $unwind: '$copies' },
        { $group: { _id: '$copies.repository', at: { $max: '$copies.last_drilled_at' } } },
      ])
      .toArray();
    return new Map(found.flatMap(({ _id, at }) => (at ? [[_id, at] as const] : [])));
  }

  /** Null lifts it. */
  async setHold(id: string, hold: BackupHold | null): Promise<void> {
    await this.backups.updateOne({ _id: id }, { $set: { hold } });
  }

  /** All entries of backups that this repository holds, newest first, without their lists of namespaces. */
  ofRepository(repository: string): Promise<Backup[]> {
    const filter = { $or: [{ repositories: repository }, { repository, repositories: { $exists: false } }] };
    const options = { projection: { namespaces: 0 } };
    return this.backups.find(filter, options).sort({ created_at: -1, _id: -1 }).toArray();
  }

  /** Notes that this repository does not hold the backup any more; one that no other holds goes from the catalogue. May run twice. */
  async removeFrom(id: string, repository: string): Promise<void> {
    const alone = { $or: [{ repositories: [repository] }, { repository, repositories: { $exists: false } }] };
    const { deletedCount } = await this.backups.deleteOne({ _id: id, ...alone });
    if (deletedCount > 0) return;
    await this.backups.updateOne({ _id: id, repositories: repository }, [
      { $set: { repositories: { $filter: { input: '$repositories', cond: { $ne: ['$$this', repository] } } } } },
      { $set: { repository: { $first: '$repositories' } } },
    ]);
    await this.backups.updateOne({ _id: id, 'copies.repository': repository }, withoutCopy(repository));
  }

  /** The time of the database's primary: a second opinion where the clock of this host decides what goes. */
  async databaseTime(): Promise<Date> {
    const { localTime } = await this.database.command({ hello: 1 });
    return localTime as Date;
  }

  /** Notes that another repository holds the backup too; may run twice. */
  async addRepository(id: string, repository: string): Promise<void> {
    await this.backups.updateOne({ _id: id }, { $addToSet: { repositories: repository } });
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

/** Entries of earlier versions know nothing of copies: what they say is of the repository they were made in. */
export function copiesOf({ copies, repository = 'default', ...backup }: Backup): BackupCopyState[] {
  if (copies || !(backup.last_verified_at ?? backup.last_drilled_at)) return copies ?? [];
  const { last_verified_at, last_verified_level, last_drilled_at, last_drill_ok, last_drill_seconds } = backup;
  const of = { last_verified_at, last_verified_level, last_drilled_at, last_drill_ok, last_drill_seconds };
  const known = Object.entries(of).filter(([, value]) => value !== undefined);
  return [{ repository, ...Object.fromEntries(known) }];
}

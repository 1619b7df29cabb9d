import type { Collection, MongoClient } from 'mongodb';
import type { RestoreJournal } from '../captures/mongodb/restore-journal.ts';

interface ScratchDocument {
  /** The job's id. */
  _id: string;
  databases: string[];
}

/** Databases of drills on the cluster itself, written down before they are made, so that none outlives its drill for long. */
export class ScratchDatabases {
  private readonly client: MongoClient;
  private readonly journal: RestoreJournal;
  private readonly scratches: Collection<ScratchDocument>;

  constructor(client: MongoClient, controlDatabase: string, journal: RestoreJournal) {
    this.client = client;
    this.journal = journal;
    this.scratches = client
      .db(controlDatabase)
      .collection<ScratchDocument>('drill_scratches', { writeConcern: { w: 'majority' } });
  }

  /** A name for each database of the backup: `<id of the job>_<number>`. May be called again for the same drill. */
  async reserve(drillId: string, databases: readonly string[]): Promise<Map<string, string>> {
    const names = new Map([...databases].sort().map((database, number) => [database, `${drillId}_${number}`]));
    await this.scratches.replaceOne({ _id: drillId }, { databases: [...names.values()] }, { upsert: true });
    return names;
  }

  /**
   * Drops the databases of the drill; none there is fine. What its restore had reached is forgotten first, whatever it was: a run that went on
   * by it would find them empty, and take that for a defect of the backup.
   */
  async drop(drillId: string): Promise<void> {
    await this.journal.remove(drillId);
    const found = await this.scratches.findOne({ _id: drillId });
    for (const name of found?.databases ?? []) await this.client.db(name).dropDatabase();
    await this.scratches.deleteOne({ _id: drillId });
  }

  /** Drops those of drills that nobody goes on with. @returns their ids */
  async sweep(isOver: (drillId: string) => Promise<boolean>): Promise<string[]> {
    const swept: string[] = [];
    for (const { _id } of await this.scratches.find({}, { projection: { _id: 1 } }).toArray()) {
      if (!(await isOver(_id))) continue;
      await this.drop(_id);
      swept.push(_id);
    }
    return swept;
  }
}

import type { Collection, MongoClient } from 'mongodb';

interface ScratchDocument {
  /** The job's id. */
  _id: string;
  databases: string[];
}

/** Databases of drills on the cluster itself, written down before they are made, so that none outlives its drill for long. */
export class ScratchDatabases {
  private readonly client: MongoClient;
  private readonly scratches: Collection<ScratchDocument>;

  constructor(client: MongoClient, controlDatabase: string) {
    this.client = client;
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

  /** Drops the databases of the drill; none there is fine. */
  async drop(drillId: string): Promise<void> {
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

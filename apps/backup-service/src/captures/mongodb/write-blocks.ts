import type { Collection, MongoClient } from 'mongodb';

export const WRITE_BLOCKS_COLLECTION = 'write_blocks';

const BLOCKED = 2; // serverStatus: 0 unknown, 1 disabled, 2 enabled

/**
 * Holds the writes of users without `bypassWriteBlockingMode` (setUserWriteBlockMode, feature compatibility 6.0) for a restore's
 * swap or a strict backup. Who holds them is written to the control database first, so a process that dies in between is followed
 * by `release`. A block that an operator had set before stays.
 */
export class WriteBlocks {
  private readonly client: MongoClient;
  private readonly holders: Collection<{ _id: string }>;

  constructor(client: MongoClient, controlDatabase: string) {
    this.client = client;
    this.holders = client
      .db(controlDatabase)
      .collection<{ _id: string }>(WRITE_BLOCKS_COLLECTION, { writeConcern: { w: 'majority' } });
  }

  /** Runs `action` while user writes are held. @param holder the job's id */
  async during<T>(holder: string, action: () => Promise<T>): Promise<T> {
    const lift = await this.hold(holder);
    try {
      return await action();
    } finally {
      await lift();
    }
  }

  /** Holds writes until the returned function is called, which may be called twice. */
  async hold(holder: string): Promise<() => Promise<void>> {
    const mine = await this.holders.findOne({ _id: holder }, { readPreference: 'primary' });
    if (!mine && (await this.isBlocked())) return () => Promise.resolve();
    await this.holders.updateOne({ _id: holder }, { $setOnInsert: { _id: holder } }, { upsert: true });
    const lift = (): Promise<void> => this.lift(holder);
    try {
      await this.setBlock(true);
    } catch (error) {
      await lift();
      throw error;
    }
    return lift;
  }

  /**
   * Call it when a service starts: lifts the blocks of holders that are over (one that runs, or will be resumed, lifts its own).
   * @returns their ids
   */
  async release(isOver: (holder: string) => Promise<boolean> = () => Promise.resolve(true)): Promise<string[]> {
    const over: string[] = [];
    for (const { _id } of await this.holders.find({}, { readPreference: 'primary' }).toArray()) {
      if (await isOver(_id)) over.push(_id);
    }
    for (const holder of over) await this.lift(holder);
    return over;
  }

  /** Lets go what this holder holds, also where a run of it that died had begun to; nothing is fine. */
  async lift(holder: string): Promise<void> {
    const mine = await this.holders.findOne({ _id: holder }, { readPreference: 'primary' });
    if (!mine) return;
    await this.setBlock(false);
    await this.holders.deleteOne({ _id: holder });
  }

  private async isBlocked(): Promise<boolean> {
    const command = { serverStatus: 1, repl: 1 };
    const status = await this.client.db('admin').command(command, { readPreference: 'primary' });
    return (status.repl as { userWriteBlockMode?: number } | undefined)?.userWriteBlockMode === BLOCKED;
  }

  private async setBlock(global: boolean): Promise<void> {
    await this.client.db('admin').command({ setUserWriteBlockMode: 1, global });
  }
}

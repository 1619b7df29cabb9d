import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { InjectControlDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { BSON, type Collection, type Db, type Document } from 'mongodb';

const { EJSON } = BSON;

/** How a member profiles a database, or is to. https://www.mongodb.com/docs/manual/reference/command/profile/ */
export interface ProfilerSettings {
  level: 0 | 1 | 2;
  slowMs: number;
  sampleRate: number;
  /** As canonical Extended JSON: its names begin with `$`. Null: none. */
  filter: string | null;
}

/** What is wanted of the profiler until a time; `_id` is the database. It is there as long as a member may still profile for it. */
export interface ProfilerIntent {
  _id: string;
  settings: ProfilerSettings;
  sizeBytes: number | null;
  /** Another one at each change. */
  revision: string;
  startedBy: string;
  startedAt: Date;
  until: Date;
  /** Members that were changed, with what they are given back. */
  before: MemberBefore[];
}

export interface MemberBefore {
  host: string;
  settings: ProfilerSettings;
  /** Of the wish that the member was given last; without one it is not known to have any. */
  revision?: string;
}

export function filterText(filter: Document | undefined): string | null {
  return filter === undefined ? null : EJSON.stringify(filter, { relaxed: false });
}

export function filterOf({ filter }: ProfilerSettings): Document | null {
  return filter === null ? null : (EJSON.parse(filter, { relaxed: false }) as Document);
}

/**
 * The only place that knows the collection `profiler_intents` of the control database. It says until when by the database's own time, so
 * that no host's clock prolongs it.
 */
@Injectable()
export class ProfilerIntents {
  private readonly intents: Collection<ProfilerIntent>;

  constructor(@InjectControlDatabase() controlDatabase: Db) {
    this.intents = controlDatabase.collection('profiler_intents', { writeConcern: { w: 'majority' } });
  }

  find(database: string): Promise<ProfilerIntent | null> {
    return mapped(() => this.intents.findOne({ _id: database }));
  }

  /** Its time is over, by the database's clock. */
  async isOver(database: string): Promise<boolean> {
    const over = { _id: database, $expr: { $lte: ['$until', '$$NOW'] } };
    return mapped(async () => (await this.intents.countDocuments(over, { limit: 1 })) > 0);
  }

  /** What members were changed before stays known: they are given back what they had at first. */
  async want(
    wanted: Pick<ProfilerIntent, '_id' | 'settings' | 'sizeBytes' | 'revision' | 'startedBy'>,
    minutes: number,
  ): Promise<ProfilerIntent> {
    const { _id, ...rest } = wanted;
    const fields = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, { $literal: value }]));
    const until = { $dateAdd: { startDate: '$$NOW', unit: 'minute', amount: minutes } };
    const set = { ...fields, startedAt: '$$NOW', until, before: { $ifNull: ['$before', []] } };
    const options = { upsert: true, returnDocument: 'after' } as const;
    const stored = await mapped(() => this.intents.findOneAndUpdate({ _id }, [{ $set: set }], options));
    if (!stored) throw new Error('an upsert gave no document');
    return stored;
  }

  async endNow(database: string): Promise<void> {
    await mapped(() => this.intents.updateOne({ _id: database }, [{ $set: { until: '$$NOW' } }]));
  }

  /** Before the member is changed for the first time. @returns false where the intent is gone or another by now */
  async remember({ _id, revision }: ProfilerIntent, member: MemberBefore): Promise<boolean> {
    const unknown = { _id, revision, 'before.host': { $ne: member.host } };
    const { matchedCount } = await mapped(() => this.intents.updateOne(unknown, { $push: { before: member } }));
    return matchedCount === 1;
  }

  /**
   * The member was given what the wish says. Where there is another wish by now, what it was given may have come after that one's: it is
   * given again.
   */
  async markGiven({ _id, revision }: ProfilerIntent, host: string): Promise<void> {
    const member = { _id, 'before.host': host };
    const { matchedCount } = await mapped(() =>
      this.intents.updateOne({ ...member, revision }, { $set: { 'before.$.revision': revision } }),
    );
    if (matchedCount === 0) await mapped(() => this.intents.updateOne(member, { $unset: { 'before.$.revision': '' } }));
  }

  async forget({ _id, revision }: ProfilerIntent, host: string): Promise<void> {
    await mapped(() => this.intents.updateOne({ _id, revision }, { $pull: { before: { host } } }));
  }

  /** Once no member profiles for it. */
  async removeEnded({ _id, revision }: ProfilerIntent): Promise<void> {
    await mapped(() => this.intents.deleteOne({ _id, revision, before: [] }));
  }
}

async function mapped<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw toMongoAppError(error) ?? error;
  }
}

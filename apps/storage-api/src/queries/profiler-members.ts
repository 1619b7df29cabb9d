import { AppError } from '@lucid/core/app-error';
import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoServerError, type Db, type Document } from 'mongodb';
import { MemberFactsReader } from '../database/member-facts.ts';
import { filterOf, filterText, type ProfilerSettings } from './profiler-intents.repository.ts';

const TIMEOUT_MS = 5_000;
const NAMESPACE_NOT_FOUND = 26;

/** Where the profiler's entries are, and how much room they have. */
export interface ProfileCollection {
  sizeBytes: number;
  maxBytes: number;
  entries: number;
}

/** The profiler of single members: each has settings of its own, which a restart of it forgets. */
@Injectable()
export class ProfilerMembers {
  constructor(
    private readonly members: MemberFactsReader,
    @InjectMainDatabase() private readonly database: Db,
  ) {}

  /** The primary's name. @throws AppError CONFLICT on a sharded cluster, whose routers profile nothing */
  async primary(): Promise<string> {
    const hello = await this.database.command({ hello: 1, maxTimeMS: TIMEOUT_MS });
    if (hello['msg'] === 'isdbgrid') {
      const detail = 'routers of a sharded cluster profile nothing: profile each shard’s replica set by itself';
      throw new AppError('CONFLICT', detail);
    }
    return String(hello['me'] ?? 'the server');
  }

  async ofPrimary(): Promise<ProfilerSettings> {
    return settingsOf(await this.database.command({ profile: -1, maxTimeMS: TIMEOUT_MS }));
  }

  async setPrimary(settings: ProfilerSettings): Promise<void> {
    await this.database.command(commandOf(settings));
  }

  /** @returns false where the member does not answer now */
  async setMember(host: string, settings: ProfilerSettings): Promise<boolean> {
    const set = (db: Db): Promise<boolean> => db.command(commandOf(settings)).then(() => true);
    return (await this.members.ask(host, this.database.databaseName, set)) ?? false;
  }

  /** Null where nothing was profiled yet. */
  async collection(): Promise<ProfileCollection | null> {
    const stages = [
      { $collStats: { storageStats: {} } },
      { $project: { size: '$storageStats.size', max: '$storageStats.maxSize', count: '$storageStats.count' } },
    ];
    try {
      const [found] = await this.database
        .collection('system.profile')
        .aggregate(stages, { maxTimeMS: TIMEOUT_MS })
        .toArray();
      if (!found?.['max']) return null;
      return { sizeBytes: Number(found['size']), maxBytes: Number(found['max']), entries: Number(found['count']) };
    } catch (error) {
      if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return null;
      throw error;
    }
  }

  /** Gives the primary's entries another room; those that are there are lost, and while it is done nothing is profiled. */
  async resize(sizeBytes: number): Promise<void> {
    await this.database.command({ profile: 0 });
    await this.database.dropCollection('system.profile');
    await this.database.createCollection('system.profile', { capped: true, size: sizeBytes });
  }
}

function settingsOf(answer: Document): ProfilerSettings {
  const { was = 0, slowms = 100, sampleRate = 1, filter } = answer as { was?: 0 | 1 | 2; slowms?: number } & Document;
  return { level: was, slowMs: Number(slowms), sampleRate: Number(sampleRate), filter: filterText(filter as Document) };
}

/** A filter stays until it is unset, also when the level is 0. */
function commandOf(settings: ProfilerSettings): Document {
  const { level, slowMs, sampleRate } = settings;
  return { profile: level, slowms: slowMs, sampleRate, filter: filterOf(settings) ?? 'unset', maxTimeMS: TIMEOUT_MS };
}

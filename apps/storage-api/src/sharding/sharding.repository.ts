import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { type Db, type Document, MongoClient } from 'mongodb';

/** Documents of `config`: https://www.mongodb.com/docs/manual/reference/config-database/ */
export interface ShardDocument {
  _id: string;
  /** `<set>/<host:port>,…` */
  host: string;
  tags?: string[];
  draining?: boolean;
}

export interface DatabaseDocument {
  _id: string;
  primary: string;
  /** Before 6.0: may its collections be sharded? From then on any may. */
  partitioned?: boolean;
}

export interface ShardedCollection {
  _id: string;
  /** From 5.0; older chunks name their collection. */
  uuid?: unknown;
  key: Document;
  unique?: boolean;
  noBalance?: boolean;
  dropped?: boolean;
}

export interface ZoneRange {
  ns: string;
  min: Document;
  max: Document;
  tag: string;
}

export interface ChunkCount {
  shard: string;
  chunks: number;
}

export interface BalancerStatus {
  /** `full`, `off`, and before 6.1 `autoSplitOnly`. */
  mode: string;
  inBalancerRound: boolean;
}

export interface BalancerSettings {
  activeWindow?: { start: string; stop: string };
}

const COMMAND_MS = 60_000;
const SERVER_OWN = /^(config|admin)\./;

/** The only place that knows the commands of mongos and the collections of `config`. */
@Injectable()
export class ShardingRepository {
  constructor(
    private readonly client: MongoClient,
    @InjectMainDatabase() private readonly main: Db,
  ) {}

  async shards(): Promise<ShardDocument[]> {
    const { shards } = await this.run({ listShards: 1 });
    return shards as ShardDocument[];
  }

  async databases(limit: number): Promise<DatabaseDocument[]> {
    const found = this.config<DatabaseDocument>('databases').find({ _id: { $nin: ['config', 'admin'] } });
    return found.sort({ _id: 1 }).limit(limit).toArray();
  }

  findDatabase(name: string): Promise<DatabaseDocument | null> {
    return this.config<DatabaseDocument>('databases').findOne({ _id: name });
  }

  collections(limit: number): Promise<ShardedCollection[]> {
    const filter = { _id: { $not: SERVER_OWN }, dropped: { $ne: true } };
    return this.config<ShardedCollection>('collections').find(filter).sort({ _id: 1 }).limit(limit).toArray();
  }

  findCollection(namespace: string): Promise<ShardedCollection | null> {
    return this.config<ShardedCollection>('collections').findOne({ _id: namespace, dropped: { $ne: true } });
  }

  /** How many chunks of it each shard has. */
  async chunks({ _id: namespace, uuid }: ShardedCollection): Promise<ChunkCount[]> {
    const match = uuid === undefined ? { ns: namespace } : { uuid };
    const counted = this.config('chunks').aggregate<{ _id: string; chunks: number }>(
      [{ $match: match }, { $group: { _id: '$shard', chunks: { $sum: 1 } } }, { $sort: { _id: 1 } }],
      { maxTimeMS: COMMAND_MS },
    );
    return (await counted.toArray()).map(({ _id: shard, chunks }) => ({ shard, chunks }));
  }

  /** Values keep their BSON types. */
  ranges(filter: { ns?: string; min?: Document; tag?: string } = {}, limit = 10_000): Promise<ZoneRange[]> {
    const found = this.config<ZoneRange>('tags').find(filter, { promoteValues: false, projection: { _id: 0 } });
    return found
      .sort({ ns: 1, min: 1 })
      .limit(limit)
      .map(({ ns, tag, min, max }) => ({ ns: String(ns), tag: String(tag), min, max }))
      .toArray();
  }

  async serverMajor(): Promise<number> {
    const { versionArray } = await this.run({ buildInfo: 1 });
    return Number((versionArray as number[])[0]);
  }

  /** https://www.mongodb.com/docs/manual/reference/command/enableSharding/ May be called twice. */
  async enableSharding(database: string, primaryShard: string | undefined): Promise<void> {
    await this.run({ enableSharding: database, ...(primaryShard !== undefined && { primaryShard }) });
  }

  /**
   * https://www.mongodb.com/docs/manual/reference/command/shardCollection/ The same key once more changes nothing. The simple
   * collation is what a collection with another default must be sharded by.
   */
  async shardCollection(namespace: string, key: Document, unique: boolean, isCollated: boolean): Promise<void> {
    const collation = isCollated ? { collation: { locale: 'simple' } } : {};
    await this.run({ shardCollection: namespace, key, unique, ...collation });
  }

  /** New in 7.0: https://www.mongodb.com/docs/manual/reference/command/analyzeShardKey/ */
  analyzeShardKey(namespace: string, key: Document, sampleSize: number): Promise<Document> {
    const what = { keyCharacteristics: true, readWriteDistribution: false, sampleSize };
    return this.run({ analyzeShardKey: namespace, key, ...what });
  }

  async balancerStatus(): Promise<BalancerStatus> {
    return (await this.run({ balancerStatus: 1 })) as unknown as BalancerStatus;
  }

  /** https://www.mongodb.com/docs/manual/reference/command/balancerStart/ */
  async startBalancer(): Promise<void> {
    await this.run({ balancerStart: 1, maxTimeMS: COMMAND_MS });
  }

  /** Waits for the round that runs. https://www.mongodb.com/docs/manual/reference/command/balancerStop/ */
  async stopBalancer(): Promise<void> {
    await this.run({ balancerStop: 1, maxTimeMS: COMMAND_MS });
  }

  balancerSettings(): Promise<BalancerSettings | null> {
    return this.config<BalancerSettings & { _id: string }>('settings').findOne({ _id: 'balancer' });
  }

  /** Null: at any time. */
  async setBalancerWindow(window: { start: string; stop: string } | null): Promise<void> {
    const update = window ? { $set: { activeWindow: window } } : { $unset: { activeWindow: true } };
    await this.config<{ _id: string }>('settings').updateOne({ _id: 'balancer' }, update as Document, {
      upsert: true,
      writeConcern: { w: 'majority' },
    });
  }

  async addShardToZone(shard: string, zone: string): Promise<void> {
    await this.run({ addShardToZone: shard, zone });
  }

  async removeShardFromZone(shard: string, zone: string): Promise<void> {
    await this.run({ removeShardFromZone: shard, zone });
  }

  /** Zone null: the range belongs to none any more. https://www.mongodb.com/docs/manual/reference/command/updateZoneKeyRange/ */
  async updateZoneKeyRange(namespace: string, min: Document, max: Document, zone: string | null): Promise<void> {
    await this.run({ updateZoneKeyRange: namespace, min, max, zone });
  }

  /** What is there of a collection of the main database; undefined where there is none. */
  async describe(collection: string): Promise<{ type: string; options: Document } | undefined> {
    const [found] = await this.main.listCollections({ name: collection }).toArray();
    return found && { type: found.type ?? 'collection', options: ('options' in found && found.options) || {} };
  }

  indexes(collection: string): Promise<Document[]> {
    return this.main.collection(collection).listIndexes().toArray();
  }

  async isEmpty(collection: string): Promise<boolean> {
    return (await this.main.collection(collection).findOne({}, { projection: { _id: 1 } })) === null;
  }

  async aggregate(collection: string, pipeline: Document[], maxTimeMS: number): Promise<Document[]> {
    return this.main.collection(collection).aggregate(pipeline, { maxTimeMS, allowDiskUse: true }).toArray();
  }

  namespaceOf(collection: string): string {
    return `${this.main.databaseName}.${collection}`;
  }

  get mainDatabase(): string {
    return this.main.databaseName;
  }

  private config<T extends Document>(collection: string) {
    return this.client.db('config').collection<T>(collection);
  }

  private run(command: Document): Promise<Document> {
    return this.client.db('admin').command(command);
  }
}
